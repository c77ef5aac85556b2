"""What the doctor tries of the ways out: broker, live bus, mail server and push key."""

import json
import smtplib
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import redis
from celery import current_app
from django.conf import settings
from django.core.mail import get_connection

from accounts import vapid
from channels_app.push import fcm
from notifcenter.operation.doctor.checks import Failed, check, first_line

BROKER_SECONDS = 5
SERVICE_TIMEOUT = (5, 15)
KEY_FILE = "vapid_private_key"


@check("broker")
def try_broker() -> None:
    """Put a message into a queue of its own and take it out again; raises Failed."""
    if settings.CELERY_BROKER_URL.startswith("memory"):
        return
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=BROKER_SECONDS)
            with broker.SimpleBuffer(f"notifcenter.doctor.{uuid4().hex}") as queue:
                queue.put("doctor")
                queue.get(timeout=BROKER_SECONDS)
                queue.queue.delete()
    except Exception as error:  # each transport has errors of its own
        cure = "start it, free its memory, or correct CELERY_BROKER_URL or REDIS_URL"
        raise Failed(f"it does not take and give a message ({first_line(error)}): {cure}.") from error


@check("live")
def try_live() -> None:
    """Send a message over Redis and receive it; raises Failed."""
    if not settings.REDIS_URL:
        return
    server = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5)
    channel = f"notifcenter:doctor:{uuid4().hex}"
    try:
        with server.pubsub() as listener:
            listener.subscribe(channel)
            server.publish(channel, "doctor")
            received = _received(listener)
    except redis.RedisError as error:
        raise Failed(f"Redis does not answer ({first_line(error)}): start it or correct REDIS_URL.") from error
    if not received:
        raise Failed("Redis does not hand messages on: look into its log, or restart it.")


def _received(listener: Any) -> bool:
    end = time.monotonic() + BROKER_SECONDS
    while time.monotonic() < end:
        message = listener.get_message(timeout=1)
        if message and message["type"] == "message":
            return True
    return False


@check("mail")
def try_mail() -> None:
    """Log in to the mail server, and send nothing; raises Failed. Of a mail service: whether its address answers."""
    connection: Any = get_connection()
    try:
        connection.open()
        if url := getattr(connection, "api_url", ""):
            connection.session.head(url, timeout=SERVICE_TIMEOUT)
    except smtplib.SMTPAuthenticationError as error:
        reply = f"{error.smtp_code} {_text(error.smtp_error)}"
        raise Failed(f"the server refuses the log-in ({reply}): correct user and password in EMAIL_URL.") from error
    except (smtplib.SMTPException, OSError) as error:
        cure = "start it or correct host, port and encryption in EMAIL_URL"
        raise Failed(f"the server cannot be used ({first_line(error)}): {cure}.") from error
    finally:
        connection.close()


def _text(reply: bytes | str) -> str:
    return reply.decode(errors="replace") if isinstance(reply, bytes) else reply


@check("push")
def try_push() -> None:
    """Sign as for a push service, and read the account of FCM; raises Failed."""
    try:
        vapid.public_key()
        vapid.authorization("https://push.example.com/", time.time())
    except Exception as error:  # py_vapid and the library under it raise many kinds
        is_own = any(path.name == KEY_FILE for path in settings.SECRET_FILES)
        where = Path(settings.DATA_DIR) / KEY_FILE if is_own else "VAPID_PRIVATE_KEY"
        cure = f"restore {where} from a backup; a new key makes every browser subscribe again"
        raise Failed(f"the key does not sign ({first_line(error)}): {cure}.") from error
    if settings.FCM_CREDENTIALS:
        _try_fcm(Path(settings.FCM_CREDENTIALS))


def _try_fcm(file: Path) -> None:
    try:
        fcm.Account(json.loads(file.read_text())).check()
    except Exception as error:
        cure = "download the key of the service account anew"
        raise Failed(f"FCM_CREDENTIALS is no service account ({first_line(error)}): {cure}.") from error

"""What operators see: health, metrics, logs and the request id."""

import json
import logging
from datetime import timedelta

import httpx
import pytest
from django.utils import timezone

from channels_app import metrics
from notifcenter import request_id
from notifcenter.config import logs
from notifcenter.models import FanoutPart, WebhookCall
from tests.processes import PATIENCE, wait_until


def test_a_request_id_is_given_back(product):
    given = httpx.get(f"{product.base_url}/healthz", headers={"X-Request-ID": "shop-17.a_b"}, timeout=PATIENCE)
    assert given.headers["x-request-id"] == "shop-17.a_b"


@pytest.mark.parametrize("bad", ["", "a b", "x" * 65, "a;b", "<b>"])
def test_without_a_good_one_it_is_made(product, bad):
    made = httpx.get(f"{product.base_url}/healthz", headers={"X-Request-ID": bad} if bad else {}, timeout=PATIENCE)
    assert len(made.headers["x-request-id"]) == 32


def test_metrics_tell_queues_routes_and_deliveries(product):
    product.publish(product.new_person())
    for sample in (
        'notifcenter_queue_depth{channel="email"}',
        'notifcenter_queue_oldest_due_seconds{channel="webhook"}',
        'notifcenter_deliveries_total{channel="interface",state="sent"}',
        'notifcenter_request_seconds_count{method="POST",route="/api/v1/notifications/"}',
        "notifcenter_open_sockets",
    ):
        wait_until(lambda sample=sample: f"\n{sample} " in told_by(product), what=sample)


def told_by(product):
    return httpx.get(f"{product.base_url}/metrics", timeout=PATIENCE).text


CLOCKS = ("due_at", "lapses_at", "expires_at", "snoozed_until")
"""Columns that are empty in rows for which nothing falls due."""


@pytest.mark.django_db
def test_the_queues_are_asked_by_their_partial_indexes(django_assert_num_queries):
    with django_assert_num_queries(14) as captured:
        metrics.everything()
    partial = ("'pending'", *(f'"{name}" IS NOT NULL' for name in CLOCKS))
    queries = [query["sql"] for query in captured.captured_queries]
    whole = [sql for sql in queries if not any(condition in sql for condition in partial)]
    kept, lookups = [sql for sql in whole if "LIMIT 1" not in sql], [sql for sql in whole if "LIMIT 1" in sql]
    assert ["fanoutpart" in sql for sql in kept] == [True], "a table that keeps what is finished"
    assert len(lookups) == 1, "channels that are gone: one look at the index for each code"
    assert WebhookCall.objects.filter(due_at__lte=timezone.now()).count() == 0


def test_what_is_said_to_many_is_a_queue_too(db):
    FanoutPart.objects.create(entries=[], created_at=timezone.now() - timedelta(seconds=9000))
    told = metrics.everything().decode()
    assert 'notifcenter_queue_depth{channel="fanout"} 1.0' in told
    assert 'notifcenter_queue_oldest_due_seconds{channel="fanout"} 9' in told


SECRETS = [
    "ncp_7a6ef05ab86b_EWo2Td0BZ7Hrkldjh87Y58",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.sig",
    "https://push.example.com/send/eVbXy-capability?x=1",
    "https://hooks.example.com?key=hidden-key",
    "redis://:hidden-word@redis:6379/0",
    "Not Found: /mail/choice/WzEsIm9mZiJd:sig/",
    "Not Found: /mail/confirm/WzEsImFubmFAZXhhbXBsZSJd:1tX9aB:kYd0c2lnbmF0dXJlb2Z0aGlzdG9rZW4/",
    "Internal Server Error: /accounts/password_reset/MQ/c1x2y3-5e0fa7/",
    "the link WzEsInNpZ25lZCJd:1tX9aB:kYd0c2lnbmF0dXJlb2Z0aGlzdG9rZW4 of a mail",
]
HIDDEN = ["EWo2Td0B", "MfKQ9r8G", "eyJhbG", "capability", "hidden-key", "hidden-word", "WzEsIm9m"]
HIDDEN += ["WzEsImFu", "c1x2y3", "WzEsInNp"]


@pytest.mark.parametrize(("secret", "hidden"), list(zip(SECRETS, HIDDEN, strict=True)))
@pytest.mark.parametrize("form", [logs.Json(), logs.Line("{message}", style="{")], ids=["json", "line"])
def test_secrets_are_cut_out_of_every_line(form, secret, hidden):
    line = form.format(record(f"it said: {secret}"))
    assert hidden not in line
    assert "it said" in line


def test_a_json_line_stays_json_when_secrets_are_cut():
    line = json.loads(logs.Json().format(record('"https://push.example.com/x/y" and "ncp_1_2", then')))
    assert line["message"] == '"https://push.example.com/…" and "ncp_…", then'
    assert line.keys() == {"time", "level", "logger", "message", "request_id"}


def test_a_line_names_the_request_it_was_written_for():
    with request_id.following("trail-7"):
        line = json.loads(logs.Json().format(record("x")))
    assert line["request_id"] == "trail-7"


def record(message: str) -> logging.LogRecord:
    made = logging.LogRecord("channels_app", logging.INFO, "", 0, message, (), None)
    logs.RequestId().filter(made)
    return made

"""Export and erase are complete: over every model, every table and every file."""

import email.message
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import (
    ChannelPreference,
    Device,
    DigestSchedule,
    Erasure,
    HostToken,
    OidcIdentity,
    PageSettings,
    User,
)
from accounts.personal_data import erase
from channels_app.delivery.deliver import Deliveries
from channels_app.mail.links import MailChoice, choice_link
from channels_app.models import ClosingPush, DigestMail, Release
from notifcenter import models as core
from notifcenter.calls.events import CallEvent, receive
from notifcenter.channel import channel_named
from notifcenter.models.write_probe import WriteProbe
from notifcenter.operation import audit
from notifcenter.operation.erase import export, sources
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish
from tests.accounts.api.clients import management

pytestmark = pytest.mark.django_db
MARK = "Zyxwv"
SHARED = "Everybody may read this"
IMPERSONAL = {
    core.Provider,
    core.ProviderDay,
    core.ProviderToken,
    core.Webhook,
    core.IdempotencyKey,
    core.SettledChannels,
    WriteProbe,
    core.PublicationKey,
    Release,
    HostToken,
    Erasure,
    Group,
    Permission,
    ContentType,
    AccessAttemptExpiration,
    *apps.get_app_config("django_celery_beat").get_models(),
}
"""Models that keep nothing about a person."""


def publish_to(*people: User, text: str) -> core.Notification:
    provider = core.Provider.objects.get(code="phones")
    return publish([Publication(provider, "message", text, {user.pk: True for user in people})], now=timezone.now())[0]


def webhook_call(user: User) -> None:
    webhook, _new = core.Webhook.objects.get_or_create(provider=core.Provider.objects.get(code="phones"), url="x")
    for pk in (user.pk, user.pk * 10):
        body = json.dumps({"type": "delivery.sent", "data": {"user": pk, "channel": "email"}}, separators=(",", ":"))
        now = timezone.now()
        core.WebhookCall.objects.create(webhook=webhook, body=body, state="sent", finished_at=now)


def fanout_part(user: User) -> None:
    alone, shared = publish_to(user, text=f"Waiting {MARK}"), publish_to(user, text=SHARED)
    core.InboxItem.objects.filter(notification__in=[alone, shared]).delete()
    core.Delivery.objects.filter(notification__in=[alone, shared]).delete()
    core.FanoutPart.objects.create(entries=[[alone.id.hex, [user.pk]], [shared.id.hex, [user.pk, user.pk + 1]]])


def schedule(user: User) -> None:
    later = {"send_at": timezone.now() + timedelta(days=1)}
    provider, people = core.Provider.objects.get(code="phones"), {user.pk: True}
    for text, named in ((f"Later {MARK}", [user.username.upper()]), (SHARED, [user.pk, user.username, "other"])):
        publication = Publication(provider, "message", text, people, named=named, key=text[:5], **later)
        publish([publication], now=timezone.now())


def closing(user: User) -> None:
    device = Device.objects.create(user=user, channel="browser", transport="webpush", address="x", address_digest=MARK)
    ClosingPush.objects.create(device=device, notification=uuid4(), due_at=timezone.now())


def session(user: User) -> None:
    client = Client()
    client.force_login(user)


def sign_ins(user: User) -> None:
    user.set_password("right-Pa55word")
    user.save()
    for password in ("wrong", "right-Pa55word"):
        Client(REMOTE_ADDR="192.0.2.1").post("/accounts/login/", {"username": user.username, "password": password})


def identity(user: User) -> None:
    OidcIdentity.objects.create(user=user, issuer="https://id.example.com", subject=str(user.pk))


def log_entry(user: User) -> None:
    boss, _new = User.objects.get_or_create(username="boss", is_superuser=True)
    LogEntry.objects.log_actions(boss.pk, [user], CHANGE, change_message=[], single_object=True)


def membership(user: User) -> None:
    user.groups.add(Group.objects.get_or_create(name="sales")[0])


def permission(user: User) -> None:
    user.user_permissions.add(Permission.objects.first())


def digest(user: User) -> None:
    now = timezone.now()
    DigestSchedule.objects.create(user=user, window_start=now, next_due_at=now + timedelta(days=1))
    DigestMail.objects.create(
        user=user, window_start=now - timedelta(days=1), window_end=now, state="sent", finished_at=now
    )


def event(user: User) -> None:
    pushed, now = publish_to(user, text=f"Pushed to {MARK}"), timezone.now()
    delivery = core.Delivery.objects.create(
        notification=pushed, user=user, channel="browser", device=7, state="sent", finished_at=now
    )
    core.DeliveryEvent.objects.create(delivery=delivery, what="sent", detail=f"to {MARK}@example.com")


def change(user: User) -> None:
    core.InboxChange.objects.create(user=user, revision=core.Inbox.objects.get(user=user).revision + 1, action="read")


def undo(user: User) -> None:
    core.InboxUndo.objects.create(user=user, verb="read", before=[[1, 1, None]], created_at=timezone.now())


def page_settings(user: User) -> None:
    PageSettings.objects.create(user=user, views=[{"name": MARK, "query": "unread=1"}])


def device(user: User) -> None:
    Device.objects.create(user=user, channel="browser", transport="webpush", address=f"https://push.example/{MARK}")


def preference(user: User) -> None:
    ChannelPreference.objects.create(user=user, provider=core.Provider.objects.get(code="phones"))


def press(user: User) -> None:
    core.ActionPress.objects.create(notification=publish_to(user, text=MARK), user=user, action="take")


def notification(user: User) -> None:
    publish_to(user, text=f"Only for {MARK}")


def call(user: User) -> None:
    other, _new = User.objects.get_or_create(username="colleague")
    people = {user.pk: True, other.pk: True}
    fields = {"answered_by": user.pk, "duration": 7}
    event = CallEvent("line/1", core.CallState.ENDED, fields, people)
    receive(core.Provider.objects.get(code="phones"), event, now=timezone.now())


FILL: dict[Any, Callable[[User], None]] = {
    core.Notification: notification,
    core.InboxItem: notification,
    core.Inbox: notification,
    core.Delivery: event,
    core.DeliveryEvent: event,
    core.InboxChange: change,
    core.InboxUndo: undo,
    PageSettings: page_settings,
    core.FanoutPart: fanout_part,
    core.ScheduledPublication: schedule,
    core.WebhookCall: webhook_call,
    core.Call: call,
    core.ActionPress: press,
    ChannelPreference: preference,
    Device: device,
    DigestSchedule: digest,
    DigestMail: digest,
    ClosingPush: closing,
    Session: session,
    OidcIdentity: identity,
    AccessAttempt: sign_ins,
    AccessFailureLog: sign_ins,
    AccessLog: sign_ins,
    LogEntry: log_entry,
    User.groups.through: membership,
    User.user_permissions.through: permission,
    User: lambda user: None,
}
"""Models that keep something about a person, with what makes a row of one."""


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.DATA_DIR = tmp_path
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


@pytest.fixture
def person(folder) -> User:
    """Somebody about whom there is something in every table."""
    core.Provider.objects.create(code="phones", name="Phones")
    user = User.objects.create_user(
        f"user-{MARK}", f"{MARK}@example.com", "secret words", first_name=MARK, last_name=MARK, mail_blocked=MARK
    )
    for fill in dict.fromkeys(FILL.values()):
        fill(user)
    return user


def write_mail(folder: Path, to: str, user: User | None = None) -> Path:
    mail = email.message.EmailMessage()
    mail["To"], mail["Subject"] = to, MARK
    if user:
        mail["List-Unsubscribe"] = f"<{choice_link(MailChoice(user.pk, 'none'))}>"
    mail.set_content(MARK)
    path = folder / f"{len(list(folder.iterdir()))}.eml"
    path.write_bytes(mail.as_bytes())
    return path


def whole_database() -> str:
    """Every value of every table, as one text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += [f"{table} {row}" for row in cursor.fetchall()]
    return "\n".join(rows)


def test_every_model_is_known_to_keep_something_about_people_or_nothing() -> None:
    models = set(apps.get_models(include_auto_created=True)) - {Group.permissions.through}
    assert models == FILL.keys() | IMPERSONAL
    related = {model for model in models for field in model._meta.get_fields() if _leads_to_people(field)}
    assert related - {core.Notification, Session, core.FanoutPart} <= FILL.keys()
    assert {source.name for source in sources()} >= {
        model._meta.db_table for model in FILL if model is not core.FanoutPart
    }


def _leads_to_people(field: Any) -> bool:
    return field.concrete and field.is_relation and field.related_model is User and not field.many_to_many


def test_an_export_has_something_of_every_table_and_no_secret(person, folder) -> None:
    write_mail(folder, f"{MARK}@example.com")
    document = export(person)
    empty = [name for name, rows in document.items() if not rows]
    assert empty == []
    text = json.dumps(document, cls=DjangoJSONEncoder)
    assert MARK in json.dumps(document["mail"])
    assert f"Only for {MARK}" in text
    assert f"Waiting {MARK}" in text
    assert f"Later {MARK}" in text
    for secret in (person.password, Session.objects.first().session_key):
        assert secret not in text
    assert isinstance(document["accounts_user"][0]["date_joined"], int)


def test_an_export_has_what_went_out_and_why_the_rest_did_not(person) -> None:
    pk = publish_to(person, text="x").pk
    exported = [row for row in export(person)["notifcenter_delivery"] if row["notification_id"] == pk]
    assert {row["channel"]: (row["user_id"], row["state"], row["reason"]) for row in exported} == {
        "interface": (person.pk, "sent", "always"),
        "email": (person.pk, "skipped", "mail_blocked"),
        "mobile": (person.pk, "skipped", "no_device"),
        "browser": (person.pk, "pending", ""),
    }
    assert {row["created_at"] for row in exported} == {int(core.Notification.objects.get(pk=pk).created_at.timestamp())}


def test_after_erasing_no_table_and_no_file_knows_the_person(person, folder) -> None:
    write_mail(folder, f"{MARK.upper()}@Example.com")
    write_mail(folder, "an-older-address@example.com", person)
    others = write_mail(folder, "somebody@example.com")
    pk = person.pk
    counts = erase(person, by="command")
    assert {model._meta.db_table for model in FILL if model is not core.FanoutPart} <= counts.keys()
    assert counts["mail"] == 2
    assert list(folder.iterdir()) == [others]
    left = [line for line in whole_database().splitlines() if MARK in line]
    assert left == []
    for model in FILL:
        for field in model._meta.get_fields():
            if _leads_to_people(field):
                assert not model._default_manager.filter(**{field.name: pk}).exists()
    [[waiting, others]] = core.FanoutPart.objects.get().entries
    assert others == [pk + 1]
    assert core.Notification.objects.filter(pk=waiting).exists()
    assert [row.recipients for row in core.ScheduledPublication.objects.all()] == [["other"]]
    assert [json.loads(call.body)["data"]["user"] for call in core.WebhookCall.objects.all()] == [pk * 10]


def test_what_others_also_received_stays_and_the_data_is_sound(person) -> None:
    other = User.objects.create_user("other")
    shared = publish_to(person, other, text=SHARED)
    core.FanoutPart.objects.all().delete()
    core.InboxChange.objects.all().delete()
    core.Inbox.objects.filter(user=person).delete()
    erase(person, by="command")
    assert core.Notification.objects.filter(pk=shared.pk).exists()
    assert core.InboxItem.objects.filter(user=other, notification=shared).exists()
    assert core.Inbox.objects.get(user=other).unread == 1
    core.Notification.objects.filter(items=None).delete()
    assert list(audit.breaches(now=timezone.now())) == []


def test_a_long_inbox_goes_in_steps_and_is_sound_between_them(folder, monkeypatch) -> None:
    core.Provider.objects.create(code="phones", name="Phones")
    user, other = User.objects.create_user("anna"), User.objects.create_user("other")
    alone = [publish_to(user, text="x") for _number in range(5)]
    shared, waiting = publish_to(user, other, text="y"), publish_to(user, text="z")
    core.FanoutPart.objects.create(entries=[[waiting.id.hex, [other.pk]]])
    alone += [publish_to(user, text="x") for _number in range(3)]
    without_item = publish_to(user, text="old")
    core.Delivery.objects.create(notification=without_item, user=user, channel="email", state="skipped", reason="x")
    core.InboxItem.objects.filter(notification=without_item).update(position=0)
    core.Inbox.objects.filter(user=user).update(revision=10, unread=10)
    core.InboxItem.objects.filter(notification=without_item).delete()
    monkeypatch.setattr("notifcenter.operation.personal_data.BATCH", 2)
    monkeypatch.setattr("notifcenter.operation.retention.NEWEST_ENTRIES", 2)
    monkeypatch.setattr("accounts.personal_data.erase_rows", None)
    with pytest.raises(TypeError):
        erase(user, by="command")
    assert list(audit.breaches(now=timezone.now())) == []
    assert core.InboxItem.objects.filter(user=user).count() == 2
    monkeypatch.undo()
    erase(User.objects.get(pk=user.pk), by="command")
    assert set(core.Notification.objects.all()) == {shared, waiting}
    assert core.InboxItem.objects.get(user=other).notification == shared


def test_a_repeat_under_the_key_of_an_erased_publication_is_not_answered(person) -> None:
    provider, erased, shared = (
        core.Provider.objects.get(code="phones"),
        publish_to(person, text="x"),
        publish_to(person, User.objects.create_user("other"), text="y"),
    )
    for key, answer in {
        "one": {"id": str(erased.pk)},
        "batch": [str(shared.pk), str(erased.pk)],
        "shared": {"id": str(shared.pk)},
    }.items():
        core.IdempotencyKey.objects.create(provider=provider, key=key, fingerprint="", answer=answer)
    erase(person, by="command")
    assert list(core.IdempotencyKey.objects.values_list("key", flat=True)) == ["shared"]


def test_what_a_worker_holds_of_an_erased_person_is_not_sent_and_the_rest_is(person, smtp, settings) -> None:
    settings.EMAIL_BACKEND = "channels_app.mail.smtp_backend.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    core.Delivery.objects.all().delete()
    User.objects.update(mail_blocked="")
    other = User.objects.create_user("other", "other@example.com")
    publish_to(person, other, text=SHARED)
    queue = Deliveries(channel_named("email"))
    rows = queue.claim()
    assert len(rows) == 2
    erase(person, by="command")
    assert queue.deliver(rows) == 1
    assert [mail.recipients for mail in smtp.received] == [["other@example.com"]]


def test_an_entry_says_that_somebody_was_erased_and_not_who(person) -> None:
    answer = management().call("delete", f"users/{person.username}/")
    assert answer.status_code == 200
    entry = Erasure.objects.get()
    assert (entry.by, entry.rows["accounts_user"]) == ("management token tests", 1)
    assert answer.json()["erased"]["accounts_user"] == 1
    assert MARK not in str(entry.__dict__)


def test_the_commands_print_one_line_of_json(person, capsys) -> None:
    call_command("export", person.username)
    exported = json.loads(capsys.readouterr().out)
    assert exported["accounts_user"][0]["username"] == person.username
    call_command("erase", person.username.upper())
    assert json.loads(capsys.readouterr().out)["erased"]["accounts_user"] == 1
    assert not User.objects.filter(username=person.username).exists()

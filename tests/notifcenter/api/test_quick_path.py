"""The quick path answers and stores what DRF's view would, byte for byte, whatever is sent."""

import gzip
import io
import json
import re
from dataclasses import dataclass
from uuid import UUID

import hypothesis
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from hypothesis import HealthCheck, example, given

from accounts.models import User
from notifcenter import providers, tokens
from notifcenter.config.middleware.compression import CompressionMiddleware
from notifcenter.config.quick_path import QuickPath
from notifcenter.config.whole_body import WholeBody
from notifcenter.models import Notification
from tests.notifcenter.api.publication_bodies import CATEGORY, LATER, bodies, headers

PEOPLE = ["anna", "Пётр", "off"]
PLAIN = {"kind": "call", "recipients": ["anna"], "text": "A call"}
MAY_PUBLISH = {"manifest": {"categories": [{"code": CATEGORY, "name": "Billing"}]}, "critical": True}
GOOD = {"HTTP_AUTHORIZATION": "Bearer TOKEN", "HTTP_HOST": "localhost"}
BASE = {
    "REQUEST_METHOD": "POST",
    "SCRIPT_NAME": "",
    "PATH_INFO": "/api/v1/notifications/",
    "QUERY_STRING": "",
    "SERVER_NAME": "testserver",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "CONTENT_TYPE": "application/json",
    "wsgi.url_scheme": "http",
    "wsgi.errors": io.StringIO(),
}
ROWS = [
    """SELECT kind, header, text, CAST(details AS text), request_id, owner, expires_at, changes, repeats,
    renewed_at IS NULL, withdrawn_at IS NULL FROM notifcenter_notification WHERE id = %s""",
    """SELECT user_id, silent, read_at IS NULL, deleted_at IS NULL, settled_id FROM notifcenter_inboxitem
    WHERE notification_id = %s ORDER BY 1""",
    """SELECT user_id, channel, device, state, reason, urgent, priority, attempts, due_at IS NULL, expires_at IS NULL
    FROM notifcenter_delivery WHERE notification_id = %s ORDER BY 1, 2, 3""",
    """SELECT folds_until IS NULL FROM notifcenter_publicationkey WHERE notification_id = %s ORDER BY 1""",
    """SELECT CAST(recipients AS text), due_at FROM notifcenter_scheduledpublication WHERE notification_id = %s""",
]

ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEYS = "SELECT key, fingerprint FROM notifcenter_idempotencykey WHERE provider_id = %s ORDER BY 1"


@dataclass
class Side:
    """One way to be answered, with a provider of its own; ``by_django`` counts what came to Django's handler."""

    provider: object
    token: str
    application: object = None
    quick_path: object = None
    by_django: int = 0

    def environ(self, environ, body):
        given = BASE | environ | {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        given = {name: value for name, value in given.items() if value is not None}
        given["HTTP_AUTHORIZATION"] = given["HTTP_AUTHORIZATION"].replace("TOKEN", self.token)
        return given

    def call(self, environ, body):
        head = {}

        def start(status, lines, *_error):
            head.update(status=status, lines=lines)

        response = self.application(self.environ(environ, body), start)
        content = b"".join(response)
        if hasattr(response, "close"):
            response.close()
        return head["status"], head["lines"], content

    def answer(self, environ, body):
        """Status, head and body without what is of one call alone, and what is stored."""
        before = set(self.stored())
        status, lines, content = self.call(environ, body)
        if ("Content-Encoding", "gzip") in lines:  # how well ids pack is chance
            assert ("Content-Length", str(len(content))) in lines
            content = gzip.decompress(content)
            lines = [(name, "packed" if name == "Content-Length" else value) for name, value in lines]
        head = [_steady(*line, environ) for line in lines]
        touched = sorted({*self.stored()} - before | {UUID(pk.decode()) for pk in ID.findall(content)})
        rows = [_rows(sql, pk.hex) for pk in touched for sql in ROWS]
        return status, head, _without_ids(content), rows, _rows(KEYS, self.provider.pk)

    def stored(self):
        return Notification.objects.filter(provider=self.provider).order_by("pk").values_list("pk", flat=True)


def _steady(name, value, environ):
    is_own = name == "X-Request-ID" and value != environ.get("HTTP_X_REQUEST_ID")
    return name, "made" if is_own else value


def _rows(sql, pk):
    rows = connection.cursor().execute(sql, [pk]).fetchall()
    return [tuple("made" if re.fullmatch("[0-9a-f]{32}", str(value)) else value for value in row) for row in rows]


def _without_ids(content):
    content = ID.sub(b"ID", content)
    return re.sub(rb'"created_at":\d+', b'"created_at":NOW', content)


@pytest.fixture
def sides(transactional_db, monkeypatch, settings):
    """DRF's view alone, and the same behind the quick path."""
    settings.CORS_ALLOWED_ORIGINS = ["https://crm.test"]
    monkeypatch.setattr(CompressionMiddleware, "max_random_bytes", 0)  # else the length, and whether it pays, is chance
    for name in PEOPLE:
        User.objects.create(username=name, email=f"{len(name)}@example.com", is_active=name != "off")
    django = get_wsgi_application()
    usual, quick = (
        Side(provider := providers.save(code, **MAY_PUBLISH)[0], tokens.mint_for_provider(provider))
        for code in ("usual", "quick")
    )

    def counted(environ, start_response):
        quick.by_django += 1
        return django(environ, start_response)

    usual.application = WholeBody(django)
    quick.quick_path = QuickPath(counted)
    quick.application = WholeBody(quick.quick_path)
    return usual, quick


def _sent(side, **fields):
    """The answers to three publications alike, but for their texts."""
    bodies = [json.dumps(PLAIN | {"text": f"n{n}"} | fields).encode() for n in range(3)]
    return [side.call(GOOD, body)[0] for body in bodies]


@pytest.mark.parametrize(
    "more",
    [
        {"header": "Telephony & co", "date": 1700000000, "link": "/x", "from": "+79991234567"},
        {"kind": "message", "priority": "low", "read_on_show": True, "image": "https://a.test/x.png"},
        {"kind": "message", "priority": "critical", "category": CATEGORY, "expires_at": LATER, "send_at": 1},
    ],
)
def test_a_plain_publication_does_not_come_to_django_once_one_like_it_was_answered(sides, more):
    _usual, quick = sides
    assert _sent(quick, **more) == ["201 Created"] * 3
    assert quick.by_django == 1


@pytest.mark.parametrize("more", [{"fold_key": "f"}, {"kind": "error", "text": "Line 3 is down"}])
def test_a_repeat_does_not_come_to_django_either(sides, more):
    _usual, quick = sides
    assert _sent(quick, **more) == ["201 Created", "200 OK", "200 OK"]
    assert quick.by_django == 1
    assert Notification.objects.get(provider=quick.provider).repeats == 3


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"key": "k"}, "200 OK"),
        ({"send_at": LATER}, "201 Created"),
        ({"actions": [{"id": "take", "title": "Take"}]}, "201 Created"),
        ({"recipients": ["group:staff"]}, "400 Bad Request"),
    ],
)
def test_what_may_change_something_is_left_to_the_view(sides, more, status):
    _usual, quick = sides
    assert _sent(quick, **more)[-1] == status
    assert quick.by_django == 3


def test_a_call_is_left_to_the_view_where_a_service_knows_who_is_calling(sides, settings):
    _usual, quick = sides
    settings.CALLER_LOOKUP_URL = "http://127.0.0.1:9/who"
    assert _sent(quick, **{"from": "+79991234567"}) == ["201 Created"] * 3
    assert quick.by_django == 3
    assert _sent(quick, to="+79991234567") == ["201 Created"] * 3
    assert quick.by_django == 3


@pytest.mark.parametrize("more", [{"priority": "critical"}, {"category": CATEGORY}])
def test_what_a_provider_may_not_publish_is_refused_the_same(sides, more):
    for side in sides:
        side.call(GOOD, json.dumps(PLAIN).encode())
        providers.save(side.provider.code, manifest={}, critical=False)
    usual, quick = (side.answer(GOOD, json.dumps(PLAIN | more).encode()) for side in sides)
    assert usual[0][:3] in ("400", "403")
    assert usual == quick


def test_of_those_that_come_together_each_is_stored_by_itself(sides):
    _usual, quick = sides
    quick.call(GOOD, json.dumps(PLAIN).encode())
    before = set(quick.stored())
    path = quick.quick_path
    given = [("one", "k", {}), ("two", "k", {}), ("three", "l", {"recipients": ["nobody"]}), ("four", "m", {})]
    environs = [
        quick.environ(
            GOOD | {"HTTP_X_REQUEST_ID": name, "HTTP_IDEMPOTENCY_KEY": key}, json.dumps(PLAIN | more).encode()
        )
        for name, key, more in given
    ]
    assert all(map(path.may_take, environs))
    answers = path.respond(environs)
    assert [bool(answer) for answer in answers] == [True, False, False, True]
    stored = Notification.objects.exclude(pk__in=before).filter(provider=quick.provider)
    assert sorted(stored.values_list("request_id", flat=True)) == ["four", "one"]
    assert [dict(answer[1])["X-Request-ID"] for answer in answers if answer] == ["one", "four"]


def test_a_limited_provider_gets_the_same_numbers_and_refusals(sides):
    for side in sides:
        side.call(GOOD, json.dumps(PLAIN).encode())
        side.provider.rate_limit = 2
        side.provider.save()
    usual, quick = ([side.call(GOOD, json.dumps(PLAIN).encode()) for _ in range(3)] for side in sides)
    assert [status for status, _lines, _content in usual] == ["201 Created", "201 Created", "429 Too Many Requests"]
    assert [_limits(lines) for _status, lines, _content in quick] == [
        _limits(lines) for _status, lines, _content in usual
    ]


def _limits(lines):
    return [re.sub(r"t=\d+", "t", value) for name, value in lines if name.startswith("RateLimit")]


def test_what_fails_while_it_is_stored_is_answered_the_same_and_not_tried_again(sides):
    attempts = []

    def count(execute, sql, *more):
        attempts.append(sql) if sql.startswith("BEGIN") else None
        return execute(sql, *more)

    for side in sides:
        side.call(GOOD, json.dumps(PLAIN).encode())
    connection.cursor().execute("PRAGMA query_only = 1")
    try:
        with connection.execute_wrapper(count):
            usual, quick = (side.answer(GOOD, json.dumps(PLAIN).encode()) for side in sides)
    finally:
        connection.cursor().execute("PRAGMA query_only = 0")
    assert usual[0] == "503 Service Unavailable"
    assert usual == quick
    assert len(attempts) == len(sides)


@hypothesis.settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(environ=headers(), body=bodies(PEOPLE))
@example(environ=GOOD, body=json.dumps(PLAIN | {"element": {"id": 5, "type": "lead"}}).encode())
@example(environ=GOOD, body=b'{"kind":"call","kind":"error","text":"a","text":"b","recipients":["anna"]}')
@example(environ=GOOD, body=b'{"kind":"call","text":"a","recipients":["anna"],"duration":1.0}')
@example(environ=GOOD, body=b'{"kind":"call","text":"a","recipients":["anna"],"date":1e3}')
@example(environ=GOOD | {"HTTP_IDEMPOTENCY_KEY": "k"}, body=json.dumps(PLAIN).encode())
@example(environ=GOOD | {"HTTP_IDEMPOTENCY_KEY": "k"}, body=json.dumps(PLAIN | {"key": "k", "renew": True}).encode())
@example(environ=GOOD, body=json.dumps(PLAIN | {"kind": "error"}).encode())
@example(environ=GOOD | {"HTTP_IDEMPOTENCY_KEY": "k"}, body=json.dumps(PLAIN | {"fold_key": "f"}).encode())
@example(environ=GOOD, body=json.dumps(PLAIN | {"key": "late", "send_at": LATER}).encode())
@example(environ=GOOD, body=b'{"kind":"call","text":"a","key":"k"}')
@example(environ=GOOD | {"HTTP_ORIGIN": "https://crm.test"}, body=json.dumps(PLAIN).encode())
@example(environ=GOOD | {"CONTENT_TYPE": None}, body=json.dumps(PLAIN).encode())
def test_both_paths_answer_and_store_the_same(sides, environ, body):
    usual, quick = sides
    for side in sides:
        side.call(environ, json.dumps(PLAIN).encode())  # the head of the response is learned
    for _once_and_again in range(2):
        assert usual.answer(environ, body) == quick.answer(environ, body)

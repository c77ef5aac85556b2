"""The one process on SQLite: a full disk, a clock that steps, a page that never reads, a crash at each bad moment."""

import itertools
import resource
import socket
import time
from pathlib import Path

import _time_machine
import pytest
import time_machine

from tests.faults.crash import crash_at
from tests.faults.crowd import Crowd
from tests.faults.estate import ask, audit
from tests.notifcenter.api.test_idempotency import body
from tests.problems import refused
from tests.processes import wait_until, within
from tests.product import start_product as start

MEGABYTE = 1024 * 1024


def room(product, size):
    """Let the product's files grow to that size and no further, as a full disk does."""
    for process in product.processes:
        pid = int(process.pid)
        _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


def sizes(product):
    return [path.stat().st_size for path in product.data_dir.glob("db.sqlite3*")]


def test_a_full_disk_refuses_and_stores_nothing_until_there_is_room(start_product):
    product = start_product()
    person, key = product.new_person(), {"Idempotency-Key": "full"}
    text = "x" * 4000
    with product.provider_api() as api:
        room(product, max(sizes(product)) // 4096 * 4096)
        answers = list(until_refused(api, body(person, text), 10))
        accepted = [answer.json()["id"] for answer in answers if answer.status_code == 201]
        full = [answer for answer in answers if answer.status_code != 201]
        for answer in full:
            assert refused(answer, answer.status_code)["status"] in (503, 507)
            assert int(answer.headers["Retry-After"]) > 0
        api.post("notifications/", json=body(person), headers=key)
        room(product, resource.RLIM_INFINITY)
        answer = wait_until(lambda: _accepted(api, body(person), key), what="room again")
    stored = {pk for (pk,) in ask(product, "SELECT text FROM notifcenter_notification WHERE text LIKE 'x%'")}
    assert stored
    count = ask(product, "SELECT count(*) FROM notifcenter_notification WHERE text LIKE 'x%'")[0][0]
    assert count == len(accepted) + 1, answer
    product.wait_for_mail(person, count, 240)
    wait_until(lambda: audit(product) == [], what="a clean audit")


def until_refused(api, document, times):
    """The answers to one publication after another, until so many were refused for want of room."""
    for number in itertools.count():
        assert number < 2000, "the disk never filled"
        yield (answer := api.post("notifications/", json=document))
        times -= answer.status_code != 201
        if not times:
            return


def _accepted(api, document, key):
    answer = api.post("notifications/", json=document, headers=key)
    return answer if answer.status_code == 201 else None


def test_a_page_that_never_reads_is_shown_out_and_nobody_else_waits(start_product):
    product = start_product()
    deaf, alert = product.new_person(), product.new_person()
    token = product.user_token(deaf)
    host, port = product.live_url.split("/")[2].split(":")
    with socket.socket() as never, product.provider_api() as api, product.live(alert) as page:
        never.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        never.connect((host, int(port)))
        never.sendall(
            f"GET /ws/live/ HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Sec-WebSocket-Protocol: bearer.{token}\r\n\r\n".encode()
        )
        page.next("hello")
        batch = [{"kind": "message", "recipients": [deaf], "text": "x" * 4000}] * 500
        for _ in range(4):
            api.post("notifications/batch/", json=batch).raise_for_status()
        within(5, lambda: product.publish(alert) and page.next("notification"))
        wait_until(lambda: _sockets(int(port), never.getsockname()[1]) == 0, 120, "the deaf page is shown out")
    with product.live(deaf, cursor=0) as again:
        assert again.next("hello")["cursor"] == 2000
        assert again.next("reset")["unread"] == 2000
    assert audit(product) == []


def _sockets(server, client):
    """How many connections the server still holds to that client port (states: established, closing)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ends = [(int(row[1].split(":")[1], 16), int(row[2].split(":")[1], 16), row[3], row[9]) for row in rows]
    return sum(1 for near, far, _state, inode in ends if (near, far) == (server, client) and inode != "0")


@pytest.mark.parametrize("step", [-3600, 3600])
def test_a_clock_that_steps_an_hour_leaves_nothing_stuck(start_product, tmp_path, step):
    offset = tmp_path / "offset"
    offset.write_text("0")
    product = start_product(PYTHONPATH=f"tests/faults/clock:{_library(tmp_path)}", CLOCK_OFFSET_FILE=str(offset))
    person = product.new_person(email="clock@example.com")
    product.publish(person)
    product.wait_for_mail("clock@example.com", 1)
    with product.live(person) as page:
        page.next("hello")
        offset.write_text(str(step))
        wait_until(lambda: abs(_clock(product) - time.time() - step) < 60, what="the clock to step")
        product.publish(person)
        page.next("notification")
        product.wait_for_mail("clock@example.com", 2, 120)
        product.publish(person)
        product.wait_for_mail("clock@example.com", 3, 120)
    assert len(product.mail("clock@example.com")) == 3


def _library(folder):
    """A folder with time_machine alone, which the product's own environment has not."""
    alone = folder / "library"
    alone.mkdir()
    for path in (Path(time_machine.__file__).parent, Path(_time_machine.__file__)):
        (alone / path.name).symlink_to(path)
    return alone


def _clock(product):
    """The product's own time, by the answer to a publication."""
    with product.provider_api() as api:
        answer = api.post("notifications/", json=body("anna", "tick"))
    return answer.json()["created_at"]


@pytest.fixture(scope="module")
def crashing(folders):
    """The product with the file that names where it is to die."""
    folder = folders("crashing")
    product = start(folder, CRASH_FILE=str(folder / "crash"))
    yield product
    product.kill()


@pytest.mark.parametrize("point", ["publish.before_commit", "place.after_commit"])
def test_a_key_holds_across_a_crash(crashing, point):
    person, key = crashing.new_person(), {"Idempotency-Key": point}
    with crashing.provider_api() as api:
        crash_at(crashing, point, lambda: api.post("notifications/", json=body(person), headers=key))
        answers = [api.post("notifications/", json=body(person), headers=key) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert ("Idempotent-Replayed" in answers[0].headers) == (point == "place.after_commit")
    with crashing.user_api(person) as client:
        assert client.get("inbox/summary/").json() == {"unread": 1}
    crashing.wait_for_mail(f"{person}@", 1, 120)
    assert audit(crashing) == []


def test_a_crash_around_sending_loses_nothing_and_a_repeat_is_recognisable(crashing):
    people = [crashing.new_person() for _ in range(3)]
    for person, point in zip(people, ["claim.after", "send.before", "send.after"], strict=True):
        crash_at(crashing, point, lambda person=person: say_once(crashing, person))
        say_once(crashing, person)
    for person in people:
        crashing.wait_for_mail(f"{person}@", 1, 120)
    wait_until(lambda: not ask(crashing, WAITING), what="everything sent")
    mails = [mail for person in people for mail in crashing.mail(f"{person}@")]
    assert len({mail["Message-ID"] for mail in mails}) == 3
    assert len(mails) == 4
    assert audit(crashing) == []


def say_once(product, person):
    """Publish as a careful provider: an earlier row may have brought the crash before this one was accepted."""
    with product.provider_api() as api:
        answer = api.post("notifications/", json=body(person), headers={"Idempotency-Key": person})
    assert answer.status_code == 201, answer.text


def test_a_crash_in_the_middle_of_a_broadcast_leaves_nobody_out_and_tells_nobody_twice(crashing):
    crowd = Crowd(crashing, 5001)
    crash_at(crashing, "fanout.before_commit", crowd.tell)
    crowd.tell()
    crowd.hears_it_once()


MAKE_DUE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import DigestSchedule
now = timezone.now()
due = {{"window_start": now - timedelta(days=1), "next_due_at": now}}
assert DigestSchedule.objects.filter(user__username="{person}").update(**due) == 1
"""


@pytest.mark.parametrize(("point", "mails"), [("digest.opened", 1), ("digest.sent", 2)])
def test_a_crash_around_a_daily_mail_loses_nothing_and_a_repeat_is_recognisable(crashing, point, mails):
    person = crashing.new_person()
    with crashing.user_api(person) as client:
        daily = {"providers": [{"code": "telephony", "email_mode": "daily"}], "digest": {"time": "00:00"}}
        assert client.patch("preferences/", json=daily).status_code == 200
    crashing.publish(person, header="Once")
    crash_at(crashing, point, lambda: crashing.manage("shell", "-c", MAKE_DUE.format(person=person)))
    found = crashing.wait_for_mail(f"{person}@", mails, 120)
    wait_until(lambda: not ask(crashing, UNSENT_DAILY), what="the daily mail written off")
    assert len({mail["Message-ID"] for mail in found}) == 1
    assert len(crashing.mail(f"{person}@")) == mails
    assert audit(crashing) == []


UNSENT_DAILY = "SELECT id FROM channels_app_digestmail WHERE state='pending'"
WAITING = "SELECT id FROM notifcenter_delivery WHERE state='pending'"

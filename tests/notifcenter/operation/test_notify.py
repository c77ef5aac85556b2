"""Publishing from a terminal."""

import json
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from tests.processes import NOTIFCENTER, free_port, run


def notify(installation, *arguments, **changes):
    return run([NOTIFCENTER, "notify", *arguments], **(installation.env | changes))


def first_item(installation, username):
    with installation.user_api(username) as api:
        return api.get("inbox/").json()["results"][0]


def test_it_publishes_as_terminal_and_prints_json_alone_on_one_line(installation):
    person = installation.new_person()
    done = notify(installation, person, "The backup is done.", "--header", "Backup")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1
    printed, item = json.loads(done.stdout), first_item(installation, person)
    assert printed == {"id": item["id"], "recipients": 1}
    assert item["body"]["title"] == "Backup"
    assert item["body"]["rows"][0]["text"] == "The backup is done."
    assert item["provider"]["code"] == "terminal"


def test_a_recipient_may_be_an_id_and_the_kind_and_the_provider_are_chosen(installation):
    person = installation.new_person()
    with installation.host_api() as host:
        number = host.get(f"users/{person}/").json()["id"]
    done = notify(installation, str(number), "No line", "--kind", "error", "--provider", "telephony")
    assert done.returncode == 0, done.stderr
    item = first_item(installation, person)
    assert item["body"]["icon"]["error"] is True
    assert item["provider"]["code"] == "telephony"


def test_a_key_changes_what_was_published_under_it(installation):
    person = installation.new_person()
    ids = [json.loads(notify(installation, person, text, "--key", "backup").stdout)["id"] for text in ("Begun", "Done")]
    assert ids[0] == ids[1] == first_item(installation, person)["id"]
    assert first_item(installation, person)["body"]["rows"][0]["text"] == "Done"
    refused = notify(installation, person, "Failed", "--key", "backup", "--kind", "error")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1


def test_an_open_page_gets_it_at_once_even_by_way_of_a_slow_redis(production, slow_way):
    person, redis_url = production.new_person(), slow_way(production.env["REDIS_URL"])
    with production.live(person) as page:
        assert notify(production, person, "Hello", REDIS_URL=redis_url).returncode == 0
        assert page.next("notification", seconds=6)["data"]["body"]["rows"][0]["text"] == "Hello"


def test_wait_shows_each_delivery_until_it_has_ended(installation):
    person = installation.new_person()
    done = notify(installation, person, "Hello", "--wait")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert json.loads(lines[0])["recipients"] == 1
    assert f"{person} interface sent: The centre always gets it." in lines
    assert lines[-1] == f"{person} email sent"


def test_wait_takes_the_digest_for_an_end(installation):
    person = installation.new_person()
    assert notify(installation, "anna", "terminal is there").returncode == 0
    with installation.user_api(person) as api:
        daily = {"providers": [{"code": "terminal", "email_mode": "daily"}]}
        api.patch("preferences/", json=daily).raise_for_status()
    done = notify(installation, person, "Later", "--wait")
    assert done.returncode == 0
    assert f"{person} email digest" in done.stdout
    assert done.stderr == ""


def test_wait_ends_with_1_where_one_failed(start_product, smtp):
    product = start_product(demo=False, EMAIL_URL=smtp.url)
    person = product.new_person()
    smtp.answer = "554 no"
    done = notify(product, person, "Hello", "--wait")
    assert done.returncode == 1
    assert f"{person} email failed: 554 no" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nobody-of-that-name", "Hello"], "no active user with the username 'nobody-of-that-name'"),
        (["group:none", "Hello"], "The group 'none' does not exist"),
        (["anna", "  "], "text: "),
        (
            ["anna", "Hello", "--provider", "none"],
            "no provider 'none': bin/notifcenter provider none makes it.",
        ),
        (["anna", "Hello", "--kind", "shout"], "--kind"),
        (["anna"], "TEXT"),
    ],
)
def test_a_bad_call_is_refused_with_what_is_wrong(installation, arguments, complaint):
    done = notify(installation, *arguments)
    assert done.returncode != 0
    assert done.stdout == ""
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def slow_way():
    """Gives an address that leads to a server, half a second later for each connection."""
    doors = []

    def lead_to(url):
        parts, port = urlsplit(url), free_port()
        doors.append(socket.create_server(("127.0.0.1", port)))
        threading.Thread(target=serve, args=(doors[-1], (parts.hostname, parts.port)), daemon=True).start()
        return url.replace(str(parts.port), str(port))

    yield lead_to
    for door in doors:
        door.shutdown(socket.SHUT_RDWR)
        door.close()


def serve(door, server):
    with suppress(OSError):
        while True:
            near, _address = door.accept()
            time.sleep(0.5)
            far = socket.create_connection(server)
            for pair in ((near, far), (far, near)):
                threading.Thread(target=carry, args=pair, daemon=True).start()


def carry(source, target):
    with suppress(OSError), target:
        while data := source.recv(65536):
            target.sendall(data)

"""Who is calling: a service that knows is asked, and costs nothing but the name."""

import time
import uuid
from collections.abc import Iterator

import pytest

from tests.fakes.callers import SECRET, CallerService, Known
from tests.processes import ROOT, command_of, run, wait_until
from tests.product import Product, start_product

CARD = {"id": 41, "type": "contact", "name": "Ирина Петрова"}
IRINA = Known({"name": "Ирина Петрова", "element": CARD, "url": "/elsewhere/"})
numbers = iter(range(9_000_000, 9_999_999))


@pytest.fixture(scope="module")
def service() -> Iterator[CallerService]:
    running = CallerService().start()
    yield running
    running.stop()
    assert running.complaints == []


@pytest.fixture(scope="module")
def site(folders, service) -> Iterator[Product]:
    running = start_product(folders("lookup"), CALLER_LOOKUP_URL=service.url, CALLER_LOOKUP_SECRET=SECRET)
    yield running
    running.stop()


@pytest.fixture
def number() -> str:
    """One that nobody has asked about."""
    return f"+7999{next(numbers)}"


@pytest.fixture
def person(site) -> str:
    return site.new_person()


def item(site, person) -> dict:
    with site.user_api(person) as api:
        return api.get("inbox/").json()["results"][0]


def test_a_known_caller_is_named_and_the_click_leads_there(site, service, person, number) -> None:
    service.known[number] = IRINA
    site.publish(person, kind="call", text="Входящий", **{"from": number})
    shown = item(site, person)
    assert shown["caller"] == {"name": "Ирина Петрова", "number": number}
    assert (shown["click"]["value"], shown["entity"]) == ("/contacts/detail/41", CARD)
    assert service.asked_for(number) == [{"account": "7", "phone": number, "user": person}]


@pytest.mark.parametrize(
    ("fields", "known", "click"),
    [
        ({"click_link": "/mine/"}, IRINA, "/mine/"),
        ({}, Known({"name": "X", "url": "/cards/7/"}), "/cards/7/"),
        ({}, Known({"name": "X", "element": None, "url": None}), "/inbox/"),
    ],
)
def test_the_providers_own_link_goes_before_what_was_looked_up(site, service, person, number, fields, known, click):
    service.known[number] = known
    site.publish(person, kind="call", text="x", **fields, **{"from": number})
    assert item(site, person)["click"]["value"] == click


def test_answers_are_kept_by_number_whatever_the_way_it_is_written(site, service, person, number) -> None:
    service.known[number] = IRINA
    unknown = f"+7999{next(numbers)}"
    for written in (number, f"8 ({number[2:5]}) {number[5:8]}-{number[8:]}", number[1:]):
        site.publish(person, kind="call", text="x", **{"from": written})
        assert item(site, person)["caller"] == {"name": "Ирина Петрова", "number": written}
        site.publish(person, kind="call", text="x", **{"from": unknown})
        assert "caller" not in item(site, person)
    assert len(service.asked_for(number)) == len(service.asked_for(unknown)) == 1


def test_what_has_an_element_or_no_number_is_not_asked_about(site, service, person, number) -> None:
    before = len(service.questions)
    site.publish(person, kind="call", text="x", element=CARD, **{"from": number})
    site.publish(person, kind="call", text="x", **{"from": "Ivan"})
    site.publish(person, kind="call", text="x", **{"from": "101"})
    site.publish(person, kind="error", text=number)
    assert len(service.questions) == before


def test_amocrms_events_and_notes_to_oneself_are_asked_about_too(site, service, person, number) -> None:
    other = f"+7999{next(numbers)}"
    service.known[number] = service.known[other] = IRINA
    with site.user_api(person) as api:
        assert api.post("me/notifications/", json={"kind": "call", "text": "x", "from": number}).status_code == 201
    assert item(site, person)["caller"]["name"] == "Ирина Петрова"
    assert service.asked_for(number)[0]["user"] == person
    with site.provider_api() as api:
        event = {"type": "phone_call", "phone_number": other}
        api.post(f"{site.base_url}/api/v2/events", json={"add": [event]}).raise_for_status()
    wait_until(lambda: item(site, person).get("caller"), what="the caller of an event")
    assert item(site, person)["click"]["value"] == "/contacts/detail/41"
    assert "user" not in service.asked_for(other)[0]


def test_a_slow_answer_completes_the_call_in_place(site, service, person, number) -> None:
    service.known[number] = Known(IRINA.document, seconds=1.5)
    with site.live(person) as socket:
        socket.next("hello")
        began = time.monotonic()
        site.publish(person, kind="call", text="x", **{"from": number})
        took = time.monotonic() - began
        assert "caller" not in socket.next("notification")["data"]
        changed = socket.next("changed")
    assert took < 1.4
    assert changed["items"][0]["caller"]["name"] == "Ирина Петрова"
    assert (changed["items"][0]["is_read"], changed["alert"]) == (False, [])


def test_a_batch_does_not_wait_and_is_completed(site, service, person) -> None:
    many = [f"+7999{next(numbers)}" for _ in range(20)]
    service.known |= dict.fromkeys(many, Known(IRINA.document, seconds=0.2))
    calls = [{"kind": "call", "recipients": [person], "text": "x", "from": number} for number in many]
    with site.provider_api() as api:
        api.post("notifications/batch/", json=calls).raise_for_status()

    def named() -> bool:
        with site.user_api(person) as api:
            return all("caller" in one for one in api.get("inbox/").json()["results"])

    wait_until(named, what="twenty names")


@pytest.mark.parametrize(
    "known",
    [
        Known(status=302, headers={"Location": "/who/is"}),
        Known(status=500),
        Known(body=b"x" * 10_000_000),
        Known(body=b'{"name": "' + b"x" * 70_000 + b'"}'),
        Known(body=b"[" * 60_000),
        Known({"name": 7}),
        Known({"name": " "}),
        Known({"name": "x", "element": {"id": 1, "type": "robot"}}),
        Known({"name": "x", "url": "javascript:alert(1)"}),
        Known([]),
    ],
    ids=["redirect", "error", "10 MB", "70 KB", "deep", "number", "blank", "element", "link", "list"],
)
def test_an_outage_costs_nothing_but_the_name(site, service, person, number, known) -> None:
    service.known[number] = known
    site.publish(person, kind="call", text="x", **{"from": number})
    assert "caller" not in item(site, person)
    good = f"+7999{next(numbers)}"
    service.known[good] = IRINA
    site.publish(person, kind="call", text="x", **{"from": good})  # so that the breaker stays closed
    assert item(site, person)["caller"]["name"] == "Ирина Петрова"


def test_a_name_is_plain_text(site, service, person, number) -> None:
    service.known[number] = Known({"name": "<b>Ира</b>\u202e\n x"})
    site.publish(person, kind="call", text="x", **{"from": number})
    assert item(site, person)["caller"]["name"] == "<b>Ира</b> x"


def test_calls_of_an_exchange_are_looked_up_once(site, service, person, number) -> None:
    service.known[number] = IRINA
    with site.provider_api() as api:
        name = uuid.uuid4()
        for state in ("ringing", "answered", "ended"):
            body = {"state": state, "recipients": [person], "from": number, "duration": 5}
            api.put(f"calls/{name}/", json=body).raise_for_status()
    shown = item(site, person)
    assert (shown["caller"]["name"], shown["call"]["state"]) == ("Ирина Петрова", "ended")
    assert len(service.asked_for(number)) == 1


def test_a_service_that_is_down_is_left_alone_after_five_failures(folders, start_product) -> None:
    site = start_product(CALLER_LOOKUP_URL="http://127.0.0.1:9/who", CALLER_LOOKUP_SECRET=SECRET)
    person = site.new_person()
    for _ in range(12):
        site.publish(person, kind="call", text="x", **{"from": f"+7999{next(numbers)}"})
    log = (site.data_dir / "up.log").read_text()
    assert log.count("nobody says who is calling") == 5


def test_a_malformed_setting_is_named(folders) -> None:

    env = {"DATA_DIR": str(folders("malformed")), "PHONE_REGION": "Russia", "CALLER_LOOKUP_SECRET": "?"}
    done = run([command_of(ROOT), "check"], **env)
    assert done.returncode == 1
    assert "PHONE_REGION is malformed" in done.stderr
    assert "CALLER_LOOKUP_SECRET is malformed" in done.stderr

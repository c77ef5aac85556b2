"""A telephone exchange plays its calls over several lines at once: every desk ends in the right state."""

import os
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import httpx
import pytest

from tests.fakes.exchange import Exchange, PlayedCall

CALLS = int(os.environ.get("EXCHANGE_CALLS", "1000"))
LINES = 4
PAGE = 200


def play(api: httpx.Client, call: PlayedCall) -> list[tuple[int, str]]:
    """The events of one call, one after the other; gives what was answered."""
    answers = [api.put(f"calls/{quote(call.id, safe='')}/", json=event) for event in call.events]
    assert [answer.status_code for answer in answers] == [201] + [200] * (len(answers) - 1), answers[0].text
    assert answers[-1].json()["state"] == call.state, call
    return [(answer.status_code, answer.json()["id"]) for answer in answers]


def shown(installation, person: str) -> list[dict]:
    """All items of a centre, and that its badge counts the unread ones."""
    items: list[dict] = []
    with installation.user_api(person) as api:
        address = f"inbox/?limit={PAGE}"
        while address:
            page = api.get(address).raise_for_status().json()
            items += page["results"]
            address = page["next"]
        unread = api.get("inbox/summary/").json()["unread"]
    assert unread == sum(not item["is_read"] for item in items)
    return items


@pytest.mark.parametrize("seed", [1])
def test_every_desk_ends_in_the_right_state(installation, seed) -> None:
    desks = [installation.new_person() for _ in range(6)]
    exchange = Exchange(seed, desks)
    calls = [exchange.call(number) for number in range(CALLS)]
    with installation.provider_api("exchange") as api, ThreadPoolExecutor(LINES) as lines:
        for answers in lines.map(lambda call: play(api, call), calls):
            assert len({pk for _status, pk in answers}) == 1
    of_desk = defaultdict(dict)
    for call in calls:
        for desk in call.desks:
            of_desk[desk][call.id] = call
    for desk in desks:
        items = {item["call"]["id"]: item for item in shown(installation, desk)}
        assert items.keys() == of_desk[desk].keys()
        for name, call in of_desk[desk].items():
            known = items[name]["call"]
            assert (known["state"], items[name]["is_read"]) == (call.state, call.is_read), call
            assert known["duration"] == call.duration, call
            answered_by = known["answered_by"] and known["answered_by"]["name"].lower()
            assert answered_by == call.answered_by, call
    assert installation.manage("audit") == ""

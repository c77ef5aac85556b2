"""A provider's own list and its numbers by day."""

import time
import uuid

import pytest

from tests.problems import refused
from tests.processes import wait_until


@pytest.fixture
def code():
    return f"lists-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def mine(product, code):
    """A caller with a token of a provider of its own, with two categories."""
    categories = [{"code": name, "name": name} for name in ("bills", "lines")]
    with product.host_api() as host:
        host.put(f"providers/{code}/", json={"manifest": {"categories": categories}}).raise_for_status()
    with product.provider_api(code) as provider:
        yield provider


@pytest.fixture
def publish(mine, product):
    def send(*recipients, **fields):
        body = {"kind": "message", "text": "x", "recipients": list(recipients) or [product.new_person()]} | fields
        answer = mine.post("notifications/", json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["id"]

    return send


def ids(mine, **query):
    answer = mine.get("notifications/", params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["results"]]


def test_the_newest_comes_first_in_the_shape_of_one(mine, code, publish, product, person):
    first, second = publish(kind="call", text="one"), publish(person, kind="error", text="two")
    product.publish(person, text="somebody else's")
    with product.user_api(person) as me:
        me.post("me/notifications/", json={"kind": "error", "text": "my own", "widget_code": code})
    assert ids(mine) == [second, first]
    found = mine.get("notifications/").json()["results"]
    assert found[0] == mine.get(f"notifications/{second}/").json()


def test_pages_go_on_without_a_gap_also_within_one_moment(mine, product):
    body = {"kind": "message", "text": "x", "recipients": [product.new_person()]}
    kinds = ["message", "error", "call"] * 4
    sent = mine.post("notifications/batch/", json=[body | {"kind": kind, "fold_key": False} for kind in kinds]).json()
    pages, link = [], "notifications/?limit=5"
    while link:
        page = mine.get(link).json()
        pages.append([one["id"] for one in page["results"]])
        link = page["next"]
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [pk for page in pages for pk in page] == sent[::-1]
    back = mine.get(page["previous"]).json()
    assert [one["id"] for one in back["results"]] == pages[1]


def test_each_filter_finds_its_own(mine, publish, product):
    anna, boris = product.new_person(), product.new_person()
    call = publish(anna, kind="call", text="Позвонил <b>Фёдор</b>", **{"from": "+7 999"})
    bill = publish(boris, category="bills", key="bill 7", text="Счёт № 1042")
    both = publish(anna, boris, category="lines", kind="error", text="Линия 3 молчит", header="Сбой")
    withdrawn = publish(boris, key="bill 8")
    assert mine.delete(f"notifications/{withdrawn}/").status_code == 204
    with product.host_api() as host:
        boris_id = host.get(f"users/{boris}/").json()["id"]
    assert ids(mine, kind="call") == [call]
    assert ids(mine, category="bills") == [bill]
    assert ids(mine, category="none") == []
    assert ids(mine, key="bill 7") == [bill]
    assert ids(mine, key="bill 8") == [withdrawn]
    assert ids(mine, recipient=anna) == [both, call]
    assert ids(mine, recipient=anna.upper(), kind="error") == [both]
    assert ids(mine, recipient=str(boris_id), category="bills", key="bill 7") == [bill]
    assert ids(mine, recipient="nobody-at-all") == []
    assert ids(mine, q="ФЕДОР поз") == [call]
    assert ids(mine, q="сбой мол") == [both]
    assert ids(mine, q="олчит") == []
    assert ids(mine, q="1042", recipient=boris) == [bill]
    now = int(time.time())
    assert ids(mine, **{"from": now + 100}) == []
    assert len(ids(mine, **{"from": now - 100, "until": now + 100})) == 4
    assert ids(mine, until=now - 100, recipient=anna) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"kind": "letter"}, "kind"),
        ({"q": "!?"}, "q"),
        ({"from": "yesterday"}, "from"),
        ({"colour": "red"}, "colour"),
        ({"cursor": "x"}, "cursor"),
        ({"limit": "201"}, "limit"),
    ],
)
def test_a_wrong_query_is_pointed_at(mine, query, parameter):
    problem = refused(mine.get("notifications/", params=query), 400)
    assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_the_numbers_of_today(mine, publish, product):
    anna, boris = product.new_person(), product.new_person()
    with product.user_api(boris) as api:
        assert api.patch("preferences/", json={"receive_notifications": False}).status_code == 200
    pk = publish(anna, boris)
    publish(anna)
    product.wait_for_mail(f"{anna}@example.com", 2)
    with product.user_api(anna) as api:
        api.post("inbox/read/", json={"ids": [pk]})

    def stats():
        answer = mine.get("stats/", params={"days": 3})
        assert answer.status_code == 200, answer.text
        return answer.json()

    wait_until(lambda: stats()["days"][-1]["channels"]["email"]["sent"] == 2, what="both mails")
    answer = stats()
    assert answer.keys() == {"days", "median_seconds_until_read"}
    assert len(answer["days"]) == 3
    today = answer["days"][-1]
    assert today.keys() == {"date", "published", "read", "channels"}
    assert (today["published"], today["read"]) == (2, 1)
    assert today["channels"]["email"] == {"sent": 2, "failed": 0, "muted": 1}
    assert 0 <= answer["median_seconds_until_read"] < 600
    assert [day["published"] for day in answer["days"][:-1]] == [0, 0]
    assert len(mine.get("stats/").json()["days"]) == 30


@pytest.mark.parametrize("days", ["0", "91", "many"])
def test_days_have_a_limit(mine, days):
    refused(mine.get("stats/", params={"days": days}), 400)


def test_postgresql_answers_alike(production):
    anna = production.new_person()
    code = f"lists-{uuid.uuid4().hex[:8]}"
    with production.host_api() as host:
        manifest = {"categories": [{"code": "bills", "name": "Bills"}]}
        host.put(f"providers/{code}/", json={"manifest": manifest}).raise_for_status()
    with production.provider_api(code) as provider:
        body = {"text": "Счёт Фёдора", "recipients": [anna]}
        more = [{"kind": "message", "category": "bills", "key": "k"}, {"kind": "call"}, {"kind": "error"}]
        sent = [provider.post("notifications/", json=body | each).json()["id"] for each in more]
        assert ids(provider) == sent[::-1]
        assert ids(provider, limit=1) == sent[2:]
        for query in ({"key": "k"}, {"category": "bills"}, {"kind": "message"}, {"recipient": anna, "key": "k"}):
            assert ids(provider, **query) == sent[:1], query
        assert ids(provider, q="федора", recipient=anna) == sent[::-1]
        following = provider.get("notifications/?limit=2").json()["next"]
        assert [one["id"] for one in provider.get(following).json()["results"]] == sent[:1]
        with production.user_api(anna) as api:
            api.post("inbox/read/", json={"all": True})
        today = provider.get("stats/").json()["days"][-1]
        assert (today["published"], today["read"]) == (3, 3)

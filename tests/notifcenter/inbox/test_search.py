"""Search beside a plain scan of the same items, on random texts; and items of an earlier version."""

import re

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from notifcenter import providers
from notifcenter.inbox import search
from notifcenter.inbox.filter import Filter, Search
from notifcenter.inbox.pages import Centre
from notifcenter.models import InboxItem
from notifcenter.operation import search_columns
from notifcenter.publishing.publish import Publication, publish

PIECES = st.sampled_from(
    ["анна", "Анна", "ёлка", "ЕЛКА", "line", "call", "Teleph", "8 912 345", "+7 (912) 345-67-89", "912.345", "12", "7"]
)
TEXTS = st.lists(st.tuples(PIECES, st.sampled_from([" ", ", ", " - ", "/"])), min_size=1, max_size=4).map(
    lambda pairs: "".join(piece + separator for piece, separator in pairs).strip(" ,-/")
)
QUERIES = st.lists(st.lists(PIECES, min_size=1, max_size=2).map(", ".join), min_size=1, max_size=8)
ITEMS = st.lists(
    st.fixed_dictionaries(
        {"kind": st.just("call"), "text": TEXTS},
        optional={"header": TEXTS, "from": TEXTS, "to": TEXTS},
    ),
    min_size=1,
    max_size=6,
)
CHUNK = re.compile(r"\+?[\d ().\-]+")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=ITEMS, queries=QUERIES)
def test_what_is_found_is_what_a_plain_scan_finds(installation, items, queries):
    person = installation.new_person()
    with installation.host_api() as host:
        host.put(f"users/{person}/", json={"language": "en"}).raise_for_status()
    with installation.provider_api() as provider:
        answer = provider.post("notifications/batch/", json=[item | {"recipients": [person]} for item in items])
        assert answer.status_code == 201, answer.text
    by_id = dict(zip(answer.json(), items, strict=True))
    with installation.user_api(person) as centre:
        shown = centre.get("inbox/").json()["results"]
        for query in queries:
            found = centre.get("inbox/", params={"q": query}).json()["results"]
            assert [each["id"] for each in found] == [
                each["id"] for each in shown if scanned(by_id[each["id"]], each, query)
            ]


def scanned(item, shown, query):
    """Whether an item has all words and numbers of a query, by the contract's words."""
    fields = [shown["body"]["title"], item["text"], item.get("from", ""), item.get("to", "")]
    words = {word for field in [*fields, shown["provider"]["name"]] for word in words_of(field)}
    rest = CHUNK.sub(lambda chunk: " " if len(digits_of(chunk[0])) >= 4 else chunk[0], query)
    numbers = [number for field in fields for number in numbers_of(field)]
    return all(any(word.startswith(begin) for word in words) for begin in words_of(rest)) and all(
        any(part in digits for number in numbers for digits in both(number) for part in both(wanted))
        for wanted in numbers_of(query)
    )


def words_of(text):
    return "".join(c if c.isalnum() else " " for c in text.lower().replace("ё", "е")).split()


def numbers_of(text):
    return [chunk for chunk in CHUNK.findall(text) if len(digits_of(chunk)) >= 4]


def digits_of(chunk):
    return "".join(filter(str.isdigit, chunk))


def both(chunk):
    digits = digits_of(chunk)
    return {digits, f"7{digits[1:]}"} if digits[0] == "8" and chunk[0] != "+" else {digits}


@pytest.mark.django_db
def test_items_of_an_earlier_version_are_found_once_their_turn_came(django_assert_max_num_queries):
    provider, _new = providers.save("phones")
    user = User.objects.create_user("reader")
    publish([Publication(provider, "call", f"Line {n}", {user.pk: True}) for n in range(3)], now=timezone.now())
    as_placed = list(InboxItem.objects.order_by("pk").values())
    InboxItem.objects.update(kind=None, category=None, published_at=None, missed=None, search=None)
    centre = Centre(user.pk, Filter(kinds=("call",), search=Search(search.Query.parse("line"), {}, {})))
    assert centre.page(limit=5) == []
    with django_assert_max_num_queries(10):
        last = search_columns.fill_batch()
    assert search_columns.fill_batch(last) is None
    assert list(InboxItem.objects.order_by("pk").values()) == as_placed
    assert len(centre.page(limit=5)) == 3
    assert search_columns.remaining() == 0

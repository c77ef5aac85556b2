"""Changes of what very many have: in chunks, and in the middle of a fan-out."""

import pytest
from django.utils import timezone

from accounts.models import User
from notifcenter.models import InboxChange, InboxItem, Provider
from notifcenter.operation import audit
from notifcenter.publishing import fanout, withdrawal
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_chunks(monkeypatch):
    monkeypatch.setattr(fanout, "PLACED_AT_ONCE_MAX", 5)
    monkeypatch.setattr(fanout, "CHUNK_ENTRIES", 4)
    yield
    assert list(audit.breaches(now=timezone.now())) == []


@pytest.fixture
def people(db):
    return [User.objects.create(username=f"u{number}").pk for number in range(12)]


@pytest.fixture
def tell(people):
    provider = Provider.objects.create(code="many", name="Many")

    def publish_it(text, to=people, **fields):
        publication = Publication(provider, "message", text, dict.fromkeys(to, True), named="all", key="k", **fields)
        return publish([publication], now=timezone.now())[0]

    return publish_it


def place(number=100):
    for pk in fanout.waiting(number)[:number]:
        assert fanout.place(pk, now=timezone.now())


def seen():
    """What each person sees, and the frames that led there."""
    rows = InboxItem.objects.filter(deleted_at=None).order_by("user")
    frames = dict.fromkeys(rows.values_list("user", flat=True), 0)
    for change in InboxChange.objects.all():
        frames[change.user_id] = frames.get(change.user_id, 0) + 1
    return [(row.notification.text, frames[row.user_id]) for row in rows]


def test_an_update_in_the_middle_reaches_those_placed_before_and_after(tell):
    tell("old")
    place(1)
    tell("new")
    assert {text for text, _frames in seen()} == {"new"}
    place()
    assert seen() == [("new", 1)] * 4 + [("new", 0)] * 8


def test_an_update_of_what_all_have_is_shown_in_chunks(tell):
    tell("old")
    place()
    tell("new", renew=True)
    assert len(fanout.waiting(10)) == 3
    place()
    assert seen() == [("new", 1)] * 12


def test_a_withdrawal_in_the_middle_stops_the_rest_and_takes_back_what_was_placed(tell):
    published = tell("old")
    place(2)
    assert withdrawal.withdraw(published.pk, now=timezone.now())
    place()
    assert seen() == []
    assert InboxItem.objects.count() == 8


def test_a_change_that_waits_is_nothing_after_a_withdrawal(tell):
    published = tell("old")
    place()
    tell("new", renew=True)
    withdrawal.withdraw(published.pk, now=timezone.now())
    place()
    assert seen() == []
    assert set(InboxChange.objects.values_list("action", flat=True)) == {"deleted"}


def test_who_is_newly_named_in_the_middle_gets_it_once(tell, people):
    tell("old", to=people[:8])
    place(1)
    tell("new", to=people)
    place()
    assert len(seen()) == 12
    assert InboxItem.objects.count() == 12

"""Receipts: lists and counts of deliveries are the same, whether what was settled at publication is a row or not."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import ChannelPreference, Device, User
from accounts.tokens import mint_for_user
from notifcenter.inbox import receipts
from notifcenter.models import Delivery, InboxItem, Kind, Notification, Provider
from notifcenter.operation import audit, compaction, retention
from notifcenter.publishing.publish import Publication, publish
from notifcenter.tokens import mint_for_provider
from tests.notifcenter.inbox.history import as_first_edition

PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "user": st.fixed_dictionaries(
                {
                    "receive_notifications": st.booleans(),
                    "mail_off": st.booleans(),
                    "email": st.sampled_from(["", "a@example.com"]),
                }
            ),
            "devices": st.lists(st.sampled_from(["mobile", "browser"]), max_size=3),
            "channels": st.dictionaries(st.sampled_from(["email", "mobile", "browser"]), st.booleans()),
            "email_mode": st.sampled_from(["instant", "daily"]),
        }
    ),
    min_size=1,
    max_size=5,
)
KINDS = st.lists(st.sampled_from(Kind.values), min_size=1, max_size=3)
PLAIN = {"user": {}, "devices": [], "channels": {}, "email_mode": "instant"}
SECONDS_LATE = st.sampled_from([0, 0.4, 1, 90_000])


class TestBothForms(TestCase):
    @given(people=PEOPLE, kinds=KINDS, seconds_late=SECONDS_LATE, limit=st.integers(1, 7))
    @settings(max_examples=15, deadline=None, phases=[Phase.generate])
    def test_lists_and_counts_are_the_same_before_and_after_the_rows_move(self, people, kinds, seconds_late, limit):
        provider, users = published(people, kinds)
        going_out = Delivery.objects.count()
        as_first_edition(provider, late=timedelta(seconds=seconds_late))
        assert Delivery.objects.count() > going_out
        before = shown(provider, users, limit)
        last = compaction.compact_batch()
        assert before == shown(provider, users, limit)
        assert (Delivery.objects.count(), compaction.compact_batch(after=last)) == (going_out, None)
        assert list(audit.breaches(now=timezone.now())) == []


@pytest.mark.django_db
def test_a_row_read_before_it_moves_and_settled_after_is_shown_once():
    provider, _users = published([PLAIN], ["call"])
    [item] = InboxItem.objects.all()
    as_first_edition(provider)
    InboxItem.objects.update(settled=item.settled)
    page = receipts.Receipts(item.notification_id).page(limit=50)
    assert [receipt.delivery.channel for receipt in page] == ["interface", "email", "mobile", "browser"]


@pytest.mark.django_db
def test_a_delivery_that_waited_before_it_was_skipped_stays_a_row():
    provider, _users = published([PLAIN], ["call"])
    Delivery.objects.filter(channel="email").update(state="skipped", reason="read", due_at=None)
    Delivery.objects.filter(channel="email").update(finished_at=timezone.now())
    as_first_edition(provider)
    compaction.compact_batch()
    [row] = Delivery.objects.all()
    assert (row.channel, row.reason) == ("email", "read")


@pytest.mark.django_db
def test_where_retention_takes_an_item_its_deliveries_go_with_it(monkeypatch):
    provider, [old, newcomer] = published([PLAIN, PLAIN], ["call"])
    monkeypatch.setattr(retention, "NEWEST_ENTRIES", 1)
    publish([Publication(provider, "call", "New", {old.pk: True})], now=timezone.now())
    [shared] = Notification.objects.exclude(text="New")
    retention.forget(before=timezone.now(), batch=1)
    page = receipts.Receipts(shared.pk).page(limit=50)
    assert {receipt.delivery.user_id for receipt in page} == {newcomer.pk}
    assert sum(sum(states.values()) for states in receipts.counted(shared.pk).values()) == len(page)
    assert Notification.objects.count() == 2
    assert list(audit.breaches(now=timezone.now())) == []


@pytest.mark.django_db
def test_what_an_earlier_version_left_without_an_item_goes_by_retention():
    provider, [old, newcomer] = published([PLAIN, PLAIN], ["call"])
    as_first_edition(provider)
    retention.delete_items([InboxItem.objects.get(user=old).pk])
    [notification] = Notification.objects.all()
    retention.forget(before=timezone.now(), batch=1)
    page = receipts.Receipts(notification.pk).page(limit=50)
    assert {receipt.delivery.user_id for receipt in page} == {newcomer.pk}
    assert sum(sum(states.values()) for states in receipts.counted(notification.pk).values()) == len(page)


def published(people, kinds):
    """A provider's notification of each kind, each to everybody, and who got them."""
    provider = Provider.objects.create(code=f"p{uuid4().hex}", name="Phones")
    users = []
    for number, person in enumerate(people):
        user = User.objects.create_user(f"{provider.code}-{number}", **{"email": "a@example.com"} | person["user"])
        for channel in person["devices"]:
            address = uuid4().hex
            Device.objects.create(user=user, channel=channel, address=address, address_digest=address)
        ChannelPreference.objects.create(
            user=user, provider=provider, channels=person["channels"], email_mode=person["email_mode"]
        )
        users.append(user)
    switches = {user.pk: user.receive_notifications for user in users}
    publish([Publication(provider, kind, kind, switches) for kind in kinds], now=timezone.now())
    return provider, users


def shown(provider, users, limit):
    """All that is shown of what a provider published: lists in pages of that size, counts, and the list of staff."""
    publisher, staff = Client(headers={"Authorization": f"Bearer {mint_for_provider(provider)}"}), Client()
    staff.force_login(User.objects.filter(is_superuser=True).first() or User.objects.create_superuser("boss"))
    answers = []
    for notification in Notification.objects.filter(provider=provider):
        address = f"/api/v1/notifications/{notification.pk}/"
        answers += [publisher.get(address).json(), pages(publisher, f"{address}deliveries/?limit={limit}")]
        for user in users:
            reader = Client(headers={"Authorization": f"Bearer {mint_for_user(user)}"})
            answers.append(pages(reader, f"/api/v1/inbox/{notification.pk}/deliveries/?limit={limit}"))
    lists = [listed(staff, provider, filters) for filters in ("", "&state=skipped", "&state=sent&channel=interface")]
    assert lists[0]
    return answers, lists


def pages(client, address):
    """The results of all pages, each page read again from the next one's ``previous``."""
    results = []
    while address:
        page = client.get(address).json()
        results += page["results"]
        address = page["next"]
        if address:
            back = client.get(client.get(address).json()["previous"]).json()
            assert back["results"] == page["results"]
    return results


def listed(staff, provider, filters):
    """The lines of all pages of the admin's list, in any order."""
    lines, query = [], f"?notification__provider__id__exact={provider.pk}{filters}"
    while query:
        page = staff.get(f"/admin/notifcenter/delivery/{query}").content.decode()
        rows = re.findall(r'<tr><td class="action-checkbox">.*?</tr>', page, re.DOTALL)
        lines += [re.sub(r"<[^>]+>", "|", row) for row in rows]
        older = re.search(r'href="(\?[^"]*before=[^"]+)"', page)
        query = unescape(older[1]) if older else ""
    return sorted(lines)

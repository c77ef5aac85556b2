"""Undo: every call can be taken back for a minute, item by item as it was."""

import time
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from notifcenter import providers
from notifcenter.inbox import changes, undo
from notifcenter.inbox.changes import Selection
from notifcenter.inbox.verbs import DONE
from notifcenter.models import InboxItem
from notifcenter.publishing.publication import Publication
from notifcenter.publishing.publish import publish as publish_all
from tests.problems import refused

VERBS = ["read", "unread", "done", "undone", "pin", "unpin", "snooze", "unsnooze", "delete"]


@pytest.fixture
def mixed(fill, do):
    """One item in each state, and one that is plain."""
    later = int(time.time()) + 1000
    plain, read, done, read_and_done, pinned, snoozed = fill(6)
    (
        do("read", read, read_and_done),
        do("done", done, read_and_done),
        do("pin", pinned),
        do("snooze", snoozed, until=later),
    )
    return [plain, read, done, read_and_done, pinned, snoozed]


@pytest.mark.parametrize("verb", VERBS)
def test_each_item_is_as_it_was_whatever_it_was(centre, mixed, do, page, unread, verb):
    def everything():
        items = centre.get("inbox/?state=all").json()["results"]
        return [{name: value for name, value in item.items() if name != "updated_at"} for item in items]

    before, count = everything(), unread()
    until = {"until": int(time.time()) + 2000} if verb == "snooze" else {}
    answer = do(verb, *mixed, **until)
    assert answer["changed"] > 0
    assert everything() != before
    back = centre.post("inbox/undo/", json={"undo": answer["undo"]}).json()
    assert back == {"unread": count, "changed": answer["changed"]}
    assert (everything(), unread()) == (before, count)
    frame = (
        page.next("changed") if verb in ("read", "unread", "delete") else page.until(page.frames[0]["cursor"] + 2)[-1]
    )
    assert (frame["type"], len(frame["items"]), frame["unread"]) == ("changed", answer["changed"], count)


def test_it_works_once_and_only_for_its_person(installation, centre, fill, do, listed):
    ids = fill(2)
    token = do("done", *ids)["undo"]
    with installation.user_api(installation.new_person()) as stranger:
        refused(stranger.post("inbox/undo/", json={"undo": token}), 404)
    assert centre.post("inbox/undo/", json={"undo": token}).status_code == 200
    refused(centre.post("inbox/undo/", json={"undo": token}), 404)
    assert listed() == ids[::-1]


@pytest.mark.parametrize("body", [{}, {"undo": 7}, {"undo": "x"}, {"undo": None}, []])
def test_what_is_no_token_is_refused(centre, body):
    refused(centre.post("inbox/undo/", json=body), 400)
    refused(centre.post("inbox/undo/", json={"undo": str(uuid.uuid4())}), 404)


def test_what_was_withdrawn_or_renewed_meanwhile_stays_so(publish, installation, centre, do, listed):
    withdrawn, renewed = publish(key=f"w{uuid.uuid4()}"), publish(key=(key := f"r{uuid.uuid4()}"))
    plain = publish()
    removed = do("delete", withdrawn, renewed, plain)
    with installation.provider_api() as provider:
        assert provider.delete(f"notifications/{withdrawn}/").status_code == 204
    publish(key=key, renew=True)
    assert centre.post("inbox/undo/", json={"undo": removed["undo"]}).json()["changed"] == 1
    assert listed() == [renewed, plain]


def test_of_two_calls_each_takes_back_its_own(fill, centre, do, shown):
    [pk] = fill(1)
    read, pinned = do("read", pk), do("pin", pk)
    centre.post("inbox/undo/", json={"undo": read["undo"]})
    assert (shown(pk)["is_read"], "pinned_at" in shown(pk)) == (False, True)
    centre.post("inbox/undo/", json={"undo": pinned["undo"]})
    assert "pinned_at" not in shown(pk)


@pytest.mark.django_db
def test_after_a_minute_it_is_too_late():
    provider, _new = providers.save("phones")
    user, now = User.objects.create_user("reader"), timezone.now()
    publish_all([Publication(provider, "message", "x", {user.pk: True})], now=now)
    tokens = [changes.apply(Selection(user.pk), DONE, now=now).undo]
    undo.undo(user.pk, tokens[0], now=now + timedelta(seconds=60))
    tokens.append(changes.apply(Selection(user.pk), DONE, now=now).undo)
    with pytest.raises(undo.TooLate):
        undo.undo(user.pk, tokens[1], now=now + timedelta(seconds=61))
    assert InboxItem.objects.get().done_at == now

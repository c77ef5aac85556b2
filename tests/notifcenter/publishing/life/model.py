"""A model of one person's inbox: a dictionary, changed by the same calls as the product, and compared with it.

A page of theirs is kept beside: it comes and goes, and what its frames make of the list must be what the API lists.
"""

import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule
from hypothesis.strategies import booleans, sampled_from

from tests.live import CHANGES, Socket
from tests.processes import wait_until
from tests.product import Product


class One(NamedTuple):
    """What of an item is compared; ``state``: open, done or snoozed."""

    text: str
    is_read: bool = False
    repeats: int = 1
    state: str = "open"
    is_pinned: bool = False


Shown = dict[str, One]
"""By id."""
DOES: dict[str, Callable[[One], One]] = {
    "read": lambda one: one._replace(is_read=True),
    "unread": lambda one: one if one.state == "done" else one._replace(is_read=False),
    "done": lambda one: one._replace(state="done", is_read=True, is_pinned=False),
    "pin": lambda one: one if one.state == "done" else one._replace(is_pinned=True),
    "unpin": lambda one: one._replace(is_pinned=False),
    "snooze": lambda one: one if one.state == "done" else one._replace(state="snoozed"),
    "unsnooze": lambda one: one._replace(state="open") if one.state == "snoozed" else one,
}
"""What becomes of an item by a call."""
LATER = 1_000_000


def shown(item: dict[str, Any]) -> One:
    """Of an item in the shape of the API."""
    state = "done" if "done_at" in item else "snoozed" if "snoozed_until" in item else "open"
    return One(item["body"]["rows"][0]["text"], item["is_read"], item.get("repeats", 1), state, "pinned_at" in item)


class Inbox(RuleBasedStateMachine):
    """One person, one provider, one page. ``model``: ids in the order of the inbox, newest last."""

    installation: Product
    keys = Bundle("keys")

    @initialize()
    def begin(self) -> None:
        """Somebody with an empty inbox, and their page."""
        self.person = self.installation.new_person()
        self.provider = self.installation.provider_api()
        self.user = self.installation.user_api(self.person)
        self.token = self.installation.user_token(self.person)
        self.model: Shown = {}
        self.removed: Shown = {}
        self.by_key: dict[str, str] = {}
        self.folds: dict[str, str] = {}
        self.words, self.page_items, self.cursor = 0, Shown(), 0
        self.prefix = uuid.uuid4().hex
        self.page: Socket | None = None
        self.connect()

    @rule(target=keys)
    def publish_under_a_new_key(self) -> str:
        """A new notification."""
        key = f"{self.prefix}/{self.words}"
        answer = self.publish(key=key)
        assert answer.status_code == 201
        self.by_key[key] = answer.json()["id"]
        self.model[answer.json()["id"]] = One(self.text)
        return key

    @rule(key=keys, renew=booleans())
    def publish_again(self, key: str, renew: bool) -> None:  # noqa: FBT001  hypothesis names it
        """An update, or a renewal."""
        answer = self.publish(key=key, renew=renew)
        pk = self.by_key[key]
        assert (answer.status_code, answer.json()["id"]) == (200, pk)
        if renew:
            before = self.removed.pop(pk, None) or self.model.pop(pk)
            self.model[pk] = One(self.text, is_pinned=before.is_pinned)
        for of in (self.model, self.removed):
            if pk in of:
                of[pk] = of[pk]._replace(text=self.text)

    @rule(key=consumes(keys))
    def withdraw(self, key: str) -> None:
        """By its key."""
        pk = self.by_key.pop(key)
        assert self.provider.delete(f"notifications/by-key/{key}/").status_code == 204
        self.model.pop(pk, None)
        self.removed.pop(pk, None)

    @rule(line=sampled_from(["Line 1", "Line 2"]))
    def fail(self, line: str) -> None:
        """An error that folds where somebody has it and is not done with it."""
        text = f"{line} of {self.prefix} is down"
        known = self.model.get(self.folds.get(line, ""))
        if known and known.state == "snoozed":
            return  # it stays away, and would come on top within a second of the end of the snooze
        answer = self.provider.post("notifications/", json={"kind": "error", "recipients": [self.person], "text": text})
        pk, before = answer.json()["id"], self.folds.get(line)
        assert (answer.status_code == 200) == bool(known and known.state == "open")
        assert answer.status_code == 201 or pk == before
        again = self.model.pop(pk) if known and answer.status_code == 200 else One(text, repeats=0)
        self.model[pk] = again._replace(is_read=False, repeats=again.repeats + 1)
        self.folds[line] = pk

    @rule()
    def expire(self) -> None:
        """One that expires at once is not there any more in the end."""
        answer = self.publish(expires_at=int(time.time()) + 1)
        assert answer.status_code in (201, 400)  # the second may be over already

    @rule(verb=sampled_from(sorted(DOES)), newest=booleans())
    @precondition(lambda self: self.model)
    def do(self, verb: str, newest: bool) -> None:  # noqa: FBT001  hypothesis names it
        """With the oldest or the newest item."""
        self.settle()
        pk = next(reversed(self.model) if newest else iter(self.model))
        self.change(verb, pk)
        self.model[pk] = DOES[verb](self.model[pk])

    @rule(verb=sampled_from(sorted([*DOES, "delete"])), newest=booleans())
    @precondition(lambda self: any(one.repeats == 1 for one in self.model.values()))
    def do_and_undo(self, verb: str, newest: bool) -> None:  # noqa: FBT001  hypothesis names it
        """All is as it was; but of what folds, which may come on top meanwhile."""
        self.settle()
        single = [pk for pk, one in self.model.items() if one.repeats == 1]
        if token := self.change(verb, single[-1 if newest else 0])["undo"]:
            self.user.post("inbox/undo/", json={"undo": token}).raise_for_status()

    @rule()
    @precondition(lambda self: any(one.state == "done" for one in self.model.values()))
    def undo_what_was_done(self) -> None:
        """All that is done is open again, and unread where it was."""
        self.settle()
        self.user.post("inbox/undone/", json={"all": True}).raise_for_status()
        listed = self.listed()[0]
        for pk, one in self.model.items():
            if one.state == "done":
                self.model[pk] = one._replace(state="open", is_read=listed[pk].is_read)

    def change(self, verb: str, pk: str) -> dict[str, Any]:
        """The answer of a call for one item."""
        until = {"until": int(time.time()) + LATER} if verb == "snooze" else {}
        answer = self.user.post(f"inbox/{verb}/", json={"ids": [pk]} | until)
        return dict(answer.raise_for_status().json())

    @rule()
    @precondition(lambda self: self.model)
    def remove_the_newest(self) -> None:
        """Out of the inbox; by a renewal it comes back."""
        self.settle()
        pk = next(reversed(self.model))
        assert self.user.delete(f"inbox/{pk}/").status_code == 204
        self.removed[pk] = self.model.pop(pk)

    @rule()
    @precondition(lambda self: self.page)
    def disconnect(self) -> None:
        """The page loses its connection."""
        self.take_frames()
        assert self.page
        self.page.close()
        self.page = None

    @rule()
    @precondition(lambda self: not self.page)
    def connect(self) -> None:
        """The page comes again, with the cursor it has."""
        self.page = Socket(self.installation.live_url, token=self.token, cursor=self.cursor)

    @invariant()
    def the_api_lists_what_the_model_has(self) -> None:
        """In its order; the number of unread items is theirs."""
        self.settle()

    def teardown(self) -> None:
        """In the end the page has what the API lists."""
        if self.page is None:
            self.connect()
        self.settle()
        wait_until(self.page_agrees, what=f"{self.model} in the page, which has {self.page_items}")
        assert self.page
        self.page.close()
        self.user.close()
        self.provider.close()

    def page_agrees(self) -> bool:
        """Whether the page, with what has come to it by now, has what the model has."""
        self.take_frames()
        return self.page_items == self.model

    def publish(self, **fields: Any) -> Any:
        """A message to the person with a text of its own."""
        self.words += 1
        self.text = f"text {self.words}"
        body = {"kind": "message", "recipients": [self.person], "text": self.text} | fields
        return self.provider.post("notifications/", json=body)

    def settle(self) -> None:
        """Wait until the API lists what the model has: folds are shown within a second, expiry carried out soon.

        What folded may come on top once more meanwhile, so its place is not compared.
        """
        expected = dict(self.model), self.in_order(self.listed_by_model()), self.unread()
        wait_until(lambda: self.listed() == expected, what=str(self.model))

    def listed_by_model(self) -> list[tuple[str, One]]:
        """What is open, as it is listed: what is pinned on top."""
        of_state = [(pk, one) for pk, one in reversed(self.model.items()) if one.state == "open"]
        return sorted(of_state, key=lambda pair: not pair[1].is_pinned)

    def in_order(self, items: Iterable[tuple[str, One]]) -> list[str]:
        """The ids of those that did not fold, in this order."""
        return [pk for pk, one in items if one.repeats == 1]

    def unread(self) -> int:
        """How many are unread by the model."""
        return sum(not one.is_read and one.state != "snoozed" for one in self.model.values())

    def listed(self) -> tuple[Shown, list[str], int]:
        """What the API lists in any state, the order of what is open and did not fold, the number of unread items."""
        items = {
            state: [
                (item["id"], shown(item)) for item in self.user.get(f"inbox/?limit=200&state={state}").json()["results"]
            ]
            for state in ("open", "all")
        }
        unread = self.user.get("inbox/summary/").json()["unread"]
        return dict(items["all"]), self.in_order(items["open"]), unread

    def take_frames(self) -> None:
        """Let the page take what came up to the present cursor."""
        assert self.page
        with Socket(self.installation.live_url, token=self.token) as other:
            latest = other.next("hello")["cursor"]
        while self.cursor < latest:
            self.apply(self.page.next(*CHANGES))

    def apply(self, frame: dict[str, Any]) -> None:
        """Do with a frame what a page does."""
        assert frame["cursor"] > self.cursor
        self.cursor, kind = frame["cursor"], frame["type"]
        if kind == "notification":
            self.page_items[frame["data"]["id"]] = shown(frame["data"])
        elif kind == "changed":
            self.page_items |= {item["id"]: shown(item) for item in frame["items"]}
        elif kind == "reset":
            self.page_items = self.listed()[0]
        else:
            self.apply_to_known(frame)

    def apply_to_known(self, frame: dict[str, Any]) -> None:
        """Read, unread or deleted items that the page has."""
        for pk in [pk for pk in frame["ids"] if pk in self.page_items]:
            one = self.page_items.pop(pk)
            if frame["type"] == "read":
                self.page_items[pk] = one._replace(is_read=frame["read"])

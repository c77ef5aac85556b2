"""A model of one person's inbox: a dictionary, changed by the same calls as the product, and compared with it.

A page of theirs is kept beside: it comes and goes, and what its frames make of the list must be what the API lists.
"""

import time
import uuid
from collections.abc import Iterable
from typing import Any

from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, precondition, rule
from hypothesis.strategies import booleans, sampled_from

from tests.live import CHANGES, Socket
from tests.processes import wait_until
from tests.product import Product

Shown = dict[str, tuple[str, bool, int]]
"""By id: text, whether it is read, how often it came."""


def shown(item: dict[str, Any]) -> tuple[str, bool, int]:
    """What of an item in the shape of the API is compared."""
    return item["body"]["rows"][0]["text"], item["is_read"], item.get("repeats", 1)


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
        self.words, self.page_items, self.cursor = 0, dict[str, tuple[str, bool, int]](), 0
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
        self.model[answer.json()["id"]] = self.text, False, 1
        return key

    @rule(key=keys, renew=booleans())
    def publish_again(self, key: str, renew: bool) -> None:  # noqa: FBT001  hypothesis names it
        """An update, or a renewal."""
        answer = self.publish(key=key, renew=renew)
        pk = self.by_key[key]
        assert (answer.status_code, answer.json()["id"]) == (200, pk)
        if renew:
            self.removed.pop(pk, None)
            self.model.pop(pk, None)
            self.model[pk] = self.text, False, 1
        for of in (self.model, self.removed):
            if pk in of:
                of[pk] = self.text, *of[pk][1:]

    @rule(key=consumes(keys))
    def withdraw(self, key: str) -> None:
        """By its key."""
        pk = self.by_key.pop(key)
        assert self.provider.delete(f"notifications/by-key/{key}/").status_code == 204
        self.model.pop(pk, None)
        self.removed.pop(pk, None)

    @rule(line=sampled_from(["Line 1", "Line 2"]))
    def fail(self, line: str) -> None:
        """An error that folds where somebody still has it."""
        text = f"{line} of {self.prefix} is down"
        answer = self.provider.post("notifications/", json={"kind": "error", "recipients": [self.person], "text": text})
        pk, before = answer.json()["id"], self.folds.get(line)
        assert (answer.status_code == 200) == (before in self.model)
        assert answer.status_code == 201 or pk == before
        repeats = self.model.pop(pk)[2] + 1 if answer.status_code == 200 else 1
        self.model[pk] = text, False, repeats
        self.folds[line] = pk

    @rule()
    def expire(self) -> None:
        """One that expires at once is not there any more in the end."""
        answer = self.publish(expires_at=int(time.time()) + 1)
        assert answer.status_code in (201, 400)  # the second may be over already

    @rule(read=booleans())
    @precondition(lambda self: self.model)
    def mark_the_oldest(self, read: bool) -> None:  # noqa: FBT001  hypothesis names it
        """As read or unread."""
        self.settle()
        pk = next(iter(self.model))
        self.user.post(f"inbox/{'read' if read else 'unread'}/", json={"ids": [pk]}).raise_for_status()
        self.model[pk] = self.model[pk][0], read, self.model[pk][2]

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
        expected = dict(self.model), self.in_order(self.model.items()), self.unread()
        wait_until(lambda: self.listed() == expected, what=str(self.model))

    def in_order(self, items: Iterable[tuple[str, tuple[str, bool, int]]]) -> list[str]:
        """The ids of those that did not fold, in this order."""
        return [pk for pk, (_text, _read, repeats) in items if repeats == 1]

    def unread(self) -> int:
        """How many are unread by the model."""
        return sum(not read for _text, read, _repeats in self.model.values())

    def listed(self) -> tuple[Shown, list[str], int]:
        """What the API lists, the order of what did not fold, and the number of unread items."""
        items = [(item["id"], shown(item)) for item in self.user.get("inbox/?limit=200").json()["results"]]
        unread = self.user.get("inbox/summary/").json()["unread"]
        return dict(items), self.in_order(reversed(items)), unread

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
            text, _read, repeats = self.page_items.pop(pk)
            if frame["type"] == "read":
                self.page_items[pk] = text, frame["read"], repeats

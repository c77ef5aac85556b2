"""So many people that what is said to all of them is placed in parts."""

from typing import Any

from tests.faults.estate import ask, audit, hexed
from tests.processes import wait_until

MAKE = """
from django.contrib.auth.models import Group
from accounts.models import User
crowd = Group.objects.create(name="crowd")
made = User.objects.bulk_create((User(username=f"crowd-{{n}}") for n in range({size})), batch_size=5000)
crowd.user_set.add(*made)
"""
LEFT = "SELECT count(*) FROM notifcenter_fanoutpart"
HAVE_IT = "SELECT user_id FROM notifcenter_inboxitem WHERE notification_id = '{}'"


class Crowd:
    """A group of that size, without mail addresses."""

    def __init__(self, product: Any, size: int) -> None:
        self._product, self._size, self._said = product, size, ""
        product.manage("shell", "-v0", "-c", MAKE.format(size=size))

    def tell(self) -> None:
        """Publish to all of them; who is not answered may do it again."""
        body = {"kind": "message", "recipients": ["group:crowd"], "text": "Hello"}
        with self._product.provider_api() as provider:
            answer = provider.post("notifications/", json=body, headers={"Idempotency-Key": "crowd"})
        assert answer.status_code == 201, answer.text
        self._said = answer.json()["id"]

    def hears_it_once(self) -> None:
        """Wait for the last centre; everybody has it once, and nothing is left over."""
        wait_until(lambda: len(self._have_it()) >= self._size, 240, "the last centre")
        assert len(set(self._have_it())) == len(self._have_it()) == self._size
        wait_until(lambda: ask(self._product, LEFT) == [(0,)], what="all parts")
        assert audit(self._product) == []

    def _have_it(self) -> list[int]:
        postgres = "DATABASE_URL" in self._product.env
        said = self._said if postgres else hexed(self._said)
        return [user for (user,) in ask(self._product, HAVE_IT.format(said))]

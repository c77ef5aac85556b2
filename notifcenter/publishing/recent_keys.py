"""Keys that were in use of late: a publication under one of them is probably an update or a repeat.

Only a hint, which spares new publications a look and repeats a write in vain; the database decides.
"""

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID


class RecentKeys:
    """At most so many digests of keys, the last ones."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._digests: OrderedDict[UUID, None] = OrderedDict()

    def add(self, digests: Iterable[UUID]) -> None:
        """These are in use now."""
        for digest in digests:
            self._digests[digest] = None
            self._digests.move_to_end(digest)
        while len(self._digests) > self._most:
            self._digests.popitem(last=False)

    def holds_any(self, digests: Iterable[UUID]) -> bool:
        """Whether one of these was."""
        return any(digest in self._digests for digest in digests)

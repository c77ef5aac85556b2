"""A page's live socket, as a test holds it."""

import json
import time
from typing import Any, Self

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.processes import PATIENCE

Frame = dict[str, Any]
CHANGES = ("notification", "read", "deleted", "changed", "reset")
"""The frames that raise the cursor."""


class Socket:
    """An open socket; ``frames`` is everything it was told so far, in order."""

    def __init__(
        self, url: str, *, token: str = "", cursor: object = None, origin: str | None = None, cookies: str = ""
    ) -> None:
        self.frames: list[Frame] = []
        self.connection = connect(
            url if cursor is None else f"{url}?cursor={cursor}",
            origin=Origin(origin) if origin else None,
            subprotocols=[Subprotocol(f"bearer.{token}")] if token else None,
            additional_headers={"Cookie": cookies} if cookies else None,
            proxy=None,
            open_timeout=PATIENCE,
            ping_timeout=PATIENCE,
            legacy=True,
            max_queue=None,  # its close waits 10 s for an answer that stands behind frames nobody takes
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    @property
    def subprotocol(self) -> str | None:
        """What the server answered to the offered subprotocol."""
        return self.connection.subprotocol

    def receive(self, seconds: float = PATIENCE) -> Frame:
        """The next frame, whatever it is."""
        frame: Frame = json.loads(self.connection.recv(timeout=seconds))
        self.frames.append(frame)
        return frame

    def next(self, *types: str, seconds: float = PATIENCE) -> Frame:
        """The next frame of one of these types; others pass by."""
        end = time.monotonic() + seconds
        while True:
            frame = self.receive(max(end - time.monotonic(), 0))
            if frame["type"] in types:
                return frame

    def until(self, cursor: int, seconds: float = PATIENCE) -> list[Frame]:
        """Every frame that changes the centre, up to and with the one of that cursor."""
        changes: list[Frame] = []
        while not changes or changes[-1]["cursor"] < cursor:
            changes.append(self.next(*CHANGES, seconds=seconds))
        return changes

    def is_quiet(self, seconds: float = 0.5) -> bool:
        """Whether nothing changes the centre within that time."""
        try:
            self.next(*CHANGES, "popup", seconds=seconds)
        except TimeoutError:
            return True
        return False

    def close_code(self, seconds: float = PATIENCE) -> int | None:
        """The code the server closes it with; TimeoutError where it is open to the end of that time."""
        end = time.monotonic() + seconds
        try:
            while True:
                self.receive(max(end - time.monotonic(), 0))
        except ConnectionClosed:
            return self.connection.close_code

    def close(self) -> None:
        """Leave as a page does."""
        self.connection.close()

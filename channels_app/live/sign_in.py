"""Open pages whose person is signed out by now: log-out, a new password, an ended session or token, deactivation."""

import asyncio
import logging
import time
from collections.abc import Iterable, Mapping, Sequence

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY

from accounts import sessions
from accounts.models import User
from channels_app.live import open_pages
from channels_app.live.off_loop import Executor
from channels_app.live.visitor import Person

logger = logging.getLogger(__name__)
CHECK_SECONDS = 20
RECHECK_SECONDS = 1
CHECKED_TOGETHER = 1000


class SignInCheck:
    """Closes the sockets of who is signed out, within half a minute."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to check."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Check no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self._close_signed_out()
            except Exception:
                logger.exception("who is still signed in cannot be checked just now")

    async def _close_signed_out(self) -> None:
        """Close who fails twice: a session that changes its password has for a moment neither old nor new hash."""
        failed = await self._signed_out(open_pages.of(list(open_pages.by_user)))
        if failed:
            await asyncio.sleep(RECHECK_SECONDS)
            for socket in await self._signed_out(failed):
                socket.sign_out()

    async def _signed_out(self, sockets: Sequence[open_pages.Socket]) -> list[open_pages.Socket]:
        failed = []
        for start in range(0, len(sockets), CHECKED_TOGETHER):
            chunk = sockets[start : start + CHECKED_TOGETHER]
            good = await self._executor.run(signed_in, [socket.person for socket in chunk], time.time())
            failed += [socket for socket, is_good in zip(chunk, good, strict=True) if not is_good]
        return failed


def signed_in(people: Sequence[Person], now: float) -> list[bool]:
    """Whether each is active, with a token that is good at ``now`` or a session made with the present password."""
    active = User.objects.filter(pk__in={person.pk for person in people}, is_active=True)
    users = {user.pk: user for user in active.only("password")}
    live = sessions.contents({person.session for person in people if person.session})
    passed = set(_matching(live, users))
    return [
        person.pk in users and person.expires_at > now and (not person.session or (person.session, person.pk) in passed)
        for person in people
    ]


def _matching(live: Mapping[str, Mapping[str, str]], users: Mapping[int, User]) -> Iterable[tuple[str, int]]:
    """The pairs (session, user) whose session was made with the user's present password."""
    for key, content in live.items():
        user = users.get(int(content.get(SESSION_KEY, 0)))
        if user and content.get(HASH_SESSION_KEY) in {
            user.get_session_auth_hash(),
            *user.get_session_auth_fallback_hash(),
        }:
            yield key, user.pk

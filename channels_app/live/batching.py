"""Asking for many at once: when thousands of pages come back together, a query for each would take a minute."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from channels_app.live.off_loop import run_in_executor

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
MOST = 200


class BatchLoader(Generic[Asked, Answer]):
    """Calls ``ask(list)`` in the live threads; who comes while it runs is asked for together by the next call."""

    def __init__(self, ask: Callable[[Sequence[Asked]], Sequence[Answer]]) -> None:
        self._ask = ask
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, asked: Asked) -> Answer:
        """The answer for this one, asked for after this moment."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            part, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            try:
                answers = await run_in_executor(self._ask, [asked for asked, _future in part])
            except Exception as error:
                for _asked, future in part:
                    _settle(future.set_exception, future, error)
            else:
                for (_asked, future), answer in zip(part, answers, strict=True):
                    _settle(future.set_result, future, answer)


def _settle(tell: Callable[[Any], None], future: "asyncio.Future[Any]", outcome: Any) -> None:
    if not future.done():  # a page that left meanwhile has cancelled it
        tell(outcome)

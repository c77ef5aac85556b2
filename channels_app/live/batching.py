"""One call for what comes while the one before is at work: thousands of pages come back together, and a query for each
would take a minute; publications of one moment share a transaction."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from channels_app.live.off_loop import Executor

Key = TypeVar("Key")
Value = TypeVar("Value")
BATCH_LIMIT = 200


class BatchLoader(Generic[Key, Value]):
    """Calls ``load(keys)`` in the executor; keys that come while it runs are loaded together by the next call."""

    def __init__(self, load: Callable[[Sequence[Key]], Sequence[Value]], executor: Executor) -> None:
        self._load = load
        self._executor = executor
        self._waiting: list[tuple[Key, asyncio.Future[Value]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, key: Key) -> Value:
        """The value for this key, read after this moment; raises what ``load`` raised."""
        future: asyncio.Future[Value] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH_LIMIT], self._waiting[BATCH_LIMIT:]
            try:
                values = await self._executor.run(self._load, [key for key, _future in batch])
            except Exception as error:
                for _key, future in batch:
                    _settle(future.set_exception, future, error)
            else:
                for (_key, future), value in zip(batch, values, strict=True):
                    _settle(future.set_result, future, value)


def _settle(set_outcome: Callable[[Any], None], future: "asyncio.Future[Any]", outcome: object) -> None:
    if not future.done():  # who left meanwhile has cancelled it
        set_outcome(outcome)

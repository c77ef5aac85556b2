"""Threads beside an event loop, for what asks the database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

T = TypeVar("T")
THREADS = 4


class Executor:
    """A small pool of threads."""

    def __init__(self, threads: int = THREADS, name: str = "live") -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, function: Callable[..., T], *args: object) -> T:
        """The result of a function that may ask the database; raises what it raises."""

        def run() -> T:
            close_old_connections()
            return function(*args)

        return await sync_to_async(run, thread_sensitive=False, executor=self._pool)()


@cache
def executor() -> Executor:
    """This process's own."""
    return Executor()

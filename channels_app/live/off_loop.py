"""What asks the database runs in threads of the live server, beside its event loop."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

T = TypeVar("T")
_pool = ThreadPoolExecutor(4, thread_name_prefix="live")


async def run_in_executor(function: Callable[..., T], *args: Any) -> T:
    """Run a function that asks the database in the live threads."""

    def run() -> T:
        close_old_connections()
        return function(*args)

    return await sync_to_async(run, thread_sensitive=False, executor=_pool)()

"""A loop of its own for a test that needs one: playwright keeps another on the tests' thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def run_apart(case: Coroutine[Any, Any, Answer]) -> Answer:
    """What the coroutine gives, run to its end in a thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, case).result()

"""Lets a product, started with a ``CRASH_FILE`` called ``crash``, die at a point it has a name for."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.processes import wait_until
from tests.product import Product


def crash_at(product: Product, point: str, act: Callable[[], Any]) -> None:
    """Let it die at that point of an act, and start it again."""
    place = product.data_dir / "crash"
    place.write_text(point)
    try:
        act()
    except httpx.TransportError:
        pass
    wait_until(lambda: not product.processes[0].running(), 120, f"death at {point}")
    product.processes[0] = product.processes[0].again()
    product.wait_until_ready()

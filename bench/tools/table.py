"""Lines of the table, and what they are made of."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from tests.product import Product

TOKENS = """
import json
from accounts.models import User
from accounts.tokens import mint_for_user
User.objects.bulk_create((User(username=f"user{{n}}", email="") for n in range({number})), batch_size=5000)
made = User.objects.filter(username__startswith="user").order_by("id")
print(json.dumps([[user.pk, mint_for_user(user)] for user in made]))
"""


def row(question: str, ours: float, peer: float, goal: float, *, smaller: bool = False) -> dict[str, Any]:
    """A line of the table; ``smaller``: less is better, so the ratio is the peer's by ours."""
    ratio = peer / ours if smaller else ours / peer
    numbers = {"ours": round(ours, 2), "peer": round(peer, 2), "ratio": round(ratio, 2)}
    return {"question": question, **numbers, "goal": goal}


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for a run, gone afterwards."""
    made = Path(mkdtemp(prefix="notifcenter-bench-"))
    made.chmod(0o755)  # PostgreSQL runs as somebody else
    try:
        yield made
    finally:
        rmtree(made, ignore_errors=True)


def people(product: Product, number: int) -> list[tuple[int, str]]:
    """New people, each with id and user token."""
    return [(pk, token) for pk, token in json.loads(product.manage("shell", "-v0", "-c", TOKENS.format(number=number)))]


def percentile(values: list[float], part: float) -> float:
    """The value that this part of them stays under."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def memory(pid: int) -> float:
    """What a process holds in memory, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

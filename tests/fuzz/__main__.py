"""``python -m tests.fuzz [number] [part of an address]``: so many random calls for each kind of token and database."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.fuzz.calls import fuzz, operations, tokens
from tests.product import Product, start_product
from tests.production import start_production
from tests.servers import Postgres, Redis, postgres_binaries

FULL = 10_000


def main(number: int, wanted: str) -> int:
    """Both databases one after the other; 1 where anything was wrong."""
    chosen_seed = int(os.environ.get("FUZZ_SEED", "0"))
    root = Path(tempfile.mkdtemp(prefix="notifcenter-fuzz-"))
    root.chmod(0o755)  # PostgreSQL runs as somebody else
    try:
        wrong = [line for start in (_sqlite, _postgresql) for line in _all(start(root), number, wanted, chosen_seed)]
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return 1 if wrong else 0


def _all(starting: AbstractContextManager[Product], number: int, wanted: str, chosen_seed: int) -> Iterator[str]:
    with starting as product:
        chosen = [operation for operation in operations(product) if wanted in operation.path]
        database = product.env.get("DATABASE_URL", "sqlite").partition(":")[0]
        for kind, token in tokens(product).items():
            wrong = [str(e) for op in chosen for e in fuzz(op, token, number // len(chosen), chosen_seed)]
            _tell(f"{database}, {kind}: {number} calls, {len(wrong)} wrong", *wrong)
            yield from wrong


def _tell(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


@contextmanager
def _sqlite(root: Path) -> Iterator[Product]:
    product = start_product(root / "sqlite")
    try:
        yield product
    finally:
        product.kill()


@contextmanager
def _postgresql(root: Path) -> Iterator[Product]:
    binaries, redis_binary = postgres_binaries(), shutil.which("redis-server")
    if not binaries or not redis_binary:
        sys.exit("PostgreSQL or Redis is missing")
    postgres, redis = Postgres(root / "postgres", binaries), Redis(root / "redis", redis_binary)
    product = start_production(root / "production", postgres.migrated_database("fuzz"), redis.url)
    try:
        yield product
    finally:
        product.kill()
        redis.stop()
        postgres.stop()


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    parts = [word for word in sys.argv[1:] if not word.isdigit()]
    sys.exit(main(numbers[0] if numbers else FULL, parts[0] if parts else ""))

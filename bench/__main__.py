"""Run every question three times and print its rows of ratios, as the Markdown of docs/performance.md and of README.

Each is asked in a process of its own: ``run()`` gives the rows of one repetition. Where the preparation is long, there
is ``runs()`` instead, which gives the rows of several, on what it prepared once.

``ONLY=name`` asks one question, ``REPETITIONS=1`` each of them once. ``BEFORE=folder`` asks another checkout in turn
with this one, by its own benches, and adds a column: its figure, and how many times better this one's is.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.tools.machine import described
from bench.tools.table import Row, head, line

HERE = Path(__file__).resolve().parent.parent
BEFORE = os.environ.get("BEFORE")
REPETITIONS = int(os.environ.get("REPETITIONS", "3"))
ASK = """
import json, sys
from dataclasses import asdict
from importlib import import_module
question = import_module(sys.argv[1])
runs = question.runs() if hasattr(question, "runs") else [question.run()]
print(json.dumps([[asdict(row) for row in rows] for rows in runs]))
"""

Runs = list[list[dict[str, Any]]]
"""The fields of the rows of each repetition."""


def main() -> None:
    """Print the whole table, then the rows that README has."""
    columns = head(before=bool(BEFORE))
    print(f"{described()}; medians of {REPETITIONS} repetitions\n\n{columns}", flush=True)
    short: list[str] = []
    for name in _questions():
        for row, printed in _lines(name):
            print(printed, flush=True)
            short += [printed] * row.short
    print("\nREADME's table:\n", columns, *short, sep="\n")


def _questions() -> Iterator[str]:
    only = os.environ.get("ONLY")
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if only in (None, "", file.stem):
            yield f"bench.{file.stem}"


def _lines(name: str) -> Iterator[tuple[Row, str]]:
    runs, earlier = _runs(name)
    for repetitions in zip(*runs, strict=True):
        rows = [Row(**fields) for fields in repetitions]
        before = [fields["ours"] for run in earlier for fields in run if fields["question"] == rows[0].question]
        yield rows[0], line(rows, before)


def _runs(name: str) -> tuple[Runs, Runs]:
    """Of this checkout and of the other, by turns."""
    runs: Runs = []
    earlier: Runs = []
    while len(runs) < REPETITIONS:
        runs += _ask(name, HERE)
        earlier += _ask(name, Path(BEFORE)) if BEFORE else []
    return runs, earlier


def _ask(name: str, checkout: Path) -> Runs:
    # Without bytecode on disk a start would compile every module, as no installation does.
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", ASK, name]
    done = subprocess.run(command, capture_output=True, text=True, cwd=checkout, env=environ)
    if done.returncode:
        sys.exit(f"{name} failed in {checkout}:\n{done.stderr}")
    runs: Runs = json.loads(done.stdout.splitlines()[-1])
    return runs


if __name__ == "__main__":
    main()

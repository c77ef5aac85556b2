"""Run every question three times and print one table of ratios.

Each is asked in a process of its own: ``run()`` gives the rows of one repetition. Where the preparation is long, there
is ``runs()`` instead, which gives the rows of several, on what it prepared once.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

REPETITIONS = 3
ASK = """
import json, sys
from importlib import import_module
question = import_module(sys.argv[1])
print(json.dumps(question.runs() if hasattr(question, "runs") else [question.run()]))
"""
LINE = "{:<68} {:>12} {:>12} {:>8} {:>8}   {}"


def main() -> None:
    """Print the table; the spread is that of the ratio over the repetitions."""
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {REPETITIONS} repetitions, medians\n")
    print(LINE.format("question", "ours", "peer", "ratio", "goal", "spread"))
    for name in _questions():
        for rows in zip(*_runs(name), strict=True):
            print(_line(rows), flush=True)


def _questions() -> Iterator[str]:
    only = os.environ.get("ONLY")
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if only in (None, "", file.stem):
            yield f"bench.{file.stem}"


def _runs(name: str) -> list[list[dict[str, Any]]]:
    runs: list[list[dict[str, Any]]] = []
    while len(runs) < REPETITIONS:
        runs += _ask(name)
    return runs


def _ask(name: str) -> list[list[dict[str, Any]]]:
    done = subprocess.run([sys.executable, "-c", ASK, name], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr}")
    runs: list[list[dict[str, Any]]] = json.loads(done.stdout.splitlines()[-1])
    return runs


def _line(rows: tuple[dict[str, Any], ...]) -> str:
    ratios = [row["ratio"] for row in rows]
    middle = [median(row[name] for row in rows) for name in ("ours", "peer", "ratio")]
    spread = f"{min(ratios):g} – {max(ratios):g}"
    return LINE.format(rows[0]["question"], *(f"{value:g}" for value in middle), f"{rows[0]['goal']:g}", spread)


if __name__ == "__main__":
    main()

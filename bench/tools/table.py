"""Rows of the table, and the table as Markdown."""

from statistics import median
from typing import Any

COLUMNS = ["question", "ours", "beside it", "ratio (spread)", "goal"]

Row = dict[str, Any]
"""What a question answers, fit for JSON."""


def row(
    question: str,
    ours: float,
    beside: str,
    peer: float,
    goal: float = 0,
    *,
    unit: str = "",
    smaller: bool = False,
    short: bool = False,
) -> Row:
    """A figure of ours, and ``peer`` of what stands ``beside`` it, both in ``unit``.

    The ratio says how many times better ours is; ``smaller``: less is better. ``goal`` is the least ratio, 0 where
    there is none. ``short``: the row is in README's table, too.
    """
    numbers = {"ours": ours, "peer": peer, "ratio": peer / ours if smaller else ours / peer, "goal": goal}
    return {"question": question, "beside": beside, "unit": unit, "smaller": smaller, "short": short, **numbers}


def left_out(question: str, why: str) -> Row:
    """A row that cannot be measured on this machine."""
    return {"question": question, "left_out": why, "short": False}


def head(*, before: bool) -> str:
    """The head of the table; ``before``: with a column for another checkout."""
    names = [*COLUMNS, *["before, ratio to it"] * before]
    return f"| {' | '.join(names)} |\n{'| --- ' * len(names)}|"


def line(repetitions: list[Row], before: list[Row]) -> str:
    """The same row of several repetitions as a line of the table; ``before``: the same row of another checkout."""
    first = repetitions[0]
    if "left_out" in first:
        return f"| {first['question']} | – | left out: {first['left_out']} | – | – |"
    ratios = [row["ratio"] for row in repetitions]
    ours, peer, ratio = (median(row[name] for row in repetitions) for name in ("ours", "peer", "ratio"))
    spread = f" ({short(min(ratios))} to {short(max(ratios))})" if len(ratios) > 1 else ""
    cells = [first["question"], _with_unit(ours, first), f"{first['beside']}: {_with_unit(peer, first)}"]
    cells += [short(ratio) + spread, _goal(ratio, first["goal"]), *_compared(first, ours, before)]
    return f"| {' | '.join(cells)} |"


def short(value: float) -> str:
    """A figure to three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _with_unit(value: float, row: Row) -> str:
    return f"{short(value)} {row['unit']}".strip()


def _goal(ratio: float, goal: float) -> str:
    missed = ", missed" if round(ratio, 2) < goal else ""
    return f"{short(goal)}{missed}" if goal else "–"


def _compared(first: Row, ours: float, before: list[Row]) -> list[str]:
    if not before:
        return []
    earlier = median(row["ours"] for row in before)
    return [f"before: {_with_unit(earlier, first)}, {short(earlier / ours if first['smaller'] else ours / earlier)}"]

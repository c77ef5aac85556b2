"""Rows of the table, and the table as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

COLUMNS = ["question", "ours", "beside it", "ratio (spread)", "goal"]


@dataclass(frozen=True)
class Row:
    """A figure of ours, and ``peer`` of what stands ``beside`` it, both in ``unit``.

    ``smaller``: less is better. ``goal`` is the least ratio, 0 where there is none. ``short``: the row is in README's
    table, too. ``left_out``: why there is no figure on this machine.
    """

    question: str
    ours: float = 0
    beside: str = ""
    peer: float = 0
    goal: float = 0
    unit: str = ""
    smaller: bool = False
    short: bool = False
    left_out: str = ""

    @property
    def ratio(self) -> float:
        """How many times better ours is."""
        return self.peer / self.ours if self.smaller else self.ours / self.peer


def head(*, before: bool) -> str:
    """The head of the table; ``before``: with a column for another checkout."""
    names = [*COLUMNS, *["before, ratio to it"] * before]
    return f"| {' | '.join(names)} |\n{'| --- ' * len(names)}|"


def line(repetitions: Sequence[Row], before: Sequence[float]) -> str:
    """The same row of several repetitions as a line of the table; ``before``: our figures in another checkout."""
    first = repetitions[0]
    if first.left_out:
        return f"| {first.question} | – | left out: {first.left_out} | – | – |"
    ratios = [row.ratio for row in repetitions]
    ours, peer = median(row.ours for row in repetitions), median(row.peer for row in repetitions)
    spread = f" ({short(min(ratios))} to {short(max(ratios))})" if len(ratios) > 1 else ""
    cells = [first.question, _with_unit(ours, first), f"{first.beside}: {_with_unit(peer, first)}"]
    cells += [short(median(ratios)) + spread, _goal(median(ratios), first.goal)]
    if before:
        earlier = median(before)
        cells.append(f"{_with_unit(earlier, first)}, {short(earlier / ours if first.smaller else ours / earlier)}")
    return f"| {' | '.join(cells)} |"


def short(value: float) -> str:
    """A figure to three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _with_unit(value: float, row: Row) -> str:
    return f"{short(value)} {row.unit}".strip()


def _goal(ratio: float, goal: float) -> str:
    missed = ", missed" if round(ratio, 2) < goal else ""
    return f"{short(goal)}{missed}" if goal else "–"

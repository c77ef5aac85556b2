"""A chart of costs as work grows: a panel a question, sizes and costs against the smallest, and the ideal line."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log10
from pathlib import Path
from statistics import median

Costs = dict[int, list[float]]
"""Milliseconds by size, one a round."""

WIDE, HIGH, ACROSS, TOP, BOTTOM = 900, 330, 224, 78, 248
LEFTS = (52, 350, 648)
INK, GREY, GRID, OURS, IDEAL = "#1f2328", "#59636e", "#e3e6ea", "#0b5cad", "#b35900"
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN, TITLE = (400, 12), (600, 14)
"""Weight and size of letters."""
DASHED, THICK = 'stroke-dasharray="5 4"', 'stroke-width="2"'


@dataclass(frozen=True)
class Panel:
    """What grew, by its name and the costs; ``linear``: the ideal cost grows as the size does, else not at all."""

    title: str
    sizes: str
    costs: Costs
    linear: bool = False

    def first(self) -> float:
        """The cost at the smallest size, which the others are compared with."""
        return median(self.costs[min(self.costs)])

    def most(self) -> float:
        """The upper end of the scale."""
        highest = max(map(max, self.costs.values())) / self.first()
        return max(2 * highest, max(self.costs) / min(self.costs)) if self.linear else max(2, 1.2 * highest)

    def across(self, size: float) -> float:
        """Where a size lies, from 0 to 1; the scale is logarithmic."""
        least, most = log10(min(self.costs)), log10(max(self.costs))
        return 0.14 + 0.72 * (log10(size) - least) / (most - least)

    def up(self, cost: float) -> float:
        """Where a cost lies, from 0 to 1; the scale is logarithmic where the ideal grows."""
        return (log10(cost) + 0.5) / (log10(self.most()) + 0.5) if self.linear else cost / self.most()

    def marks(self) -> list[float]:
        """The costs that have a line of the grid."""
        marks = [10.0**n for n in range(10)] if self.linear else [n / 2 for n in range(100)]
        return [mark for mark in marks if mark <= self.most()]


def draw(file: Path, panels: list[Panel], caption: str) -> None:
    """Write the chart as SVG."""
    size = f'viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}" font-family="system-ui, sans-serif"'
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">',
        "<title>What a publication costs as work grows</title>",
        f'<rect width="{WIDE}" height="{HIGH}" rx="6" fill="#ffffff"/>',
        *(line for panel, left in zip(panels, LEFTS, strict=True) for line in _panel(panel, left)),
        _text((WIDE / 2, HIGH - 14), caption, GREY, "middle"),
        "</svg>\n",
    ]
    file.write_text("\n".join(drawn))


def _panel(panel: Panel, left: float) -> Iterator[str]:
    yield _text((left, 28), panel.title, INK, style=TITLE)
    yield _text((left, 48), "relative cost", GREY)
    yield _text((left + ACROSS, 48), f"- - ideal: {'linear' if panel.linear else 'flat'}", IDEAL, "end")
    yield from _grid(panel, left)
    yield _line(_ideal(panel, left), IDEAL, DASHED)
    points = [(size, median(costs) / panel.first()) for size, costs in panel.costs.items()]
    yield _line([_place(panel, left, *point) for point in points], OURS, THICK)
    for size, cost in points:
        yield from _point(panel, left, size, cost)
    yield _text((left + ACROSS / 2, BOTTOM + 40), panel.sizes, GREY, "middle")


def _grid(panel: Panel, left: float) -> Iterator[str]:
    for mark in panel.marks():
        y = BOTTOM - panel.up(mark) * (BOTTOM - TOP)
        yield _line([(left, y), (left + ACROSS, y)], GRID)
        yield _text((left - 6, y + 4), f"{mark:,g}×", GREY, "end")


def _ideal(panel: Panel, left: float) -> list[tuple[float, float]]:
    least, most = min(panel.costs), max(panel.costs)
    if panel.linear:
        return [_place(panel, left, least, 1), _place(panel, left, most, most / least)]
    _x, y = _place(panel, left, least, 1)
    return [(left, y), (left + ACROSS, y)]


def _point(panel: Panel, left: float, size: int, cost: float) -> Iterator[str]:
    x, y = _place(panel, left, size, cost)
    rounds = sorted(_place(panel, left, size, each / panel.first()) for each in panel.costs[size])
    yield _line([rounds[0], rounds[-1]], OURS)
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{OURS}"/>'
    beside = (x, rounds[-1][1] + 20) if panel.linear else (x - 20, rounds[0][1] - 10)  # where no line passes
    yield _text(beside, f"{median(panel.costs[size]):.3g} ms", INK)
    yield _text((x, BOTTOM + 20), _short(size), INK, "middle")


def _short(size: int) -> str:
    return f"{size:,}" if size < 10**4 else "10" + str(round(log10(size))).translate(RAISED)


def _place(panel: Panel, left: float, size: float, cost: float) -> tuple[float, float]:
    return left + panel.across(size) * ACROSS, BOTTOM - panel.up(cost) * (BOTTOM - TOP)


def _line(places: list[tuple[float, float]], colour: str, more: str = "") -> str:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" {more}/>'


def _text(
    place: tuple[float, float], words: str, colour: str, anchor: str = "start", style: tuple[int, int] = PLAIN
) -> str:
    where = f'x="{place[0]:.1f}" y="{place[1]:.1f}" text-anchor="{anchor}"'
    return f'<text {where} fill="{colour}" font-weight="{style[0]}" font-size="{style[1]}">{words}</text>'

"""The table of a run, in Markdown: every figure beside the yardsticks and the target."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.contenders import ALL

_HEAD = ("figure", *ALL, "compared", "reach", "kept")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: `values` as written per contender; `ratio` is compared with `reach`, if any."""

    figure: str
    values: Mapping[str, str]
    compared: str = ""
    ratio: float | None = None
    reach: float | None = None

    def cells(self) -> Sequence[str]:
        """Return the cells of the line as text."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f} {self.compared}".strip()
        reach = "" if self.reach is None else f"≤ {self.reach:g}"
        kept = "" if self.ratio is None or self.reach is None else _yes(self.ratio <= self.reach)
        return (self.figure, *(self.values.get(name, "") for name in ALL), ratio, reach, kept)


def write_table(rows: Iterable[Row]) -> str:
    """Write `rows` as a Markdown table."""
    lines = [_HEAD, ["---"] * len(_HEAD), *(row.cells() for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def seconds(value: float) -> str:
    """Write a length of time as people read it."""
    return f"{value * 1000:.2f} ms" if value < 0.1 else f"{value:.3f} s"


def spread(values: Sequence[float]) -> str:
    """Write the median, and the range in which nine of ten values lie if there are many."""
    if len(values) < 20:
        return (
            f"{seconds(statistics.median(values))} ({seconds(min(values))}–{seconds(max(values))})"
        )
    cuts = statistics.quantiles(values, n=20)
    return f"{seconds(statistics.median(values))} ({seconds(cuts[0])}–{seconds(cuts[-1])})"


def _yes(kept: bool) -> str:
    return "yes" if kept else "**no**"

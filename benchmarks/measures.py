"""A figure, the bound that it should keep, and how both are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: `value` in `unit`, which should be at most or at least `bound`; None is only reported."""

    name: str
    value: float
    unit: str = "x"
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its bounds."""
        over = self.at_most is not None and self.value > self.at_most
        under = self.at_least is not None and self.value < self.at_least
        return not (over or under)

    def row(self) -> str:
        """The figure as a line of the table."""
        bound = "" if self.at_most is None else f"≤ {self.at_most:g}"
        bound += "" if self.at_least is None else f"≥ {self.at_least:g}"
        verdict = ("holds" if self.holds else "MISSED") if bound else ""
        return f"{self.name:<64} {self.value:>10.2f} {self.unit:<8} {bound:<9} {verdict}"


def show(measures: Iterable[Measure]) -> bool:
    """Print each figure as it comes; whether all of them hold."""
    everything_holds = True
    for measure in measures:
        print(measure.row(), flush=True)  # noqa: T201 - the answer of a benchmark
        everything_holds &= measure.holds
    return everything_holds

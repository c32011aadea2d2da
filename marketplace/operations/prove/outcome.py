"""What an experiment says: what it did, what it counted, and where that is not as promised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .trial import Trial


@dataclass
class Outcome:
    """The answer of a proof. The promise held when nothing is `broken`."""

    did: list[str] = field(default_factory=list)
    counted: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether the promise held."""
        return not self.broken

    def count(self, what: str, found: Any, *, expected: Any) -> None:
        """Note a figure; another one than was expected breaks the promise."""
        self.counted[what] = found
        if found != expected:
            self.broken.append(f"{what}: {found}, and should be {expected}.")


@dataclass(frozen=True, slots=True)
class Proof:
    """An experiment: its name, what it proves in a sentence, and how it goes."""

    name: str
    promise: str
    steps: Callable[[Trial, Outcome], None]

    def run(self, trial: Trial) -> Outcome:
        """Make the experiment; raises Refused when it cannot be made to its end."""
        outcome = Outcome()
        try:
            self.steps(trial, outcome)
        finally:
            trial.site.close()
        return outcome

"""Facts of a catalogue: those that an attribute knows by name become its own, all others stay free."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ....shared.errors import Invalid
from ....shared.transactions import transactional
from ...documents import Attribute
from ...repositories import attributes
from ...values import ProductSpecification
from .rows import SpecificationRow, specification_of


def _by_name() -> dict[str, Attribute]:
    """The attributes by each name that a catalogue may call them by; a label counts where no name does."""
    everything = attributes.in_order()
    labels = {one.label.lower(): one for one in reversed(everything)}
    return labels | {name: one for one in everything for name in one.names}


@dataclass(slots=True)
class Facts:
    """What a run knows of attributes; `typed` and `untyped` count the facts that have the name of one."""

    typed: int = 0
    untyped: int = 0
    _known: dict[str, Attribute] = field(default_factory=_by_name)
    _met: dict[str, list[ProductSpecification]] = field(default_factory=lambda: defaultdict(list))
    _noted: set[tuple[str, object]] = field(default_factory=set)
    #: What is different when rows have to be read anew, as attributes were defined; empty without any.
    fingerprint: bytes = field(init=False)

    def __post_init__(self) -> None:
        defined = sorted((name, attribute.definition) for name, attribute in self._known.items())
        said = hashlib.blake2b(repr(defined).encode(), digest_size=16).digest()
        self.fingerprint = said if defined else b""

    def read(self, rows: Sequence[SpecificationRow]) -> list[ProductSpecification]:
        """The facts of a row; raises RowRefused at the part of one that is no fact at all."""
        facts: list[ProductSpecification] = []
        stated: set[str] = set()
        for index, row in enumerate(rows):
            free = specification_of(index, row)
            attribute = self._known.get(row.name.strip().lower())
            if attribute is None or attribute.code in stated:
                facts.append(free)
                continue
            try:
                fact = attribute.specify(row.value)
            except Invalid:
                self.untyped += 1
                facts.append(free)
                continue
            self.typed += 1
            stated.add(attribute.code)
            facts.append(fact)
            if (attribute.code, fact.value) not in self._noted:
                self._noted.add((attribute.code, fact.value))
                self._met[attribute.code].append(fact)
        return facts

    def note_use(self) -> None:
        """Let the attributes know what was stated since the last time."""
        met = dict(self._met)
        self._met.clear()
        if met:
            _note(met)


@transactional
def _note(met: dict[str, list[ProductSpecification]]) -> None:
    for code, attribute in attributes.with_codes(met).items():
        if attribute.note_use(met[code]):
            attributes.save(attribute)

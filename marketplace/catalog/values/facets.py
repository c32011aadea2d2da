"""What a list can be narrowed by, with how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One thing to narrow a list by: `value` as the query writes it, its label, and how many it leaves."""

    value: str
    label: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """One aspect of a list: `category`, `price`, `rating`, `stock`, or the code of an attribute.

    `values` are counted without the facet's own choice; `more` says that there are others. The price has its
    bounds `least` and `most` in minor units instead.
    """

    name: str
    label: str
    values: tuple[FacetValue, ...] = ()
    more: bool = False
    least: int | None = None
    most: int | None = None

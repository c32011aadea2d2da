"""What a list can be narrowed by, with counts, remembered for a minute."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from bson import ObjectId
from flask import current_app
from redis import RedisError

from ...shared import connections, freshness
from ..documents import Attribute
from ..repositories import categories
from ..repositories import facets as counting
from ..repositories.facets import Counts
from ..values import COUNT_LIMIT, Facet, FacetValue, ProductFilter, SpecificationType
from ..values.tokens import IN_STOCK, RESERVED, STARS, category_token
from .filters import attribute_with, filterable

log = logging.getLogger(__name__)

#: How long counts are given again, in seconds.
REMEMBERED = 60

#: How many values a facet shows, and how many attributes a page offers.
MOST_VALUES, MOST_ATTRIBUTES = 20, 8

#: The facets that are no attribute's.
FIXED = ("category", "price", "rating", "stock")


@dataclass(frozen=True, slots=True)
class Facets:
    """The facets of a list; `approximate` counts are of some products only, and so the least there are.

    `total` is the number of products in the list as a list tells it, exact up to COUNT_LIMIT; None where that
    is not known.
    """

    facets: tuple[Facet, ...] = ()
    approximate: bool = False
    total: int | None = None

    def named(self, name: str) -> Facet | None:
        """The facet of this name, if there is one."""
        return next((facet for facet in self.facets if facet.name == name), None)


def facets_of(
    wanted: ProductFilter, search: Mapping[str, Any] | None = None, names: Sequence[str] | None = None
) -> Facets:
    """The facets of these names in their order, or those that a page offers.

    `search` is the filter for the words that were searched for. Raises UnknownParameter for the code of an
    attribute that lists are not filtered by.
    """
    for name in names or ():
        if name not in FIXED:
            filterable(name, "facets")
    counts = _counts(wanted, search)
    if counts is None:
        return Facets(approximate=True)
    tokens = _by_name(counts)
    offered = names if names is not None else [*FIXED, *_attributes(counts, tokens)]
    found = (_facet(name, wanted, counts, tokens.get(name, {})) for name in offered)
    shown = tuple(facet for facet in found if names is not None or _helps(facet))
    total_is_known = not counts.sampled or counts.total > COUNT_LIMIT
    return Facets(shown, counts.sampled, counts.total if total_is_known else None)


def attribute_label(code: str) -> str:
    """What an attribute is called; its code where there is none."""
    attribute = attribute_with(code)
    return attribute.label if attribute else code


def option_label(token: str) -> str:
    """What the value in an attribute's token is called: `Sky blue`, `Yes`, `500 g to 1 kg`."""
    code, _, value = token.partition(":")
    return _labels(attribute_with(code))(value)


def _labels(attribute: Attribute | None) -> Callable[[str], str]:
    """What tells how values of the attribute are called."""
    if attribute is None:
        return str
    if attribute.type is SpecificationType.BOOLEAN:
        return str.capitalize
    if attribute.type is SpecificationType.NUMBER:
        return partial(_bucket_label, attribute)
    options = {option.code: option.label for option in attribute.options}
    return lambda value: options.get(value, value)


def _bucket_label(attribute: Attribute, value: str) -> str:
    try:
        least, most = (float(end) for end in value.split("~"))
    except ValueError:
        return value
    if least == most:
        return attribute.from_norm(least)
    return f"{attribute.from_norm(least)} to {attribute.from_norm(most)}"


def _by_name(counts: Counts) -> dict[str, dict[str, int]]:
    """The counted tokens of each facet."""
    found: dict[str, dict[str, int]] = {}
    for token, number in counts.tokens.items():
        found.setdefault(token.partition(":")[0], {})[token] = number
    return found | counts.apart


def _attributes(counts: Counts, tokens: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The attributes to offer: those that are chosen, then those that most of the products have."""
    having = {code: sum(tokens[code].values()) for code in tokens if code not in RESERVED}
    chosen = [code for code in counts.apart if code not in FIXED]
    others = sorted((code for code in having if code not in chosen), key=lambda code: (-having[code], code))
    return [code for code in (*chosen, *others)[: MOST_ATTRIBUTES * 2] if _is_offered(code)][:MOST_ATTRIBUTES]


def _is_offered(code: str) -> bool:
    """Whether a page offers the attribute: the ranges of days that dates lie in say nothing to people."""
    attribute = attribute_with(code)
    return attribute is not None and attribute.type is not SpecificationType.DATE


def _helps(facet: Facet) -> bool:
    """Whether choosing something would change the list."""
    return len(facet.values) > 1 or facet.least != facet.most or any(one.chosen for one in facet.values) or (
        facet.name in ("stock", "rating", "category") and bool(facet.values)
    )  # fmt: skip


def _facet(name: str, wanted: ProductFilter, counts: Counts, tokens: Mapping[str, int]) -> Facet:
    if name == "price":
        return Facet(name, "Price", least=counts.least, most=counts.most)
    if name == "category":
        return _category_facet(wanted, counts)
    if name == "stock":
        left = tokens.get(IN_STOCK, 0)
        values = (FacetValue("1", "In stock", left, wanted.in_stock),) if left or wanted.in_stock else ()
        return Facet(name, "Availability", values)
    if name == "rating":
        rated = [(stars, tokens.get(f"rating:{stars}", 0)) for stars in STARS]
        return Facet(
            name,
            "Rating",
            tuple(
                FacetValue(str(stars), stars_label(stars), count, wanted.rating_min == stars)
                for stars, count in rated
                if count or wanted.rating_min == stars
            ),
        )
    return _attribute_facet(name, wanted, tokens)


def _attribute_facet(code: str, wanted: ProductFilter, tokens: Mapping[str, int]) -> Facet:
    own = f"{code}:"
    chosen = {token for group in wanted.options for token in group if token.startswith(own)}
    counted = dict.fromkeys(chosen, 0) | dict(tokens)
    most = sorted(counted, key=lambda token: (token not in chosen, -counted[token], token))
    shown = most[:MOST_VALUES]
    if all("~" in token for token in shown):  # ranges of numbers, which are read from the least on
        shown.sort(key=_least)
    attribute = attribute_with(code)
    label_of = _labels(attribute)
    values = tuple(
        FacetValue(value, label_of(value), counted[token], token in chosen)
        for token, value in ((token, token.removeprefix(own)) for token in shown)
    )
    label = attribute.label if attribute else code
    return Facet(code, label, values, more=len(most) > MOST_VALUES)


def _least(token: str) -> float:
    try:
        return float(token.partition(":")[2].partition("~")[0])
    except ValueError:
        return 0.0


def _category_facet(wanted: ProductFilter, counts: Counts) -> Facet:
    """The categories right below the list's own, or those of the first level."""
    parent = wanted.category_id
    below = freshness.remembered(f"children {parent}", lambda: _children(parent))
    counted = [(slug, name, counts.tokens.get(category_token(pk), 0)) for pk, slug, name in below]
    kept = [row for row in counted if row[2]]
    values = tuple(FacetValue(slug, name, count) for slug, name, count in kept[:MOST_VALUES])
    return Facet("category", "Category", values, more=len(kept) > MOST_VALUES)


def _children(parent: ObjectId | None) -> list[tuple[ObjectId, str, str]]:
    return [(one.pk, one.slug, one.name) for one in categories.children_of(parent, limit=200)]


def stars_label(stars: int) -> str:
    """A least mean of stars in words."""
    return f"{stars} stars and up" if stars > 1 else "1 star and up"


def _counts(wanted: ProductFilter, search: Mapping[str, Any] | None) -> Counts | None:
    """The counts, of the last minute where Redis remembers them."""
    key = _key(wanted, search)
    try:
        kept: Any = connections.sessions_store().get(key)
    except RedisError as error:
        log.warning("Counts are not looked up in Redis: %s", type(error).__name__)
        return counting.count(wanted, search)
    if kept is not None:
        return Counts(**orjson.loads(kept))
    counts = counting.count(wanted, search)
    if counts is not None:
        _remember(key, counts)
    return counts


def _remember(key: str, counts: Counts) -> None:
    try:
        connections.sessions_store().set(key, orjson.dumps(counts), ex=REMEMBERED)
    except RedisError as error:
        log.warning("Counts are not kept in Redis: %s", type(error).__name__)


def _key(wanted: ProductFilter, search: Mapping[str, Any] | None) -> str:
    """The same for the same list, however it was asked for."""
    groups = sorted("|".join(sorted(group)) for group in wanted.groups)
    bounds = (wanted.price_min, wanted.price_max, wanted.currency)
    said = repr((groups, bounds, sorted(map(repr, wanted.numbers)), search))
    digest = hashlib.blake2b(said.encode(), digest_size=16).hexdigest()
    return f"facets:{connections.database_name(current_app)}:{digest}"


def chosen_labels(tokens: Iterable[str]) -> list[tuple[str, str]]:
    """Each token of an attribute with what it says: `("colour:blue", "Colour: Blue")`."""
    return [(token, f"{attribute_label(token.partition(':')[0])}: {option_label(token)}") for token in tokens]

"""How many products a list would keep for each token: one aggregation over a bounded number of matches.

Disjunctive: the values of an attribute are counted as if none of them were chosen, so that another one can be
added; all other filters hold. Beyond SAMPLE matches only the newest of them are counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pymongo.errors import ExecutionTimeout

from ..documents import Product
from ..values import ProductFilter
from .lists import criteria, ranges, with_tokens

#: How many matches are counted at most, and how long that may take, in milliseconds.
SAMPLE, LONGEST_MS = 3000, 500

Stage = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted: products by token, and by token of each chosen group without its own choice.

    `total` products fit all of the filter; `sampled` says that there are more matches than were looked at.
    """

    tokens: dict[str, int]
    apart: dict[str, dict[str, int]]
    total: int
    sampled: bool
    least: int | None = None
    most: int | None = None


def count(wanted: ProductFilter, search: Mapping[str, Any] | None = None) -> Counts | None:
    """The counts for this list; None where counting took too long."""
    own = _chosen(wanted)
    base = replace(wanted, options=(), rating_min=None, in_stock=False, price_min=None, price_max=None)
    stages = [
        {"$match": {"$and": [criteria(base, search), _one_choice_missing(own, ranges(wanted))]}},
        {"$limit": SAMPLE + 1},
        {"$project": {"f": 1, "price_min": 1, "currency": 1, **_numbers(wanted)}},
        {"$facet": _branches(wanted, own)},
    ]
    options = {} if search else {"hint": "f_newest" if base.groups else "all_newest"}
    try:
        rows = Product._get_collection().aggregate(stages, maxTimeMS=LONGEST_MS, **options)
        found = next(iter(rows))
    except ExecutionTimeout:
        return None
    return _counts(found, own)


def _chosen(wanted: ProductFilter) -> list[tuple[str, ...]]:
    """The groups that people choose and take back, unlike the place that the list is of."""
    return list(replace(wanted, category_id=None, shop_id=None, numbers=()).groups)


def _one_choice_missing(own: Sequence[tuple[str, ...]], price: Stage) -> Stage:
    """The filter for whatever one of the branches counts: all choices but one hold."""
    choices = [with_tokens([group]) for group in own] + ([price] if "price_min" in price else [])
    if len(choices) < 2:
        return {}
    return {"$or": [{"$and": [*choices[:one], *choices[one + 1 :]]} for one in range(len(choices))]}


def _branches(wanted: ProductFilter, own: Sequence[tuple[str, ...]]) -> dict[str, list[Stage]]:
    price = ranges(wanted)
    by_token: list[Stage] = [{"$unwind": "$f"}, {"$group": {"_id": "$f", "n": {"$sum": 1}}}]
    bounds: Stage = {
        "$group": {"_id": "$currency", "least": {"$min": "$price_min"}, "most": {"$max": "$price_min"}}
    }
    everything = {"$match": with_tokens(own) | price}
    branches: dict[str, list[Stage]] = {
        "seen": [{"$group": {"_id": None, "n": {"$sum": 1}}}],
        "total": [everything, {"$group": {"_id": None, "n": {"$sum": 1}}}],
        "tokens": [everything, *by_token],
        "price": [{"$match": with_tokens(own)}, bounds],
    }
    for number, group in enumerate(own):
        beginning = f"^{group[0].partition(':')[0]}:"
        others = {"$match": with_tokens([one for one in own if one != group]) | price}
        its_own: Stage = {"$match": {"f": {"$regex": beginning}}}
        branches[f"own{number}"] = [others, by_token[0], its_own, by_token[1]]
    return branches


def _numbers(wanted: ProductFilter) -> Stage:
    return {f"num.{one.attribute}": 1 for one in wanted.numbers}


def _counts(found: dict[str, list[Any]], own: Sequence[tuple[str, ...]]) -> Counts:
    def by_token(rows: list[Any]) -> dict[str, int]:
        return {row["_id"]: row["n"] for row in rows}

    prices = found["price"]
    return Counts(
        tokens=by_token(found["tokens"]),
        apart={group[0].partition(":")[0]: by_token(found[f"own{at}"]) for at, group in enumerate(own)},
        total=found["total"][0]["n"] if found["total"] else 0,
        sampled=bool(found["seen"]) and found["seen"][0]["n"] > SAMPLE,
        least=prices[0]["least"] if len(prices) == 1 else None,
        most=prices[0]["most"] if len(prices) == 1 else None,
    )

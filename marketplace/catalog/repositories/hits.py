"""The products that a search finds: which match, and how well.

Every part of the query has to be in a product. Those with its rarest word are found by the text index; for a
query of frequent words alone the fullest listings that have all of them in title, brand or tags are taken
from an index in that order, because a text index reads all that match. What is left is scored on the server,
from weights that were worked out when the products were written, and the cards of one page come back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId

from ...shared import rows as listed
from ...shared.paging import Page, Position
from ...shared.rows import Row
from ..errors import PageTooDeep
from ..values import COUNT_LIMIT, Alternative, ProductFilter, SearchQuery
from ..values.words import codes_like
from .products import CARD, products

#: From how many products on a word is so frequent that not all that have it are looked at.
FREQUENT = 5000

#: How much a product gains that is of the category which the query names, as a part of what words can gain.
_CATEGORY = 0.7

#: What is left of the score of a product that only goes with what is searched for, or is not in stock.
_ACCESSORY, _SOLD_OUT = 0.7, 0.9

#: What an exact SKU, bar code or id at the source gains: more than words ever do.
_EXACT = 1000.0

Stage = dict[str, Any]


def ranked(
    wanted: ProductFilter, query: SearchQuery, *, relaxed: bool, at: Position | None, limit: int
) -> tuple[Page[Row], int]:
    """The cards that fit the query best, best first, and how many there are up to COUNT_LIMIT + 1.

    `relaxed` takes products with some of the words. Raises PageTooDeep for a position behind the first
    thousand hits.
    """
    criteria = products.criteria(wanted, matching(query, relaxed=relaxed))
    stages = _pipeline(criteria, query, relaxed=relaxed, at=at, limit=limit)
    found = list(products.rows(stages))
    head = found[0] if found else {"total": [], "rows": []}
    total = head["total"][0]["n"] if head["total"] else 0
    rows = head["rows"]
    if at is not None and not at.backwards and not rows and total > COUNT_LIMIT:
        raise PageTooDeep("Only the first 1,000 hits are shown. Narrow the search, or sort by price.")
    return _page(rows, at, limit, total), total


def matching(query: SearchQuery, *, relaxed: bool = False) -> Stage:
    """The filter for what matches the query: a part of any `find`, which has no order by itself."""
    words = _words_match(query, relaxed=relaxed)
    if query.code is None:
        return words
    exact: Stage = {"search.codes": {"$in": codes_like(query.code)}}
    return {"$or": [words, exact]} if query.groups else exact


def _words_match(query: SearchQuery, *, relaxed: bool) -> Stage:
    if relaxed:
        alternatives = [one for group in query.groups for one in group]
        return {**_looked_up(alternatives, query.language), "$or": [_has(one) for one in alternatives]}
    if not query.groups:
        return {"_id": {"$in": []}}
    rarest = min(query.groups, key=_products)
    here: list[Stage] = [_has_one(group) for group in query.groups]
    if _is_frequent(query):
        return {"$and": [*here, {"search.terms": {"$all": [_first(group) for group in query.groups]}}]}
    return {**_looked_up(rarest, query.language), "$and": here}


def _is_frequent(query: SearchQuery) -> bool:
    return min(map(_products, query.groups)) > FREQUENT


def _products(group: Sequence[Alternative]) -> int:
    return sum(one.products for one in group)


def _first(group: Sequence[Alternative]) -> str:
    return min(group[0].stems, key=lambda stem: -group[0].stems[stem])


def _looked_up(alternatives: Sequence[Alternative], language: str) -> Stage:
    words = " ".join(dict.fromkeys(one.rarest.replace("_", ".") for one in alternatives))
    return {"$text": {"$search": words, "$language": language}}


def _has_one(group: Sequence[Alternative]) -> Stage:
    return _has(group[0]) if len(group) == 1 else {"$or": [_has(one) for one in group]}


def _has(alternative: Alternative) -> Stage:
    return {f"search.weights.{stem}": {"$exists": True} for stem in alternative.stems}


# Score


def score(query: SearchQuery, *, relaxed: bool = False) -> Stage:
    """The expression for how well a product fits the query: a number with three places."""
    words = {"$add": [0, *(_gain_of(group) for group in query.groups)]}
    gained: list[Any] = [words, *_category_gain(query)]
    factors: list[Any] = [{"$add": gained}, *_factors(query)]
    if relaxed:
        factors.append(_coverage(query))
    total: Stage = {"$round": [{"$multiply": factors}, 3]}
    if query.code is None:
        return total
    same = {"$setIntersection": [codes_like(query.code), {"$ifNull": ["$search.codes", []]}]}
    exact = {"$cond": [{"$eq": [same, []]}, 0, _EXACT]}
    return {"$add": [total, exact]}


def _gain_of(group: Sequence[Alternative]) -> Stage:
    gains = [_gain(one) for one in group]
    return gains[0] if len(gains) == 1 else {"$max": gains}


def _gain(alternative: Alternative) -> Stage:
    """What the weights of its words make, each as much as the word is rare; nothing unless all are there."""
    words = [
        {"$multiply": [rarity * alternative.share / 100, {"$ifNull": [f"$search.weights.{stem}", 0]}]}
        for stem, rarity in alternative.stems.items()
    ]
    if len(words) == 1:
        return words[0]
    everything = [f"$search.weights.{stem}" for stem in alternative.stems]
    return {"$cond": [{"$and": everything}, {"$add": words}, 0]}


def _category_gain(query: SearchQuery) -> list[Stage]:
    gains: dict[float, list[ObjectId]] = {}
    for category_id, share in query.categories.items():
        gains.setdefault(share, []).append(category_id)
    return [
        {
            "$cond": [
                {"$gt": [{"$size": {"$setIntersection": [{"$ifNull": ["$category_ids", []]}, ids]}}, 0]},
                round(_CATEGORY * share * query.rarity, 4),
                0,
            ]
        }
        for share, ids in gains.items()
    ]


def _factors(query: SearchQuery) -> list[Stage]:
    """What makes one of two that fit alike the better: it is told of in full, in stock, and liked."""
    full = {"$add": [0.96, {"$multiply": [0.0004, {"$ifNull": ["$search.quality", 50]}]}]}
    facts = {"$ifNull": ["$f", ["stock:1"]]}
    in_stock = {"$cond": [{"$in": ["stock:1", facts]}, 1, _SOLD_OUT]}
    liked = {"$add": [0.93, {"$multiply": [0.02, {"$ifNull": ["$rank_rating", 3.5]}]}]}
    factors: list[Stage] = [full, in_stock, liked]
    if not query.accessory and not query.brands_only:
        factors.append({"$cond": ["$search.accessory", _ACCESSORY, 1]})
    return factors


def _coverage(query: SearchQuery) -> Stage:
    """The part of the query that the product has, by what its words tell."""
    whole = query.rarity or 1.0
    parts = [{"$cond": [{"$gt": [_gain_of(group), 0]}, group[0].rarity / whole, 0]} for group in query.groups]
    return {"$add": [0, *parts]}


# Pages


def _pipeline(
    criteria: Mapping[str, Any], query: SearchQuery, *, relaxed: bool, at: Position | None, limit: int
) -> list[Stage]:
    shown = dict.fromkeys(CARD, 1)
    frequent: list[Stage] = []
    if not relaxed and query.groups and _is_frequent(query):
        frequent = [{"$sort": {"search.quality": -1, "_id": 1}}, {"$limit": COUNT_LIMIT + 1}]
    order = {"score": -1, "_id": 1}
    rows: list[Stage] = [{"$limit": COUNT_LIMIT}]
    if at is not None:
        value, identifier = at.values
        first, second = ("$gt", "$lt") if at.backwards else ("$lt", "$gt")
        behind = [{"score": {first: value}}, {"score": value, "_id": {second: identifier}}]
        rows.append({"$match": {"$or": behind}})
        if at.backwards:
            rows.append({"$sort": {"score": 1, "_id": -1}})
    return [
        {"$match": dict(criteria)},
        *frequent,
        {"$project": {**shown, "score": score(query, relaxed=relaxed)}},
        {"$sort": order},
        {"$limit": COUNT_LIMIT + 1},
        {"$facet": {"total": [{"$count": "n"}], "rows": [*rows, {"$limit": limit + 1}]}},
    ]


def _page(rows: list[dict[str, Any]], at: Position | None, limit: int, total: int) -> Page[Row]:
    more, rows = len(rows) > limit, rows[:limit]
    backwards = bool(at and at.backwards)
    if backwards:
        rows.reverse()
    has_next = more or backwards or total > COUNT_LIMIT
    has_previous = more if backwards else at is not None
    following = _position(rows[-1]) if rows and has_next else None
    previous = _position(rows[0], backwards=True) if rows and has_previous else None
    for row in rows:
        del row["score"]  # of this search alone
    return Page([listed.kept(row) for row in rows], following, previous)


def _position(row: dict[str, Any], *, backwards: bool = False) -> Position:
    return Position((row["score"], row["_id"]), backwards)

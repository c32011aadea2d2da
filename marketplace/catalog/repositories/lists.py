"""The lists of products that everybody sees: filtered, sorted, cut by keyset, and counted.

What narrows a list is a token in `f`, so one index for each order serves every list with one filter. Lists
with several go by the `all_…`, `branch_…` and `within_shop_…` indexes: these hold the tokens in short
(`f_codes`), so that what does not fit is passed over in the index, and no product is read in vain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId
from mongoengine import QuerySet
from pymongo.collection import Collection

from ...shared import rows
from ...shared.paging import Page, Position, cut, parts
from ...shared.repository import Repository
from ...shared.rows import Row
from ..documents import Product
from ..errors import ProductNotFound
from ..values import COUNT_LIMIT, ProductFilter, ProductSort, StockLevel
from ..values.tokens import code_of
from .stock import OF_STOCK, stock

#: What a card shows of a product, beside its id.
CARD = (
    "shop_id",
    "external_id",
    "title",
    "slug",
    "brand",
    "currency",
    "price_min",
    "price_max",
    "published_at",
    "pictures",
    "variants.id",
    "variants.price",
    "variants.compare_at",
    "variants.active",
    "rating",
)

#: What is left of the variants of the products before it: put before a projection in an aggregation.
WITH_STOCK = {"$lookup": {"from": "stock", "localField": "_id", "foreignField": "product_id", "as": "stock"}}

#: What is read of it there.
STOCK_SHOWN = tuple(f"stock.{name}" for name in ("_id", *OF_STOCK))

_CARD_AND_STOCK = dict.fromkeys((*CARD, *STOCK_SHOWN), 1)

#: The sort keys of each order; the last one is unique.
KEYS: dict[ProductSort, list[tuple[str, int]]] = {
    ProductSort.NEWEST: [("published_at", -1), ("_id", -1)],
    ProductSort.PRICE_UP: [("price_min", 1), ("_id", 1)],
    ProductSort.PRICE_DOWN: [("price_min", -1), ("_id", -1)],
    ProductSort.RATING: [("rank_rating", -1), ("_id", -1)],
}

#: How the indexes of each order end in their names.
_ORDERS = {
    ProductSort.NEWEST: "newest",
    ProductSort.PRICE_UP: "priced",
    ProductSort.PRICE_DOWN: "priced",
    ProductSort.RATING: "rating",
}

#: MongoDB merges the categories of a branch in the order of an index up to about this many.
WIDEST_BRANCH = 150


class ListedProducts(Repository[Product]):
    """The visible products of all shops, in lists; rows have the fields of a card."""

    document = Product
    missing = ProductNotFound

    def visible(self) -> QuerySet:
        """What the public sees."""
        return self.all().filter(visible=True)

    def listed(
        self,
        wanted: ProductFilter,
        sort: ProductSort,
        *,
        search: Mapping[str, Any] | None = None,
        at: Position | None,
        limit: int,
    ) -> Page[Row]:
        """The cards of the visible products that the filter lets through, in one of the KEYS orders.

        `search` is the filter for the words that were searched for, from the search engine.
        """
        keys = KEYS[sort]
        passing, index = _read_by(wanted, sort, search)
        shown, found = (*CARD, keys[0][0]), list[Row]()
        for part, order in parts(keys, at) if at else [({}, keys)]:
            if len(found) <= limit:
                both = {"$and": [passing, part]} if part else passing
                how: dict[str, Any] = {"sort": order, "limit": limit + 1 - len(found)} | _by(index)
                found += rows.find(self._collection, both, shown, **how)
        return cut(found, keys, at, limit)

    def newest_of_shop(self, shop_id: ObjectId, limit: int) -> list[tuple[Row, dict[ObjectId, StockLevel]]]:
        """The cards of a shop's newest visible products, each with what is left of it: one query."""
        newest = (
            {"$match": criteria(ProductFilter(shop_id=shop_id))},
            {"$sort": dict(KEYS[ProductSort.NEWEST])},
        )
        found = self.rows([*newest, {"$limit": limit}, WITH_STOCK, {"$project": _CARD_AND_STOCK}])
        return [(rows.kept(row), stock.levels_in(levels)) for row in found for levels in [row.pop("stock")]]

    def count(self, wanted: ProductFilter, search: Mapping[str, Any] | None = None) -> int:
        """How many visible products the filter lets through, up to COUNT_LIMIT + 1."""
        passing, index = _read_by(wanted, ProductSort.PRICE_UP, search)
        return self._collection.count_documents(passing, limit=COUNT_LIMIT + 1, **_by(index))

    def criteria(self, wanted: ProductFilter, search: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The filter, and the search, as the database takes it."""
        return criteria(wanted, search)

    @property
    def _collection(self) -> Collection[dict[str, Any]]:
        """What lists are read from as they are stored: a queryset per list costs as much as its command."""
        found: Collection[dict[str, Any]] = self.document._get_collection()
        return found


def _read_by(
    wanted: ProductFilter, sort: ProductSort, search: Mapping[str, Any] | None
) -> tuple[dict[str, Any], str | None]:
    """The filter as it is read by the index that serves it in this order; None leaves that to MongoDB."""
    place, rest = _place(wanted)
    if search or not _is_narrowed(wanted, sort, rest):
        return criteria(wanted, search), None
    return _passing(place[1], rest) | ranges(wanted), f"{place[0]}_{_ORDERS[sort]}"


def _by(index: str | None) -> dict[str, Any]:
    return {"hint": index} if index else {}


def criteria(wanted: ProductFilter, search: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The filter as MongoDB reads it. The first group of tokens is the one that an index is entered by."""
    found = {"visible": True, **with_tokens(wanted.groups), **ranges(wanted)}
    if search is None:
        return found
    both = [*found.pop("$and", []), *search.get("$and", [])]  # each of them may have some
    return found | dict(search) | ({"$and": both} if both else {})


def _place(wanted: ProductFilter) -> tuple[tuple[str, dict[str, Any]], list[tuple[str, ...]]]:
    """The indexes that hold the list in one piece, their first field, and the tokens that narrow it there."""
    groups = wanted.groups
    if wanted.shop_id is not None:
        own = [group for group in groups if not group[0].startswith("shop:")]
        return ("within_shop", {"shop_id": wanted.shop_id}), own
    if 0 < len(wanted.branch) <= WIDEST_BRANCH:
        own = [group for group in groups if not group[0].startswith("cat:")]
        return ("branch", {"category_id": {"$in": list(wanted.branch)}}), own
    return ("all", {}), groups


def _is_narrowed(wanted: ProductFilter, sort: ProductSort, rest: Sequence[tuple[str, ...]]) -> bool:
    """Whether entering an index by one token would read products in vain: there are others, or prices."""
    priced = wanted.price_min is not None or wanted.price_max is not None
    return (len(wanted.groups) > 1 and bool(rest)) or (priced and _ORDERS[sort] != "priced")


def _passing(within: dict[str, Any], groups: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """The filter by codes, and by tokens: about one product in a hundred has a code without its token."""
    codes = ["|".join(map(code_of, group)) for group in groups]
    both = [*({"f_codes": {"$regex": code}} for code in codes), *({"f": one_of(group)} for group in groups)]
    return {"visible": True, **within} | ({"$and": both} if both else {})


def ranges(wanted: ProductFilter) -> dict[str, Any]:
    """The filter for prices and numbers."""
    bounds = {"$gte": wanted.price_min, "$lte": wanted.price_max}
    price = {operator: amount for operator, amount in bounds.items() if amount is not None}
    found: dict[str, Any] = {"currency": wanted.currency, "price_min": price} if price else {}
    for number in wanted.numbers:
        ends = {"$gte": number.least, "$lte": number.most}
        found[f"num.{number.attribute}"] = {
            operator: end for operator, end in ends.items() if end is not None
        }
    return found


def with_tokens(groups: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """The filter for products with a token of each group."""
    if len(groups) == 1:
        return {"f": one_of(groups[0])}
    return {"$and": [{"f": one_of(group)} for group in groups]} if groups else {}


def one_of(group: Sequence[str]) -> Any:
    """What `f` has to hold for a group of tokens."""
    return group[0] if len(group) == 1 else {"$in": list(group)}

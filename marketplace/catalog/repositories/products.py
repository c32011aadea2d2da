"""The stored products: their lists, their search, and bulk writing.

Lists read plain dicts with the fields of a card, never whole documents.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from bson import ObjectId
from mongoengine import QuerySet
from pymongo import InsertOne, ReplaceOne

from ...shared.errors import VersionConflict
from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Category, Product
from ..errors import PageTooDeep, ProductNotFound
from ..values import COUNT_LIMIT, ProductFilter, ProductSort, ProductStatus

#: What a card shows of a product.
CARD = (
    "id",
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
)

#: The sort keys of each order; the last one is unique.
KEYS: dict[ProductSort, list[tuple[str, int]]] = {
    ProductSort.NEWEST: [("published_at", -1), ("_id", -1)],
    ProductSort.PRICE_UP: [("price_min", 1), ("_id", 1)],
    ProductSort.PRICE_DOWN: [("price_min", -1), ("_id", -1)],
}

_WORD = re.compile(r"\w+(?:[-.'/+&]\w+)*")

#: Words that say nothing about a product; MongoDB's English text index leaves them out as well.
_STOP_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"]
)

#: Endings that one word takes in several forms, with what the rest of the word must look like.
_ENDING = re.compile(
    r"(?<=\w{3})ies$|(?<=\w{4})(?<=[^aeiou])y$|(?<=\w{4})(?:ing|ed)$"
    r"|(?<=\w{2})(?:(?<=[xz])|(?<=ss)|(?<=[cs]h))es$|(?<=\w{2})(?<=[^aeiousy])s$|(?<=\w{3})(?<=[aey])s$"
)


class ProductRepository(Repository[Product]):
    """The listings of all shops."""

    document = Product
    missing = ProductNotFound

    def visible(self) -> QuerySet:
        """What the public sees."""
        return self.all().filter(visible=True)

    def shown(self, product_id: ObjectId) -> Product:
        """The visible product with this id; raises ProductNotFound."""
        return self._found(self.visible().filter(pk=product_id).first())

    def at(self, shop_id: ObjectId, slug: str) -> Product:
        """The visible product at this address of the shop; raises ProductNotFound."""
        return self._found(self.visible().filter(shop_id=shop_id, slug=slug).first())

    def of_shop(self, shop_id: ObjectId, product_id: ObjectId) -> Product:
        """A shop's own product in any state; raises ProductNotFound for other shops' products."""
        return self._found(self.all().filter(pk=product_id, shop_id=shop_id).first())

    def _found(self, product: Product | None) -> Product:
        if product is None:
            raise ProductNotFound("There is no such product, or it is no longer for sale.")
        return product

    # Lists

    def listed(
        self, wanted: ProductFilter, sort: ProductSort, *, search: str = "", at: Position | None, limit: int
    ) -> Page[dict[str, Any]]:
        """The cards of the visible products that the filter lets through, in one of the KEYS orders.

        `search` is the text query, from `all_words` or `any_word`.
        """
        query = self.matching(wanted, search).only(*CARD).as_pymongo()
        return self.page(query, KEYS[sort], at=at, limit=limit)

    def ranked(
        self, wanted: ProductFilter, search: str, *, at: Position | None, limit: int
    ) -> tuple[Page[dict[str, Any]], int]:
        """The cards that fit the words best, best first, and how many there are up to COUNT_LIMIT + 1.

        Scores and ids of the first thousand hits are read first, then the cards of one page. Raises
        PageTooDeep for a position behind those hits.
        """
        hits = self._best(wanted, search)
        start, end = _window(hits, at, limit)
        if at is not None and start >= COUNT_LIMIT:
            raise PageTooDeep("Only the first 1,000 hits are shown. Narrow the search, or sort by price.")
        shown = hits[start : min(end, COUNT_LIMIT)]
        cards = self.cards([hit["_id"] for hit in shown])
        page = Page(
            items=[cards[hit["_id"]] for hit in shown if hit["_id"] in cards],
            next=_position(shown[-1]) if shown and start + len(shown) < len(hits) else None,
            previous=_position(shown[0], backwards=True) if shown and start > 0 else None,
        )
        return page, len(hits)

    def count(self, wanted: ProductFilter, search: str = "") -> int:
        """How many visible products the filter lets through, up to COUNT_LIMIT + 1."""
        rows = self.matching(wanted, search).limit(COUNT_LIMIT + 1)
        return int(rows.count(with_limit_and_skip=True))

    def cards(self, product_ids: Sequence[ObjectId]) -> dict[ObjectId, dict[str, Any]]:
        """The cards of these visible products, by id."""
        rows = self.visible().filter(pk__in=list(product_ids)).only(*CARD).as_pymongo()
        return {row["_id"]: row for row in rows}

    def of_seller(
        self, shop_id: ObjectId, status: ProductStatus, *, at: Position | None, limit: int
    ) -> Page[dict[str, Any]]:
        """A shop's listings in one state, last changed first."""
        rows = self.all().filter(shop_id=shop_id, status=status)
        shown = rows.only(*CARD, "status", "updated_at", "version", "visible").as_pymongo()
        return self.page(shown, [("updated_at", -1), ("_id", -1)], at=at, limit=limit)

    def statuses(self, shop_id: ObjectId) -> dict[ProductStatus, int]:
        """How many listings the shop has in each state, up to COUNT_LIMIT + 1."""
        counted = {}
        for status in ProductStatus:
            rows = self.all().filter(shop_id=shop_id, status=status).limit(COUNT_LIMIT + 1)
            counted[status] = int(rows.count(with_limit_and_skip=True))
        return counted

    def count_of_shop(self, shop_id: ObjectId) -> int | str:
        """How many listings the shop has, in words where they are many."""
        found = int(self.all().filter(shop_id=shop_id).limit(1000).count(with_limit_and_skip=True))
        return found if found < 1000 else "999+"

    def matching(self, wanted: ProductFilter, search: str = "") -> QuerySet:
        """The visible products that the filter and the text query let through, in no order yet."""
        criteria: dict[str, Any] = {"visible": True}
        if search:
            criteria["$text"] = {"$search": search}
        if wanted.category_id is not None:
            criteria["category_ids"] = wanted.category_id
        if wanted.shop_id is not None:
            criteria["shop_id"] = wanted.shop_id
        bounds = {"$gte": wanted.price_min, "$lte": wanted.price_max}
        price = {operator: amount for operator, amount in bounds.items() if amount is not None}
        if price:
            criteria |= {"currency": wanted.currency, "price_min": price}
        return self.all().filter(__raw__=criteria)

    def _best(self, wanted: ProductFilter, search: str) -> list[dict[str, Any]]:
        pipeline = [
            {"$project": {"score": {"$meta": "textScore"}}},
            {"$sort": {"score": -1, "_id": 1}},
            {"$limit": COUNT_LIMIT + 1},
        ]
        return list(self.matching(wanted, search).aggregate(pipeline, batchSize=COUNT_LIMIT + 1))

    def showing(self, files: Collection[str]) -> set[str]:
        """Those of the files of pictures that a listing shows, whatever state it is in."""
        found = self.all().filter(__raw__={"pictures.file": {"$in": list(files)}}).only("pictures")
        return {picture.file for product in found for picture in product.pictures} & set(files)

    def pictured(self) -> Iterator[tuple[ObjectId, list[str]]]:
        """Each product that has pictures, with their files, as a stream."""
        rows = self.rows(
            [{"$match": {"pictures.0": {"$exists": True}}}, {"$project": {"files": "$pictures.file"}}]
        )
        return ((row["_id"], row["files"]) for row in rows)

    # Writing

    def skus_taken(self, shop_id: ObjectId, skus: Sequence[str], *, besides: ObjectId | None) -> set[str]:
        """Those of the SKUs that other products of the shop have."""
        others = self.all().filter(shop_id=shop_id, variants__sku__in=list(skus), pk__ne=besides)
        return {variant.sku for product in others.only("variants") for variant in product.variants} & set(
            skus
        )

    def slugs(self, shop_id: ObjectId, beginning: str = "") -> set[str]:
        """The addresses of the shop's products that begin like this."""
        return set(self.all().filter(shop_id=shop_id, slug__startswith=beginning).scalar("slug"))

    def imported(self, shop_id: ObjectId) -> dict[str, str]:
        """What imports wrote into the shop: the hash of each source row by its external id."""
        rows = self.all().filter(shop_id=shop_id, external_id__exists=True)
        return dict(rows.scalar("external_id", "source_hash"))

    def with_external_ids(self, shop_id: ObjectId, external_ids: Iterable[str]) -> dict[str, Product]:
        """The shop's imported products among these, by external id."""
        found = self.all().filter(shop_id=shop_id, external_id__in=list(external_ids))
        return {product.external_id: product for product in found}

    def write_all(self, new: Sequence[Product], changed: Sequence[Product]) -> None:
        """Store many products that were validated, in one round trip.

        Raises pymongo's BulkWriteError on a taken unique value, and VersionConflict when somebody else
        saved one of them since it was loaded: abort the transaction then.
        """
        operations: list[Any] = [InsertOne(product.to_mongo()) for product in new]
        for product in changed:
            loaded = {"_id": product.pk, "version": product.version}
            operations.append(ReplaceOne(loaded, product.to_mongo() | {"version": product.version + 1}))
        done = self.document._get_collection().bulk_write(operations)
        if done.matched_count < len(changed):
            raise VersionConflict("Someone changed this listing just now. Import the file again.")

    def follow_shop(self, shop_id: ObjectId, visible: bool) -> None:
        """Show or hide what a shop sells, as the shop itself was shown or hidden."""
        stale = self.all().filter(shop_id=shop_id, shop_visible__ne=visible)
        active = stale.filter(status=ProductStatus.ACTIVE)
        active.update(__raw__={"$set": {"shop_visible": visible, "visible": visible}, "$inc": {"version": 1}})
        stale.update(__raw__={"$set": {"shop_visible": visible, "visible": False}, "$inc": {"version": 1}})

    def refile(self, category: Category, *, limit: int, source: ObjectId | None = None) -> int:
        """File products where their category lies now, those alone that are filed elsewhere; how many.

        With a `source` these are the products of that category, which go into this one.
        """
        stale: dict[str, Any] = {"category_id": source or category.pk}
        if source is None:
            stale["category_ids"] = {"$ne": category.line}
        found = self.all().filter(__raw__=stale).limit(limit).scalar("pk")
        filed = self.all().filter(pk__in=list(found), category_id=source or category.pk)
        where = {"category_id": category.pk, "category_ids": category.line}
        return int(filed.update(__raw__={"$set": where, "$inc": {"version": 1}}))

    def number_in(self, category_ids: Iterable[ObjectId]) -> int:
        """How many products have one of these as their own category, in whatever state."""
        return int(self.all().filter(category_id__in=list(category_ids)).count())

    def stating(self, attribute: str | None, after: ObjectId | None, limit: int) -> list[Product]:
        """The next products by id that state the attribute, or any attribute."""
        stated = attribute if attribute is not None else {"$exists": True}
        criteria: dict[str, Any] = {"specs.attribute": stated}
        if after is not None:
            criteria["_id"] = {"$gt": after}
        return list(self.all().filter(__raw__=criteria).order_by("pk").limit(limit))

    def restate(self, product: Product) -> bool:
        """Store what follows from a loaded product's facts; False when somebody saved it meanwhile."""
        document = product.to_mongo()
        parts = {name: document.get(name) for name in ("specs", "specs_text", "num")}
        unchanged = self.all().filter(pk=product.pk, version=product.version)
        return bool(unchanged.update_one(__raw__={"$set": parts, "$inc": {"version": 1}}))

    def by_category(self) -> Iterator[tuple[ObjectId, int]]:
        """Each category with the number of products in it and below, most first."""
        rows = self.all().aggregate(
            [
                {"$project": {"category_ids": 1}},
                {"$unwind": "$category_ids"},
                {"$group": {"_id": "$category_ids", "count": {"$sum": 1}}},
                {"$sort": {"count": -1, "_id": 1}},
            ]
        )
        return ((row["_id"], row["count"]) for row in rows)


def words_of(text: str) -> list[str]:
    """The words that a search looks for."""
    found = [word for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS]
    return list(dict.fromkeys(found))[:16]


def any_word(words: Sequence[str]) -> str:
    """The text query for products with one of the words, in any of their forms."""
    return " ".join(words)


def all_words(words: Sequence[str]) -> str:
    """The text query for products with every word.

    MongoDB finds the forms of a word (`battery`, `batteries`) by their stem, yet cannot ask for several
    stems at once; a phrase in quotes must be there, yet letter by letter. So each word is asked for twice:
    as it is, which finds its forms, and its beginning without the ending as a phrase, which must be there.
    """
    if len(words) < 2:
        return any_word(words)
    return " ".join([*words, *(f'"{_ENDING.sub("", word)}"' for word in words)])


def _window(hits: list[dict[str, Any]], at: Position | None, limit: int) -> tuple[int, int]:
    """Which of the hits the page shows: those after the position, or before it on the way back."""
    if at is None:
        return 0, limit
    score, identifier = at.values
    places = [(-hit["score"], hit["_id"]) for hit in hits]
    if at.backwards:
        end = bisect_left(places, (-score, identifier))
        return max(0, end - limit), end
    start = bisect_right(places, (-score, identifier))
    return start, start + limit


def _position(hit: dict[str, Any], *, backwards: bool = False) -> Position:
    return Position((hit["score"], hit["_id"]), backwards)


products = ProductRepository()

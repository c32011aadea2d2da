"""The stored products: single ones, and writing many; their public lists are in `lists`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

from bson import ObjectId
from pymongo import InsertOne, ReplaceOne, UpdateOne

from ...shared.documents import restored, stored
from ...shared.errors import VersionConflict
from ..documents import Category, Product
from ..errors import ProductNotFound
from ..values import ProductStatus, Rating, ShownProduct
from ..values.words import search_entry_of
from . import tokens
from .lists import CARD, STOCK_SHOWN, WITH_STOCK, ListedProducts
from .stock import stock

#: What the search entry of a product is made of.
SEARCHED = (
    "title", "brand", "tags", "specs_text", "description", "variants.sku", "variants.barcode",
    "external_id", "pictures.file", "language", "updated_at",
)  # fmt: skip


#: What is read of a product that is shown, and of its stock.
_SHOWN = dict.fromkeys(
    (*(one.name for one in fields(ShownProduct) if one.name not in ("id", "levels")), *STOCK_SHOWN), 1
)

_NOT_FOR_SALE = "There is no such product, or it is no longer for sale."


class ProductRepository(ListedProducts):
    """The listings of all shops."""

    def shown(self, product_id: ObjectId) -> ShownProduct:
        """The visible product with this id; raises ProductNotFound."""
        found = self._shown({"_id": product_id})
        if found is None:
            raise ProductNotFound(_NOT_FOR_SALE)
        return found

    def find_at(self, shop_id: ObjectId, slug: str) -> ShownProduct | None:
        """The visible product at this address of the shop, or None."""
        return self._shown({"shop_id": shop_id, "slug": slug})

    def formerly_at(self, shop_id: ObjectId, slug: str) -> Product:
        """The visible product that had this address of the shop before; raises ProductNotFound."""
        return self._found(self.visible().filter(shop_id=shop_id, former_slugs=slug).first())

    def of_shop(self, shop_id: ObjectId, product_id: ObjectId) -> Product:
        """A shop's own product in any state; raises ProductNotFound for other shops' products."""
        return self._found(self.all().filter(pk=product_id, shop_id=shop_id).first())

    def _shown(self, criteria: dict[str, Any]) -> ShownProduct | None:
        """The product with its stock, in one query; what has nothing for sale is not shown.

        A stored null tells nothing, and leaves a field to its default.
        """
        for_sale = {"variants": {"$elemMatch": {"active": {"$ne": False}}}}
        match = {"$match": criteria | {"visible": True} | for_sale}
        found = next(self.rows([match, {"$limit": 1}, WITH_STOCK, {"$project": _SHOWN}]), None)
        if found is None:
            return None
        more = {"id": found["_id"], "levels": stock.levels_in(found["stock"])}
        told = {name: part for name, part in found.items() if part is not None}
        return restored(ShownProduct, told | more)

    def _found(self, product: Product | None) -> Product:
        if product is None:
            raise ProductNotFound(_NOT_FOR_SALE)
        return product

    def count_of_shop(self, shop_id: ObjectId) -> int | str:
        """How many listings the shop has, in words where they are many."""
        found = int(self.all().filter(shop_id=shop_id).limit(1000).count(with_limit_and_skip=True))
        return found if found < 1000 else "999+"

    def count_of_profile(self, shop_id: ObjectId, profile_id: ObjectId) -> int:
        """How many listings of the shop name this shipping profile, counted up to a thousand."""
        found = self.all().filter(shop_id=shop_id, shipping_profile_id=profile_id)
        return int(found.limit(1000).count(with_limit_and_skip=True))

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

    def slugs(self, shop_id: ObjectId, beginning: str = "", *, besides: ObjectId | None = None) -> set[str]:
        """The addresses that begin like this and that other products of the shop have, or had before."""
        others = self.all().filter(shop_id=shop_id, pk__ne=besides)
        like = {"$exists": True, "$regex": f"^{re.escape(beginning)}"}
        former = others.filter(__raw__={"former_slugs": like}).scalar("former_slugs")
        return set(others.filter(slug__startswith=beginning).scalar("slug")).union(*former)

    def imported(self, shop_id: ObjectId) -> dict[str, str]:
        """What imports wrote into the shop: the hash of each source row by its external id."""
        rows = self.all().filter(shop_id=shop_id, external_id__exists=True)
        return dict(rows.scalar("external_id", "source_hash"))

    def with_external_ids(self, shop_id: ObjectId, external_ids: Iterable[str]) -> dict[str, Product]:
        """The shop's imported products among these, by external id."""
        found = self.all().filter(shop_id=shop_id, external_id__in=list(external_ids))
        return {product.external_id: product for product in found}

    def with_keys(self, keys: Collection[tuple[ObjectId, str]]) -> dict[tuple[ObjectId, str], Product]:
        """The imported products among these, by shop and external id."""
        shop_ids, external_ids = {shop for shop, _ in keys}, {one for _, one in keys}
        found = self.all().filter(shop_id__in=list(shop_ids), external_id__in=list(external_ids))
        rows = found.only("shop_id", "external_id", "slug", "variants") if keys else []
        by_key = {(product.shop_id, product.external_id): product for product in rows}
        return {key: product for key, product in by_key.items() if key in keys}

    def write_all(self, new: Sequence[Product], changed: Sequence[Product]) -> None:
        """Store many products that were validated, in one round trip.

        Raises pymongo's BulkWriteError on a taken unique value, and VersionConflict when somebody else
        saved one of them since it was loaded: abort the transaction then.
        """
        operations: list[Any] = [InsertOne(product.to_mongo()) for product in new]
        for product in changed:
            # A review changes the rating beside the version: what is replaced must not take it back.
            loaded = {"_id": product.pk, "version": product.version} | _rated_as(product.rating)
            operations.append(ReplaceOne(loaded, product.to_mongo() | {"version": product.version + 1}))
        done = self.document._get_collection().bulk_write(operations)
        if done.matched_count < len(changed):
            raise VersionConflict("Someone changed this listing just now. Import the file again.")

    def rewrite_search(self) -> int:
        """Work out anew what the search finds each product by; how many had something else stored."""
        collection, changed = self.document._get_collection(), 0
        batch: list[Any] = []
        for row in collection.find({}, {**dict.fromkeys(SEARCHED, 1), "search": 1}, batch_size=500):
            entry = search_entry_of(row)
            if entry != row.get("search"):
                # What it is made of may change meanwhile; who changes that writes the entry too.
                same = {name: row[name] for name in ("_id", "updated_at") if name in row}
                batch.append(UpdateOne(same, {"$set": {"search": entry}}))
            if len(batch) >= 500:
                changed += collection.bulk_write(batch, ordered=False).modified_count
                batch = []
        return changed + (collection.bulk_write(batch, ordered=False).modified_count if batch else 0)

    def follow_shop(self, shop_id: ObjectId, visible: bool) -> int:
        """Show or hide what a shop sells, as the shop itself was; answers how much of it was not so yet."""
        stale = self.all().filter(shop_id=shop_id, shop_visible__ne=visible)
        active = stale.filter(status=ProductStatus.ACTIVE)
        change = {"$set": {"shop_visible": visible, "visible": visible}, "$inc": {"version": 1}}
        followed = int(active.update(__raw__=change))
        change = {"$set": {"shop_visible": visible, "visible": False}, "$inc": {"version": 1}}
        return followed + int(stale.update(__raw__=change))

    def refile(self, category: Category, *, limit: int, source: ObjectId | None = None) -> int:
        """File products where their category lies now, those alone that are filed elsewhere; how many.

        With a `source` these are the products of that category, which go into this one.
        """
        stale: dict[str, Any] = {"category_id": source or category.pk}
        if source is None:
            stale["category_ids"] = {"$ne": category.line}
        found = list(self.all().filter(__raw__=stale).limit(limit).scalar("pk"))
        filed = self.all().filter(pk__in=found, category_id=source or category.pk)
        where = {"category_id": category.pk, "category_ids": category.line}
        changed = int(filed.update(__raw__={"$set": where, "$inc": {"version": 1}}))
        if found:
            tokens.follow_after(found)
        return changed

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
        names = ("specs", "specs_text", "num", "search", "f", "f_codes")
        parts = {name: document.get(name) for name in names}
        unchanged = self.all().filter(pk=product.pk, version=product.version)
        done = bool(unchanged.update_one(__raw__={"$set": parts, "$inc": {"version": 1}}))
        tokens.follow_after([product.pk])  # what was sold since it was loaded
        return done

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


def _rated_as(rating: Rating) -> dict[str, Any]:
    """The filter for products with this rating; one that nobody rated yet may lack the numbers."""
    return {f"rating.{name}": value or {"$in": [0, None]} for name, value in stored(rating).items()}


products = ProductRepository()

__all__ = ["CARD", "ProductRepository", "products"]

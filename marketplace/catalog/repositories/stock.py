"""Stock and its movements.

Each operation is one conditional update of one document, so that no two of them can take the same piece.
The filter says when the operation may happen; a False answer means that it did not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from ...shared.clock import now
from ..documents import Stock, StockMovement
from ..values import MovementKind, StockLevel
from . import tokens

#: How many open holds one variant may have.
HOLD_LIMIT = 1000


#: What an offer is made of: of the variant's stock, and of its product.
OF_STOCK = ("track", "on_hand", "available", "allocated", "holds.quantity", "holds.expires_at", "low_at")
OF_PRODUCT = (
    "_id", "shop_id", "title", "slug", "options", "variants", "pictures.file", "visible",
    "shipping_profile_id",
)  # fmt: skip


class StockRepository:
    """How many pieces of each variant there are."""

    def find(self, variant_id: ObjectId) -> Stock | None:
        """The stock of a variant, or None."""
        found: Stock | None = Stock.objects(pk=variant_id).first()
        return found

    def by_ids(self, variant_ids: Iterable[ObjectId]) -> dict[ObjectId, Stock]:
        """The stock of those variants that exist, in one query."""
        wanted = list(set(variant_ids))
        return {one.pk: one for one in Stock.objects(pk__in=wanted)} if wanted else {}

    def with_products(
        self, variant_ids: Iterable[ObjectId], at: datetime
    ) -> Iterator[tuple[dict[str, Any], tuple[ObjectId, StockLevel]]]:
        """Of those variants that exist the row of their product and their id and level, in one query."""
        wanted = list(set(variant_ids))
        pipeline: list[dict[str, Any]] = [
            {"$match": {"_id": {"$in": wanted}}},
            {"$lookup": {"from": "products", "localField": "product_id", "foreignField": "_id", "as": "of"}},
            {"$project": dict.fromkeys((*OF_STOCK, *(f"of.{name}" for name in OF_PRODUCT)), 1)},
        ]
        for row in Stock._get_collection().aggregate(pipeline) if wanted else ():
            for product in row["of"]:
                yield product, (row["_id"], _level(row, at))

    def of_products(self, product_ids: Iterable[ObjectId]) -> dict[ObjectId, dict[ObjectId, StockLevel]]:
        """The levels of each product's variants now, in one query."""
        found: dict[ObjectId, dict[ObjectId, StockLevel]] = {}
        at = now()
        wanted = {"product_id": {"$in": list(product_ids)}}
        for row in Stock._get_collection().find(wanted, ("product_id", *OF_STOCK)):
            found.setdefault(row["product_id"], {})[row["_id"]] = _level(row, at)
        return found

    def levels_in(self, rows: Iterable[Mapping[str, Any]]) -> dict[ObjectId, StockLevel]:
        """The levels now in these rows, which have the fields of OF_STOCK, by their variants."""
        at = now()
        return {row["_id"]: _level(row, at) for row in rows}

    def add_all(self, stocks: Iterable[Stock]) -> None:
        """Store the stock of new variants."""
        new = list(stocks)
        if new:
            Stock.objects.insert(new, load_bulk=False)

    def hold(self, variant_id: ObjectId, ref: str, quantity: int, until: datetime) -> bool:
        """Keep pieces for a checkout: when enough are available and the reference holds none yet."""
        hold = {"ref": ref, "quantity": quantity, "expires_at": until}
        return self._change(
            {
                "_id": variant_id,
                "track": True,
                "available": {"$gte": quantity},
                "holds.ref": {"$ne": ref},
                f"holds.{HOLD_LIMIT - 1}": {"$exists": False},
            },
            {"$inc": {"available": -quantity}, "$push": {"holds": hold}, "$set": {"ordered": True}},
            gained=-quantity,
        )

    def renew(self, variant_id: ObjectId, ref: str, until: datetime) -> bool:
        """Keep held pieces for longer."""
        return self._change({"_id": variant_id, "holds.ref": ref}, {"$set": {"holds.$.expires_at": until}})

    def release(
        self, variant_id: ObjectId, ref: str, quantity: int, *, before: datetime | None = None
    ) -> bool:
        """Put held pieces back; with `before` only when their time ran out before it."""
        hold: dict[str, Any] = {"ref": ref, "quantity": quantity}
        if before is not None:
            hold["expires_at"] = {"$lt": before}
        return self._change(
            {"_id": variant_id, "holds": {"$elemMatch": hold}},
            {"$inc": {"available": quantity}, "$pull": {"holds": {"ref": ref}}},
            gained=quantity,
        )

    def commit(self, variant_id: ObjectId, ref: str, quantity: int) -> bool:
        """Make held pieces those of an order."""
        return self._change(
            {"_id": variant_id, "holds": {"$elemMatch": {"ref": ref, "quantity": quantity}}},
            {"$inc": {"allocated": quantity}, "$pull": {"holds": {"ref": ref}}},
        )

    def ship(self, variant_id: ObjectId, quantity: int) -> bool:
        """Let allocated pieces leave the shelf."""
        return self._change(
            {"_id": variant_id, "allocated": {"$gte": quantity}},
            {"$inc": {"on_hand": -quantity, "allocated": -quantity}},
        )

    def unallocate(self, variant_id: ObjectId, quantity: int) -> bool:
        """Make allocated pieces available again."""
        return self._change(
            {"_id": variant_id, "allocated": {"$gte": quantity}},
            {"$inc": {"available": quantity, "allocated": -quantity}},
            gained=quantity,
        )

    def restock(self, variant_id: ObjectId, quantity: int) -> bool:
        """Put pieces that came back on the shelf."""
        return self._change(
            {"_id": variant_id, "track": True},
            {"$inc": {"on_hand": quantity, "available": quantity}},
            gained=quantity,
        )

    def adjust(self, variant_id: ObjectId, *, counted_from: int, difference: int) -> bool:
        """Correct the number on the shelf, which was `counted_from`, by what is not promised to anyone."""
        return self._change(
            {
                "_id": variant_id,
                "track": True,
                "on_hand": counted_from,
                "available": {"$gte": max(0, -difference)},
            },
            {"$inc": {"on_hand": difference, "available": difference}},
            gained=difference,
        )

    def remove_unpromised(self, variant_id: ObjectId) -> bool:
        """Forget the stock of a variant, unless pieces of it are held or allocated."""
        free = Stock.objects(__raw__={"_id": variant_id, "allocated": 0, "holds.0": {"$exists": False}})
        return bool(free.delete())

    def remove_unordered(self, variant_id: ObjectId) -> bool:
        """Forget the stock of a variant, unless somebody ordered or holds some of it."""
        free = {"allocated": 0, "holds.0": {"$exists": False}}
        return bool(Stock.objects(__raw__={"_id": variant_id, "ordered": {"$ne": True}} | free).delete())

    def mark_ordered(self, variant_id: ObjectId) -> None:
        """Remember that a variant that is not counted was ordered."""
        self._change({"_id": variant_id, "ordered": {"$ne": True}}, {"$set": {"ordered": True}})

    def warn_at(self, variant_id: ObjectId, low_at: int | None) -> None:
        """Say from how many pieces on the seller is warned; None for the usual number."""
        change = {"$unset": {"low_at": ""}} if low_at is None else {"$set": {"low_at": low_at}}
        self._change({"_id": variant_id}, change)

    def expired(self, at: datetime, limit: int) -> list[Stock]:
        """Some of the stock with holds whose time was up before this moment."""
        return list(Stock.objects(holds__expires_at__lt=at).limit(limit))

    def not_adding_up(self) -> Iterator[Stock]:
        """The stock with a number below zero, or with another sum than lies on the shelf."""
        numbers = ["$on_hand", "$available", "$allocated"]
        counted = {"$add": ["$available", "$allocated", {"$sum": "$holds.quantity"}]}
        wrong = {"$or": [{"$lt": [{"$min": numbers}, 0]}, {"$ne": ["$on_hand", counted]}]}
        yield from Stock.objects(__raw__={"$expr": wrong}).no_cache()

    def _change(self, when: dict[str, Any], change: dict[str, Any], *, gained: int = 0) -> bool:
        """Whether there was something to change; `gained` is what becomes available, or below zero.

        The same command answers with what is left, which tells whether the variant sold out or came back:
        then alone its product's tokens are looked at.
        """
        stamp = {"$set": {"updated_at": now()} | change.pop("$set", {})}
        left: Any = Stock._get_collection().find_one_and_update(
            when,
            change | stamp,
            projection={"product_id": 1, "available": 1},
            return_document=ReturnDocument.AFTER,
        )
        if left is None:
            return False
        if (left["available"] > 0) != (left["available"] - gained > 0):
            tokens.follow_after([left["product_id"]])
        return True


class MovementRepository:
    """Why numbers changed."""

    def has(self, variant_id: ObjectId, kind: MovementKind, ref: str) -> bool:
        """Whether this happened already."""
        rows = StockMovement.objects(variant_id=variant_id, kind=kind, ref=ref)
        return rows.only("id").first() is not None

    def add(self, *movements: StockMovement) -> None:
        """Write down what happened."""
        if movements:
            StockMovement.objects.insert(list(movements), load_bulk=False)


def _level(row: Mapping[str, Any], at: datetime) -> StockLevel:
    held = expired = 0
    for hold in row.get("holds", ()):
        if hold["expires_at"] < at:
            expired += hold["quantity"]
        else:
            held += hold["quantity"]
    available = row["available"] + expired
    return StockLevel(row["on_hand"], available, held, row["allocated"], row["track"], row.get("low_at"))


stock = StockRepository()
movements = MovementRepository()

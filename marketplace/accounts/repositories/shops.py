"""The stored shops."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bson import ObjectId

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Shop
from ..errors import ShopNotFound
from ..values import ShopName, ShopStatus


class ShopRepository(Repository[Shop]):
    """The stored shops."""

    document = Shop
    missing = ShopNotFound

    def with_slug(self, slug: str) -> Shop:
        """The shop at this address; raises ShopNotFound."""
        found = self.find(slug=slug)
        if found is None:
            raise ShopNotFound("There is no shop at this address.")
        return found

    def at(self, slugs: Iterable[str]) -> list[Shop]:
        """The shops at these addresses, in one query."""
        return list(self.all().filter(slug__in=list(slugs)))

    def of_owner(self, owner_id: ObjectId) -> list[Shop]:
        """The shops of a user, oldest first."""
        return list(self.all().filter(owner_id=owner_id).order_by("_id"))

    def is_owned(self, slug: str, owner_id: ObjectId) -> bool:
        """Whether the shop at this address is this user's."""
        return self.all().filter(slug=slug, owner_id=owner_id).only("id").first() is not None

    def ids_by_slug(self, slugs: Iterable[str]) -> dict[str, ObjectId]:
        """Those of these addresses that a shop has, with its id."""
        return dict(self.all().filter(slug__in=list(slugs)).scalar("slug", "id"))

    def names(self, shop_ids: Iterable[ObjectId]) -> dict[ObjectId, ShopName]:
        """How those of these shops that exist are called, by id, in one query."""
        wanted = {"_id": {"$in": list(shop_ids)}}
        rows = self.document._get_collection().find(wanted, ("slug", "name"))
        return {row["_id"]: ShopName(row["slug"], row["name"]) for row in rows}

    def add_all(self, new: Sequence[Shop]) -> None:
        """Store many new shops that were validated, in one round trip."""
        self.document._get_collection().insert_many([shop.to_mongo() for shop in new])

    def keep_reply_times(self, times: Mapping[ObjectId, int]) -> None:
        """Keep how soon shops answer, in milliseconds; of all others nothing is known."""
        ids = list(times)
        others = {"_id": {"$nin": ids}, "reply_ms": {"$exists": True}}
        self.all().filter(__raw__=others).update(__raw__={"$unset": {"reply_ms": ""}}, multi=True)
        for shop_id, reply_ms in times.items():
            self.all().filter(pk=shop_id, reply_ms__ne=reply_ms).update_one(set__reply_ms=reply_ms)

    def with_beginning(self, text: str, *, at: Position | None = None, limit: int = 24) -> Page[Shop]:
        """The shops whose address begins with this, whatever their status, by address."""
        begins = {"$regex": f"^{re.escape(text)}"}
        return self.page(self.all().filter(__raw__={"slug": begins}), [("slug", 1)], at=at, limit=limit)

    def count_in(self, status: ShopStatus, most: int = 1000) -> int:
        """How many shops are in this status, counted up to a limit."""
        return int(self.all().filter(status=status).limit(most).count(with_limit_and_skip=True))

    def in_status(self, status: ShopStatus, *, at: Position | None = None, limit: int = 24) -> Page[Shop]:
        """The shops in this status, newest first."""
        return self.page(self.all().filter(status=status), [("_id", -1)], at=at, limit=limit)


shops = ShopRepository()

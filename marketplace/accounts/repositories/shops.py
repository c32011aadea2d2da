"""The stored shops."""

from __future__ import annotations

from bson import ObjectId

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Shop
from ..errors import ShopNotFound
from ..values import ShopStatus


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

    def of_owner(self, owner_id: ObjectId) -> list[Shop]:
        """The shops of a user, oldest first."""
        return list(self.all().filter(owner_id=owner_id).order_by("_id"))

    def in_status(self, status: ShopStatus, *, at: Position | None = None, limit: int = 24) -> Page[Shop]:
        """The shops in this status, newest first."""
        return self.page(self.all().filter(status=status), [("_id", -1)], at=at, limit=limit)


shops = ShopRepository()

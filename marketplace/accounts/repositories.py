"""Every query of the accounts context."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bson import ObjectId

from ..shared.paging import Page, Position
from ..shared.repository import Repository
from .documents import Shop, User
from .errors import ShopNotFound, UserNotFound
from .values import ShopStatus


class UserRepository(Repository[User]):
    """The stored users."""

    document = User
    missing = UserNotFound

    def with_email(self, email: str) -> User | None:
        """The user with this e-mail address in lower case, or None."""
        return self.find(email=email)

    def with_uneven_email(self) -> Iterator[dict[str, Any]]:
        """The id and e-mail address of those whose address is not in lower case."""
        lower: dict[str, Any] = {"$toLower": "$email"}
        yield from self.rows([{"$match": {"$expr": {"$ne": ["$email", lower]}}}, {"$project": {"email": 1}}])


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


users = UserRepository()
shops = ShopRepository()

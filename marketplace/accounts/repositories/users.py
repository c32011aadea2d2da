"""The stored users."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bson import ObjectId

from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import User
from ..errors import UserNotFound
from ..values import Role, UserStatus


class UserRepository(Repository[User]):
    """The stored users."""

    document = User
    missing = UserNotFound

    def with_email(self, email: str) -> User | None:
        """The user with this e-mail address in lower case, or None."""
        return self.find(email=email)

    def with_email_beginning(self, text: str, *, at: Position | None = None, limit: int = 24) -> Page[User]:
        """The users whose e-mail address begins with this, by address."""
        begins = {"email": {"$regex": f"^{re.escape(text.lower())}"}}
        return self.page(self.all().filter(__raw__=begins), [("email", 1)], at=at, limit=limit)

    def with_name_beginning(self, text: str, *, at: Position | None = None, limit: int = 24) -> Page[User]:
        """The users whose name begins with this as it is written, in lower case, or capitalised; by name."""
        spellings = sorted({text, text.lower(), text.title(), text.capitalize()})
        begins = {"display_name": {"$regex": f"^(?:{'|'.join(re.escape(one) for one in spellings)})"}}
        sort = [("display_name", 1), ("_id", 1)]
        return self.page(self.all().filter(__raw__=begins), sort, at=at, limit=limit)

    def newest(self, *, role: Role | None = None, at: Position | None = None, limit: int = 24) -> Page[User]:
        """The users, or those with exactly this role, newest first."""
        found = self.all().filter(roles=role) if role else self.all()
        return self.page(found, [("_id", -1)], at=at, limit=limit)

    def another_admin(self, besides: ObjectId) -> User | None:
        """An admin who can sign in, besides this user; or None."""
        others = self.all().filter(roles=Role.ADMIN, status__nin=[UserStatus.LOCKED, UserStatus.DELETED])
        return others.filter(id__ne=besides).order_by("_id").first()

    def count_unread(self, user_id: ObjectId, more: int) -> None:
        """Let the bell of this person show so many more."""
        self.all().filter(pk=user_id).update_one(__raw__={"$inc": {"unread_notifications": more}})

    def put_unread(self, user_id: ObjectId, unread: int) -> None:
        """Let the bell of this person show so many."""
        self.all().filter(pk=user_id).update_one(__raw__={"$set": {"unread_notifications": unread}})

    def with_uneven_email(self) -> Iterator[dict[str, Any]]:
        """The id and e-mail address of those whose address is not in lower case."""
        lower: dict[str, Any] = {"$toLower": "$email"}
        yield from self.rows([{"$match": {"$expr": {"$ne": ["$email", lower]}}}, {"$project": {"email": 1}}])


users = UserRepository()

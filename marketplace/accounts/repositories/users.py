"""The stored users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...shared.repository import Repository
from ..documents import User
from ..errors import UserNotFound


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


users = UserRepository()

"""What those look for who look after the marketplace: shops and users."""

from __future__ import annotations

from ...shared.paging import Page, Position
from ..documents import Shop, User
from ..repositories import shops, users
from ..values import Role, ShopStatus


def search_shops(
    *, status: ShopStatus, q: str | None = None, at: Position | None = None, limit: int = 24
) -> Page[Shop]:
    """The shops in a state, newest first; with `q` those of any state whose address begins with it."""
    if q:
        return shops.with_beginning(q.lower(), at=at, limit=limit)
    return shops.in_status(status, at=at, limit=limit)


def search_users(
    *,
    q: str | None = None,
    by: str = "email",
    role: Role | None = None,
    at: Position | None = None,
    limit: int = 24,
) -> Page[User]:
    """The users, newest first, or those with a role; with `q` those whose `by` begins with it."""
    if not q:
        return users.newest(role=role, at=at, limit=limit)
    search = users.with_name_beginning if by == "name" else users.with_email_beginning
    return search(q, at=at, limit=limit)

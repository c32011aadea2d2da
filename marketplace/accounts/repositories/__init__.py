"""Every query of the accounts context, a module for each aggregate."""

from .links import LinkRepository, links
from .shops import ShopRepository, shops
from .users import UserRepository, users

__all__ = [
    "LinkRepository",
    "ShopRepository",
    "UserRepository",
    "links",
    "shops",
    "users",
]

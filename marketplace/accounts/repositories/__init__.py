"""Every query of the accounts context, a module for each aggregate."""

from .shops import ShopRepository, shops
from .users import UserRepository, users

__all__ = [
    "ShopRepository",
    "UserRepository",
    "shops",
    "users",
]

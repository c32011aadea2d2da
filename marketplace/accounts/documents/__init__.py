"""The aggregates of the accounts context: User and Shop."""

from .shops import Shop
from .users import ADDRESS_LIMIT, SavedAddress, User

__all__ = [
    "ADDRESS_LIMIT",
    "SavedAddress",
    "Shop",
    "User",
]

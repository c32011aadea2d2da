"""The aggregates of the accounts context: User and Shop, and the links in mails."""

from .links import MailedLink
from .shops import Shop
from .users import ADDRESS_LIMIT, SavedAddress, User

__all__ = [
    "ADDRESS_LIMIT",
    "MailedLink",
    "SavedAddress",
    "Shop",
    "User",
]

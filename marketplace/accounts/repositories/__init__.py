"""Every query of the accounts context, a module for each aggregate."""

from .audit import AuditRepository, audit_log
from .links import LinkRepository, links
from .notifications import NotificationRepository, notifications
from .shops import ShopRepository, shops
from .tokens import TokenRepository, tokens
from .users import UserRepository, users

__all__ = [
    "AuditRepository",
    "LinkRepository",
    "NotificationRepository",
    "ShopRepository",
    "TokenRepository",
    "UserRepository",
    "audit_log",
    "links",
    "notifications",
    "shops",
    "tokens",
    "users",
]

"""The aggregates of the accounts context: User, Shop, ApiToken, MailedLink, Notification; the audit log."""

from .audit import AppendOnly, AuditEntry, AuditSubject
from .links import MailedLink
from .notifications import Notification
from .shops import Shop
from .tokens import ApiToken
from .users import ADDRESS_LIMIT, SavedAddress, User

__all__ = [
    "ADDRESS_LIMIT",
    "ApiToken",
    "AppendOnly",
    "AuditEntry",
    "AuditSubject",
    "MailedLink",
    "Notification",
    "SavedAddress",
    "Shop",
    "User",
]

"""Accounts in the browser: signing in, the profile, notifications, shops, and looking after it all."""

from . import destination, leaving, mailed, moderation, notifications, people, shipping, shops, staff, tokens
from .blueprint import blueprint
from .people import visitor, who_is_here

__all__ = [
    "blueprint",
    "destination",
    "leaving",
    "mailed",
    "moderation",
    "notifications",
    "people",
    "shipping",
    "shops",
    "staff",
    "tokens",
    "visitor",
    "who_is_here",
]

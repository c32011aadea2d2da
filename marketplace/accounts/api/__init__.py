"""Accounts over JSON."""

from . import mailed, moderation, notifications, people, shipping, shops, tokens
from .blueprint import blueprint

__all__ = ["blueprint", "mailed", "moderation", "notifications", "people", "shipping", "shops", "tokens"]

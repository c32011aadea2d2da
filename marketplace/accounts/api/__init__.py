"""Accounts over JSON."""

from . import mailed, moderation, people, shipping, shops, tokens
from .blueprint import blueprint

__all__ = ["blueprint", "mailed", "moderation", "people", "shipping", "shops", "tokens"]

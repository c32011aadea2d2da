"""Accounts over JSON."""

from . import moderation, people, shops
from .blueprint import blueprint

__all__ = ["blueprint", "moderation", "people", "shops"]

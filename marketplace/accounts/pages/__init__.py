"""Accounts in the browser: signing in, the profile, and opening a shop."""

from . import moderation, people, shops
from .blueprint import blueprint
from .people import who_is_here

__all__ = ["blueprint", "moderation", "people", "shops", "who_is_here"]

"""Accounts in the browser: signing in, the profile, and opening a shop."""

from . import leaving, mailed, moderation, people, shops
from .blueprint import blueprint
from .people import who_is_here

__all__ = ["blueprint", "leaving", "mailed", "moderation", "people", "shops", "who_is_here"]

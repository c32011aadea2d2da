"""The catalog in the browser: what everybody sees, a seller's own listings, and the moderators' settings."""

from . import attributes, media, pictures, selling, shopping, tree
from .blueprint import blueprint
from .shopping import navigation

__all__ = ["attributes", "blueprint", "media", "navigation", "pictures", "selling", "shopping", "tree"]

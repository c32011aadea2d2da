"""The catalog in the browser: what everybody sees, and a seller's own listings."""

from . import listings, media, moderation, pictures, selling, shopping
from .blueprint import blueprint
from .shopping import navigation

__all__ = [
    "blueprint",
    "listings",
    "media",
    "moderation",
    "navigation",
    "pictures",
    "selling",
    "shopping",
]

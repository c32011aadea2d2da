"""The catalog in the browser: what everybody sees, what buyers say, own listings, settings."""

from . import (
    attributes,
    listings,
    lists,
    media,
    moderation,
    pictures,
    review_desk,
    reviews,
    selling,
    shopping,
    synonyms,
    tree,
)
from .blueprint import blueprint
from .shopping import navigation

__all__ = [
    "attributes",
    "blueprint",
    "listings",
    "lists",
    "media",
    "moderation",
    "navigation",
    "pictures",
    "review_desk",
    "reviews",
    "selling",
    "shopping",
    "synonyms",
    "tree",
]

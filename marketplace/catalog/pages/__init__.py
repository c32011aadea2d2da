"""The catalog in the browser: what everybody sees, what buyers say, own listings, settings."""

from . import (
    attributes,
    autosave,
    inventory,
    listings,
    lists,
    media,
    moderation,
    pictures,
    preview,
    review_desk,
    reviews,
    selling,
    shopping,
    synonyms,
    tree,
)
from .blueprint import blueprint
from .shopping import navigation
from .shown import drawn_cards

__all__ = [
    "attributes",
    "autosave",
    "blueprint",
    "drawn_cards",
    "inventory",
    "listings",
    "lists",
    "media",
    "moderation",
    "navigation",
    "pictures",
    "preview",
    "review_desk",
    "reviews",
    "selling",
    "shopping",
    "synonyms",
    "tree",
]

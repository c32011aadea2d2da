"""The catalog in the browser: what everybody sees, what buyers say, and a seller's own listings."""

from . import media, pictures, review_desk, reviews, selling, shopping
from .blueprint import blueprint
from .shopping import navigation

__all__ = [
    "blueprint",
    "media",
    "navigation",
    "pictures",
    "review_desk",
    "reviews",
    "selling",
    "shopping",
]

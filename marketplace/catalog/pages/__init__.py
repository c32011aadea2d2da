"""The catalog in the browser: what everybody sees, and a seller's own listings."""

from . import media, pictures, selling, shopping, synonyms
from .blueprint import blueprint
from .shopping import navigation

__all__ = ["blueprint", "media", "navigation", "pictures", "selling", "shopping", "synonyms"]

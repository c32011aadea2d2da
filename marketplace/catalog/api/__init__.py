"""The catalog over JSON: what everybody may read, and what sellers do with their listings."""

from . import pictures, selling, shopping, synonyms
from .blueprint import blueprint, seller_blueprint

__all__ = ["blueprint", "pictures", "seller_blueprint", "selling", "shopping", "synonyms"]

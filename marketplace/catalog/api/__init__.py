"""The catalog over JSON: what everybody may read, what sellers do with their listings, and the settings."""

from . import attributes, pictures, selling, shopping, tree
from .blueprint import blueprint, seller_blueprint

__all__ = ["attributes", "blueprint", "pictures", "seller_blueprint", "selling", "shopping", "tree"]

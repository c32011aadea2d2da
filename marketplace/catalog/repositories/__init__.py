"""Every query of the catalog, a module for each aggregate."""

from . import figures, hits, ratings, tokens
from .attributes import attributes
from .categories import categories
from .inventory import inventory
from .listings import listings
from .media import drawings, uploads
from .products import products
from .review_rights import review_rights
from .reviews import reviews, votes
from .stock import movements, stock

__all__ = ["attributes", "categories", "drawings", "movements", "products", "stock", "uploads"]
__all__ = [
    "categories",
    "drawings",
    "movements",
    "products",
    "ratings",
    "review_rights",
    "reviews",
    "stock",
    "uploads",
    "votes",
]
__all__ = ["categories", "drawings", "listings", "movements", "products", "stock", "uploads"]
from .search_terms import dictionary, synonyms

__all__ = [
    "categories",
    "dictionary",
    "drawings",
    "hits",
    "inventory",
    "movements",
    "products",
    "stock",
    "synonyms",
    "uploads",
]
__all__ = ["categories", "figures", "media", "movements", "products", "stock", "tokens"]

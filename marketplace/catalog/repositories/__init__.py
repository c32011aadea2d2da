"""Every query of the catalog, a module for each aggregate."""

from . import hits
from .categories import categories
from .media import drawings, uploads
from .products import products
from .search_terms import dictionary, synonyms
from .stock import movements, stock

__all__ = [
    "categories",
    "dictionary",
    "drawings",
    "hits",
    "movements",
    "products",
    "stock",
    "synonyms",
    "uploads",
]

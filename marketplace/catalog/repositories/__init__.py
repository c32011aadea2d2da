"""Every query of the catalog, a module for each aggregate."""

from .categories import categories
from .media import media
from .products import products
from .stock import movements, stock

__all__ = ["categories", "media", "movements", "products", "stock"]

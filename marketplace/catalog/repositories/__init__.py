"""Every query of the catalog, a module for each aggregate."""

from .categories import categories
from .listings import listings
from .media import drawings, uploads
from .products import products
from .stock import movements, stock

__all__ = ["categories", "drawings", "listings", "movements", "products", "stock", "uploads"]

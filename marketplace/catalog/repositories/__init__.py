"""Every query of the catalog, a module for each aggregate."""

from .attributes import attributes
from .categories import categories
from .media import drawings, uploads
from .products import products
from .stock import movements, stock

__all__ = ["attributes", "categories", "drawings", "movements", "products", "stock", "uploads"]

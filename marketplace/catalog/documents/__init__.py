"""The aggregates of the catalog: Category, Product with its variants, Stock, and stored pictures."""

from .categories import DEEPEST, Category
from .fields import SLUG, PlainText
from .media import GridChunk, GridFile, Media, Upload
from .products import Product, Variant
from .search import DerivedField, SearchState, SearchTerm, SynonymSet
from .stock import Hold, Stock, StockMovement

__all__ = [
    "DEEPEST",
    "SLUG",
    "Category",
    "DerivedField",
    "GridChunk",
    "GridFile",
    "Hold",
    "Media",
    "PlainText",
    "Product",
    "SearchState",
    "SearchTerm",
    "Stock",
    "StockMovement",
    "SynonymSet",
    "Upload",
    "Variant",
]

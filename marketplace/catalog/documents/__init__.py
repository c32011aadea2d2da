"""The aggregates of the catalog: Category, Product with its variants, Stock, Review, and stored pictures."""

from .categories import DEEPEST, Category
from .fields import SLUG, PlainText
from .media import GridChunk, GridFile, Media, Upload
from .products import Product, Variant
from .reviews import Review, ReviewRight, ReviewVote
from .stock import Hold, Stock, StockMovement

__all__ = [
    "DEEPEST",
    "SLUG",
    "Category",
    "GridChunk",
    "GridFile",
    "Hold",
    "Media",
    "PlainText",
    "Product",
    "Review",
    "ReviewRight",
    "ReviewVote",
    "Stock",
    "StockMovement",
    "Upload",
    "Variant",
]

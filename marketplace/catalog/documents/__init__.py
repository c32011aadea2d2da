"""The aggregates: Category, Attribute, Product with its variants, Stock, and stored pictures."""

from .attributes import Attribute
from .categories import DEEPEST, Category, Lock
from .fields import SLUG, PlainText
from .media import GridChunk, GridFile, Media, Upload
from .products import Product, Variant
from .reviews import Review, ReviewRight, ReviewVote
from .stock import Hold, Stock, StockMovement

__all__ = [
    "DEEPEST",
    "SLUG",
    "Attribute",
    "Category",
    "GridChunk",
    "GridFile",
    "Hold",
    "Lock",
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

"""The aggregates: Category, Attribute, Product with its variants, Stock, and stored pictures."""

from .attributes import Attribute
from .categories import DEEPEST, Category, Lock
from .fields import SLUG, PlainText
from .media import GridChunk, GridFile, Media, Upload
from .products import Product, Variant
from .reviews import Review, ReviewRight, ReviewVote
from .search import DerivedField, SearchState, SearchTerm, SynonymSet
from .stock import Hold, Stock, StockMovement

__all__ = [
    "DEEPEST",
    "SLUG",
    "Attribute",
    "Category",
    "DerivedField",
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
    "SearchState",
    "SearchTerm",
    "Stock",
    "StockMovement",
    "SynonymSet",
    "Upload",
    "Variant",
]

"""The aggregates: Category, Attribute, Product, Stock, reviews, the search's own, pictures, and figures."""

from .attributes import Attribute
from .categories import DEEPEST, Category, Lock
from .fields import SLUG, PlainText
from .figures import Figure
from .media import GridChunk, GridFile, Media, Upload
from .products import Product
from .reviews import Review, ReviewRight, ReviewVote
from .search import DerivedField, SearchState, SearchTerm, SynonymSet
from .stock import Hold, Stock, StockMovement
from .variants import Variant

__all__ = [
    "DEEPEST",
    "SLUG",
    "Attribute",
    "Category",
    "DerivedField",
    "Figure",
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

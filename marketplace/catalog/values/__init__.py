"""What the catalog speaks of: specifications, pictures, the states of a listing, stock levels, offers."""

from .listings import (
    LONGEST_ALT,
    MOST_PICTURES,
    TRANSITIONS,
    Offer,
    Picture,
    ProductStatus,
    Transition,
    VariantDraft,
)
from .queries import Alternative, CategoryHint, Correction, Hits, SearchQuery, Suggestion, SuggestionKind
from .search import COUNT_LIMIT, OwnProductCard, ProductCard, ProductFilter, ProductSort, Seller
from .specifications import ProductSpecification, SpecificationType
from .stock import LOW_STOCK, Bucket, MovementKind, StockLevel

__all__ = [
    "COUNT_LIMIT",
    "LONGEST_ALT",
    "LOW_STOCK",
    "MOST_PICTURES",
    "TRANSITIONS",
    "Alternative",
    "Bucket",
    "CategoryHint",
    "Correction",
    "Hits",
    "MovementKind",
    "Offer",
    "OwnProductCard",
    "Picture",
    "ProductCard",
    "ProductFilter",
    "ProductSort",
    "ProductSpecification",
    "ProductStatus",
    "SearchQuery",
    "Seller",
    "SpecificationType",
    "StockLevel",
    "Suggestion",
    "SuggestionKind",
    "Transition",
    "VariantDraft",
]

"""What the catalog speaks of: specifications, pictures, the states of a listing, stock levels, offers."""

from .listings import (
    HEAVIEST,
    LONGEST_ALT,
    MOST_PICTURES,
    ListingActor,
    Moderation,
    Offer,
    Picture,
    ProductStatus,
    ReviewPolicy,
    VariantDraft,
)
from .quality import Quality, QualityHint, quality_of
from .search import COUNT_LIMIT, OwnProductCard, ProductCard, ProductFilter, ProductSort, Seller
from .specifications import ProductSpecification, SpecificationType
from .stock import LOW_STOCK, Bucket, MovementKind, StockLevel

__all__ = [
    "COUNT_LIMIT",
    "HEAVIEST",
    "LONGEST_ALT",
    "LOW_STOCK",
    "MOST_PICTURES",
    "Bucket",
    "ListingActor",
    "Moderation",
    "MovementKind",
    "Offer",
    "OwnProductCard",
    "Picture",
    "ProductCard",
    "ProductFilter",
    "ProductSort",
    "ProductSpecification",
    "ProductStatus",
    "Quality",
    "QualityHint",
    "ReviewPolicy",
    "Seller",
    "SpecificationType",
    "StockLevel",
    "VariantDraft",
    "quality_of",
]

"""What the catalog speaks of: specifications, pictures, the states of a listing, stock levels, offers."""

from .attributes import AttributeDraft, AttributeOption, AttributeRule, OptionDraft
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
from .search import COUNT_LIMIT, OwnProductCard, ProductCard, ProductFilter, ProductSort, Seller
from .specifications import (
    ProductSpecification,
    SpecificationDraft,
    SpecificationType,
    spec_numbers,
    spec_tokens,
)
from .stock import LOW_STOCK, Bucket, MovementKind, StockLevel

__all__ = [
    "COUNT_LIMIT",
    "LONGEST_ALT",
    "LOW_STOCK",
    "MOST_PICTURES",
    "TRANSITIONS",
    "AttributeDraft",
    "AttributeOption",
    "AttributeRule",
    "Bucket",
    "MovementKind",
    "Offer",
    "OptionDraft",
    "OwnProductCard",
    "Picture",
    "ProductCard",
    "ProductFilter",
    "ProductSort",
    "ProductSpecification",
    "ProductStatus",
    "Seller",
    "SpecificationDraft",
    "SpecificationType",
    "StockLevel",
    "Transition",
    "VariantDraft",
    "spec_numbers",
    "spec_tokens",
]

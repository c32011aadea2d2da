"""The use cases of the catalog, and what other contexts may ask of it."""

from . import pictures, publishing, reviews, stock
from .attributes import create_attribute, edit_attribute, remove_attribute
from .categories import (
    MovePreview,
    category_path,
    create_category,
    edit_category,
    move_category,
    preview_move,
    remove_category,
    shift_category,
)
from .changes import change_product
from .imports import ImportCounts, Refusal, import_catalogue
from .lifecycle import change_status, delete_draft, moderate_listing
from .listings import (
    duplicate_product,
    moderated_counts,
    moderated_listings,
    own_counts,
    own_listings,
    quality,
)
from .media import store_picture
from .products import count_stock, create_product, edit_product, follow_shops, offers
from .refiling import empty_category, follow_attribute, follow_category, rebuild_tree
from .rules import EffectiveRule, missing_specs, rules_along, rules_for, rules_of, set_rules
from .search import (
    Listing,
    ProductDetails,
    ProductPage,
    details,
    find_products,
    newest,
    product_filter,
    product_page,
    sorts_of,
)

__all__ = [
    "EffectiveRule",
    "ImportCounts",
    "Listing",
    "MovePreview",
    "ProductDetails",
    "ProductPage",
    "Refusal",
    "category_path",
    "change_product",
    "change_status",
    "count_stock",
    "create_attribute",
    "create_category",
    "create_product",
    "delete_draft",
    "details",
    "duplicate_product",
    "edit_attribute",
    "edit_category",
    "edit_product",
    "empty_category",
    "find_products",
    "follow_attribute",
    "follow_category",
    "follow_shops",
    "import_catalogue",
    "missing_specs",
    "moderate_listing",
    "moderated_counts",
    "moderated_listings",
    "move_category",
    "newest",
    "offers",
    "own_counts",
    "own_listings",
    "pictures",
    "preview_move",
    "product_filter",
    "product_page",
    "publishing",
    "quality",
    "rebuild_tree",
    "remove_attribute",
    "remove_category",
    "reviews",
    "rules_along",
    "rules_for",
    "rules_of",
    "set_rules",
    "shift_category",
    "sorts_of",
    "stock",
    "store_picture",
]

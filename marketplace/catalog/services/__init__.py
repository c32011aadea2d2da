"""The use cases of the catalog, and what other contexts may ask of it."""

from . import pictures, publishing, stock
from .categories import category_path, create_category, move_category
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
from .search import (
    Listing,
    ProductDetails,
    details,
    find_products,
    newest,
    newest_of_shop,
    product_filter,
    sorts_of,
)

__all__ = [
    "ImportCounts",
    "Listing",
    "ProductDetails",
    "Refusal",
    "category_path",
    "change_product",
    "change_status",
    "count_stock",
    "create_category",
    "create_product",
    "delete_draft",
    "details",
    "duplicate_product",
    "edit_product",
    "find_products",
    "follow_shops",
    "import_catalogue",
    "moderate_listing",
    "moderated_counts",
    "moderated_listings",
    "move_category",
    "newest",
    "newest_of_shop",
    "offers",
    "own_counts",
    "own_listings",
    "pictures",
    "product_filter",
    "publishing",
    "quality",
    "sorts_of",
    "stock",
    "store_picture",
]

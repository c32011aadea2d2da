"""The use cases of the catalog, and what other contexts may ask of it."""

from . import pictures, reviews, stock
from .categories import category_path, create_category, move_category
from .imports import ImportCounts, Refusal, import_catalogue
from .media import store_picture
from .products import change_status, count_stock, create_product, edit_product, follow_shops, offers
from .search import (
    Listing,
    ProductDetails,
    ProductPage,
    details,
    find_products,
    newest,
    own_listings,
    product_filter,
    product_page,
    sorts_of,
)

__all__ = [
    "ImportCounts",
    "Listing",
    "ProductDetails",
    "ProductPage",
    "Refusal",
    "category_path",
    "change_status",
    "count_stock",
    "create_category",
    "create_product",
    "details",
    "edit_product",
    "find_products",
    "follow_shops",
    "import_catalogue",
    "move_category",
    "newest",
    "offers",
    "own_listings",
    "pictures",
    "product_filter",
    "product_page",
    "reviews",
    "sorts_of",
    "stock",
    "store_picture",
]

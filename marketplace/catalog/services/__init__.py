"""The use cases of the catalog, and what other contexts may ask of it."""

from . import pictures, stock
from .categories import category_path, create_category, move_category
from .dictionary import (
    add_common_synonyms,
    add_synonyms,
    edit_synonyms,
    follow_catalogue,
    rebuild_dictionary,
    remove_synonyms,
    rewrite_search,
    synonym_sets,
)
from .imports import ImportCounts, Refusal, import_catalogue
from .media import store_picture
from .products import change_status, count_stock, create_product, edit_product, follow_shops, offers
from .search import (
    Listing,
    ProductDetails,
    details,
    find_products,
    newest,
    newest_of_shop,
    own_listings,
    product_filter,
    sorts_of,
    suggest,
)

__all__ = [
    "ImportCounts",
    "Listing",
    "ProductDetails",
    "Refusal",
    "add_common_synonyms",
    "add_synonyms",
    "category_path",
    "change_status",
    "count_stock",
    "create_category",
    "create_product",
    "details",
    "edit_product",
    "edit_synonyms",
    "find_products",
    "follow_catalogue",
    "follow_shops",
    "import_catalogue",
    "move_category",
    "newest",
    "newest_of_shop",
    "offers",
    "own_listings",
    "pictures",
    "product_filter",
    "rebuild_dictionary",
    "remove_synonyms",
    "rewrite_search",
    "sorts_of",
    "stock",
    "store_picture",
    "suggest",
    "synonym_sets",
]

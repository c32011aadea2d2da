"""The use cases of the catalog, and what other contexts may ask of it."""

from . import stock
from .categories import category_path, create_category, move_category
from .imports import ImportCounts, Refusal, import_catalogue
from .media import store_picture
from .products import change_status, create_product, edit_product, follow_shops, offers
from .search import Listing, find_products, newest_of_shop

__all__ = [
    "ImportCounts",
    "Listing",
    "Refusal",
    "category_path",
    "change_status",
    "create_category",
    "create_product",
    "edit_product",
    "find_products",
    "follow_shops",
    "import_catalogue",
    "move_category",
    "newest_of_shop",
    "offers",
    "stock",
    "store_picture",
]

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
from .facets import Facets, attribute_label, chosen_labels, facets_of, stars_label
from .filters import product_filter, sorts_of
from .history import Archive, Archived, ArchivedListing
from .imports import ImportCounts, Refusal, import_catalogue
from .inventory import change_stock, inventory_of, inventory_row, movements_of
from .lifecycle import (
    change_status,
    delete_draft,
    hide_reported_listing,
    keep_listing_hidden,
    moderate_listing,
)
from .listings import (
    changed_since_decision,
    duplicate_product,
    moderated_counts,
    moderated_listings,
    own_counts,
    own_listings,
    quality,
)
from .media import store_picture
from .offers import offers
from .products import count_stock, create_product, edit_product, follow_shops
from .refiling import empty_category, follow_attribute, follow_category, rebuild_tree
from .rules import EffectiveRule, missing_specs, rules_along, rules_for, rules_of, set_rules
from .search import (
    Listing,
    ProductDetails,
    ProductPage,
    details,
    find_product,
    find_products,
    newest,
    product_page,
    shown_details,
    shown_product,
    suggest,
)
from .shipping import follow_profiles
from .upkeep import follow_all, refresh_mean, walk_on

__all__ = [
    "Archive",
    "Archived",
    "ArchivedListing",
    "EffectiveRule",
    "Facets",
    "ImportCounts",
    "Listing",
    "MovePreview",
    "ProductDetails",
    "ProductPage",
    "Refusal",
    "add_common_synonyms",
    "add_synonyms",
    "attribute_label",
    "category_path",
    "change_product",
    "change_status",
    "change_stock",
    "changed_since_decision",
    "chosen_labels",
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
    "edit_synonyms",
    "empty_category",
    "facets_of",
    "find_product",
    "find_products",
    "follow_all",
    "follow_attribute",
    "follow_catalogue",
    "follow_category",
    "follow_profiles",
    "follow_shops",
    "hide_reported_listing",
    "import_catalogue",
    "inventory_of",
    "inventory_row",
    "keep_listing_hidden",
    "missing_specs",
    "moderate_listing",
    "moderated_counts",
    "moderated_listings",
    "move_category",
    "movements_of",
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
    "rebuild_dictionary",
    "rebuild_tree",
    "refresh_mean",
    "remove_attribute",
    "remove_category",
    "remove_synonyms",
    "reviews",
    "rewrite_search",
    "rules_along",
    "rules_for",
    "rules_of",
    "set_rules",
    "shift_category",
    "shown_details",
    "shown_product",
    "sorts_of",
    "stars_label",
    "stock",
    "store_picture",
    "suggest",
    "synonym_sets",
    "walk_on",
]

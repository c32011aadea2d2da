"""The JSON and form shapes of the catalog: what the API takes and shows, and what the forms take."""

from .asked import (
    ChangeProduct,
    DecideListing,
    EditProduct,
    ModeratedProductQuery,
    ProductListQuery,
    ProductQuery,
    SellerProductQuery,
    SetStock,
    WriteProduct,
)
from .forms import listing_form
from .shown import (
    CategorySchema,
    LevelSchema,
    ModeratedProductPageSchema,
    ModeratedProductSchema,
    OwnProductPageSchema,
    OwnProductSchema,
    ProductPageSchema,
    ProductSchema,
)

__all__ = [
    "CategorySchema",
    "ChangeProduct",
    "DecideListing",
    "EditProduct",
    "LevelSchema",
    "ModeratedProductPageSchema",
    "ModeratedProductQuery",
    "ModeratedProductSchema",
    "OwnProductPageSchema",
    "OwnProductSchema",
    "ProductListQuery",
    "ProductPageSchema",
    "ProductQuery",
    "ProductSchema",
    "SellerProductQuery",
    "SetStock",
    "WriteProduct",
    "listing_form",
]

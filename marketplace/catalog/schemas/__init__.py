"""The JSON and form shapes of the catalog: what the API takes and shows, and what the forms take."""

from .asked import EditProduct, ProductListQuery, ProductQuery, SellerProductQuery, SetStock, WriteProduct
from .forms import listing_form
from .shown import (
    CategorySchema,
    LevelSchema,
    OwnProductPageSchema,
    OwnProductSchema,
    ProductPageSchema,
    ProductSchema,
)
from .synonyms import SynonymForm, SynonymPageSchema, SynonymSetSchema, WriteSynonyms

__all__ = [
    "CategorySchema",
    "EditProduct",
    "LevelSchema",
    "OwnProductPageSchema",
    "OwnProductSchema",
    "ProductListQuery",
    "ProductPageSchema",
    "ProductQuery",
    "ProductSchema",
    "SellerProductQuery",
    "SetStock",
    "SynonymForm",
    "SynonymPageSchema",
    "SynonymSetSchema",
    "WriteProduct",
    "WriteSynonyms",
    "listing_form",
]

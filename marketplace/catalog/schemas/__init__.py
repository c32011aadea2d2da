"""The JSON and form shapes of the catalog: what the API takes and shows, and what the forms take."""

from .asked import EditProduct, ProductListQuery, ProductQuery, SellerProductQuery, SetStock, WriteProduct
from .attributes import (
    AdminAttributeSchema,
    AttributeForm,
    EditAttribute,
    NewAttribute,
)
from .categories import (
    AdminCategorySchema,
    CategoryDetailSchema,
    CategoryForm,
    EditCategory,
    MoveCategory,
    MovePreviewSchema,
    NewCategory,
    RemoveCategory,
    RulesForm,
    SetRules,
    ShiftCategory,
)
from .forms import listing_form
from .shown import (
    CategorySchema,
    LevelSchema,
    OwnProductPageSchema,
    OwnProductSchema,
    ProductPageSchema,
    ProductSchema,
)

__all__ = [
    "AdminAttributeSchema",
    "AdminCategorySchema",
    "AttributeForm",
    "CategoryDetailSchema",
    "CategoryForm",
    "CategorySchema",
    "EditAttribute",
    "EditCategory",
    "EditProduct",
    "LevelSchema",
    "MoveCategory",
    "MovePreviewSchema",
    "NewAttribute",
    "NewCategory",
    "OwnProductPageSchema",
    "OwnProductSchema",
    "ProductListQuery",
    "ProductPageSchema",
    "ProductQuery",
    "ProductSchema",
    "RemoveCategory",
    "RulesForm",
    "SellerProductQuery",
    "SetRules",
    "SetStock",
    "ShiftCategory",
    "WriteProduct",
    "listing_form",
]

"""The JSON and form shapes of the catalog: what the API takes and shows, and what the forms take."""

from .asked import EditProduct, ProductListQuery, ProductQuery, SellerProductQuery, SetStock, WriteProduct
from .forms import listing_form
from .reviews import (
    EditReviewForm,
    GiveReason,
    OwnReviewSchema,
    ProductReviewsSchema,
    ReplySchema,
    ReviewQuery,
    ReviewSchema,
    ReviewsInStatusQuery,
    ShopReviewQuery,
    VoteOnReview,
    VoteSchema,
    WriteReply,
    WriteReview,
    listed_page,
)
from .shown import (
    CategorySchema,
    LevelSchema,
    OwnProductPageSchema,
    OwnProductSchema,
    ProductPageSchema,
    ProductSchema,
)

__all__ = [
    "CategorySchema",
    "EditProduct",
    "EditReviewForm",
    "GiveReason",
    "LevelSchema",
    "OwnProductPageSchema",
    "OwnProductSchema",
    "OwnReviewSchema",
    "ProductListQuery",
    "ProductPageSchema",
    "ProductQuery",
    "ProductReviewsSchema",
    "ProductSchema",
    "ReplySchema",
    "ReviewQuery",
    "ReviewSchema",
    "ReviewsInStatusQuery",
    "SellerProductQuery",
    "SetStock",
    "ShopReviewQuery",
    "VoteOnReview",
    "VoteSchema",
    "WriteProduct",
    "WriteReply",
    "WriteReview",
    "listed_page",
    "listing_form",
]

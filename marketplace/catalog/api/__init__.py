"""The catalog over JSON: what everybody may read, what buyers say, what sellers and moderators do."""

from . import (
    attributes,
    inventory,
    moderation,
    pictures,
    review_moderation,
    review_replies,
    reviews,
    selling,
    shopping,
    synonyms,
    tree,
)
from .blueprint import (
    admin_blueprint,
    blueprint,
    review_blueprint,
    seller_blueprint,
    seller_review_blueprint,
    seller_stock_blueprint,
)

__all__ = [
    "admin_blueprint",
    "attributes",
    "blueprint",
    "inventory",
    "moderation",
    "pictures",
    "review_blueprint",
    "review_moderation",
    "review_replies",
    "reviews",
    "seller_blueprint",
    "seller_review_blueprint",
    "seller_stock_blueprint",
    "selling",
    "shopping",
    "synonyms",
    "tree",
]

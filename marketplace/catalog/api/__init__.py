"""The catalog over JSON: what everybody may read, what buyers say, what sellers and moderators do."""

from . import attributes, pictures, review_moderation, review_replies, reviews, selling, shopping, tree
from .blueprint import blueprint, review_blueprint, seller_blueprint, seller_review_blueprint

__all__ = [
    "attributes",
    "blueprint",
    "pictures",
    "review_blueprint",
    "review_moderation",
    "review_replies",
    "reviews",
    "seller_blueprint",
    "seller_review_blueprint",
    "selling",
    "shopping",
    "tree",
]

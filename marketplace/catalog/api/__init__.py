"""The catalog over JSON: what everybody may read, what buyers say, and what sellers and moderators do."""

from . import pictures, review_moderation, review_replies, reviews, selling, shopping
from .blueprint import blueprint, review_blueprint, seller_blueprint, seller_review_blueprint

__all__ = [
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
]

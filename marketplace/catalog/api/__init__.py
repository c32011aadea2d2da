"""The catalog over JSON: what everybody may read, and what sellers do with their listings."""

from . import moderation, pictures, selling, shopping
from .blueprint import admin_blueprint, blueprint, seller_blueprint

__all__ = [
    "admin_blueprint",
    "blueprint",
    "moderation",
    "pictures",
    "seller_blueprint",
    "selling",
    "shopping",
]

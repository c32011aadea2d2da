"""Ordering over JSON, a module for each resource."""

from ...shared.api import ApiBlueprint

blueprint = ApiBlueprint(
    "ordering_api", __name__, url_prefix="/api/v1", description="Carts, checkout, purchases and orders"
)

from . import carts, moderation, order_desk, orders, payments, purchases, seller  # noqa: E402 - they add their routes

__all__ = ["blueprint", "carts", "moderation", "order_desk", "orders", "payments", "purchases", "seller"]

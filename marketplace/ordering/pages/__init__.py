"""Ordering in the browser, a module for each kind of page."""

from flask import Blueprint

blueprint = Blueprint("ordering_pages", __name__)

from . import (  # noqa: E402 - they add their routes
    carts,
    checkout,
    moderation,
    order_desk,
    order_files,
    orders,
    payments,
    purchases,
    sandbox,
    seller,
    shop_order,
    terms,
)

__all__ = [
    "blueprint",
    "carts",
    "checkout",
    "moderation",
    "order_desk",
    "order_files",
    "orders",
    "payments",
    "purchases",
    "sandbox",
    "seller",
    "shop_order",
    "terms",
]

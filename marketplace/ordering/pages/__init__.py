"""Ordering in the browser, a module for each kind of page."""

from flask import Blueprint

blueprint = Blueprint("ordering_pages", __name__)

from . import (  # noqa: E402 - they add their routes
    carts,
    checkout,
    moderation,
    orders,
    purchases,
    sandbox,
    seller,
    shipping,
    terms,
)

__all__ = [
    "blueprint",
    "carts",
    "checkout",
    "moderation",
    "orders",
    "purchases",
    "sandbox",
    "seller",
    "shipping",
    "terms",
]

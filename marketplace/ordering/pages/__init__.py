"""Ordering in the browser, a module for each kind of page."""

from flask import Blueprint

blueprint = Blueprint("ordering_pages", __name__)

from . import carts, checkout, orders, payments, purchases, sandbox, seller, terms  # noqa: E402 - they add routes

__all__ = ["blueprint", "carts", "checkout", "orders", "payments", "purchases", "sandbox", "seller", "terms"]

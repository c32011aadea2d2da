"""Messaging in the browser: a member's inbox, a shop's, and what both add to other pages."""

from flask import Blueprint

blueprint = Blueprint("messaging_pages", __name__)

from . import header, inbox, order_panel, seller  # noqa: E402 - they add their routes

__all__ = ["blueprint", "header", "inbox", "order_panel", "seller"]

"""Moderation in the browser: the form that reports something, and the moderators' list."""

from flask import Blueprint

blueprint = Blueprint("moderation_pages", __name__)

from . import deciding, reporting  # noqa: E402 - they add their routes

__all__ = ["blueprint", "deciding", "reporting"]

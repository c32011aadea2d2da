"""Messaging over JSON: a buyer's conversations, and a shop's."""

from ...shared.api import ApiBlueprint

blueprint = ApiBlueprint(
    "messaging_api", __name__, url_prefix="/api/v1", description="What buyers and shops say to each other"
)

from . import conversations, files, seller, seller_settings, settings  # noqa: E402 - they add their routes

__all__ = ["blueprint", "conversations", "files", "seller", "seller_settings", "settings"]

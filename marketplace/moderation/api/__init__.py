"""Moderation over JSON: what people report, and what moderators decide."""

from ...shared.api import ApiBlueprint

blueprint = ApiBlueprint(
    "reports_api", __name__, url_prefix="/api/v1", description="Telling moderators what breaks the rules"
)

admin_blueprint = ApiBlueprint(
    "reports_admin_api",
    __name__,
    url_prefix="/api/v1/admin/reports",
    description="What people reported, and what moderators decide",
)

from . import deciding, reporting  # noqa: E402 - they add their routes

__all__ = ["admin_blueprint", "blueprint", "deciding", "reporting"]

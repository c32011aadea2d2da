"""The blueprint that the JSON of accounts hangs on."""

from __future__ import annotations

from ...shared.api import ApiBlueprint

blueprint = ApiBlueprint("accounts_api", __name__, url_prefix="/api/v1", description="People and their shops")

"""What privileged people did."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

log = logging.getLogger(__name__)


def audit(
    *,
    actor_id: ObjectId,
    action: str,
    subject: tuple[str, ObjectId],
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note who did what to which document; call it in the transaction of the change."""
    log.info("%s by %s on %s %s %s", action, actor_id, *subject, dict(detail or {}))

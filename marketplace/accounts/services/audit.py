"""Writing down what was done with privileges."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

log = logging.getLogger(__name__)


def audit(
    *, actor_id: ObjectId, action: str, subject: tuple[str, ObjectId], detail: Mapping[str, Any] | None = None
) -> None:
    """Write down that somebody did this to that; call it inside the transaction of the change."""
    log.info("%s by %s on %s %s: %s", action, actor_id, *subject, dict(detail or {}))

"""What was done by whom with more rights than others have."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bson import ObjectId

log = logging.getLogger(__name__)


def audit(
    *, actor_id: ObjectId, action: str, subject: tuple[str, ObjectId], detail: Mapping[str, Any]
) -> None:
    """Write down that somebody did this to the subject, a collection and an id."""
    log.info("%s %s %s/%s %s", actor_id, action, *subject, dict(detail))

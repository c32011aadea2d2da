"""How often people may write and begin to talk, so that nobody is flooded; the settings say how often."""

from __future__ import annotations

from datetime import timedelta

from bson import ObjectId
from flask import current_app

from ...accounts import services as accounts
from ...shared import limits
from ...shared.clock import now

#: So young is an account that begins fewer conversations.
NEW_FOR = timedelta(days=7)

MINUTE, HOUR = 60, 3600


def count_message(user_id: ObjectId) -> None:
    """Count a message; raises RateLimited when there were too many in a minute."""
    _take("message", user_id, current_app.config["MESSAGE_LIMIT"], MINUTE)


def count_conversation(user_id: ObjectId) -> None:
    """Count that somebody begins to talk; raises RateLimited when that was too often in an hour."""
    if current_app.config["CONVERSATION_LIMIT"]:
        user = accounts.get_user(user_id)
        is_new = now() - user.created_at < NEW_FOR
        setting = "CONVERSATION_LIMIT_NEW" if is_new else "CONVERSATION_LIMIT"
        _take("conversation", user_id, current_app.config[setting], HOUR)


def _take(kind: str, user_id: ObjectId, allowed: int, within: int) -> None:
    if allowed:
        limits.take(kind, str(user_id), allowed=allowed, within=within)

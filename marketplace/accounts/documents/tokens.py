"""The tokens with which a shop's programs use the API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import DateTimeField, ListField, StringField

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf
from ...shared.scopes import SCOPES


class ApiToken(Aggregate):
    """A token for one shop, made by its owner for a program.

    Protects: only a keyed hash of it is stored, it opens what its scopes name and nothing else, and it ends
    when it expires or is revoked. It is bound to the person who made it, and to the shop.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "api_tokens",
        "indexes": [
            # The token that a request brings.
            {"fields": ["hash"], "name": "hash", "unique": True},
            # A shop's tokens, newest first.
            {"fields": ["shop_id", "-_id"], "name": "shop"},
            # The tokens of somebody who is locked out or leaves.
            {"fields": ["user_id"], "name": "user"},
            # What ended long ago goes by itself.
            {"fields": ["expires_at"], "name": "expires_at", "expireAfterSeconds": 7_776_000},
        ],
    }

    user_id = IdOf("users", required=True)
    shop_id = IdOf("shops", required=True)
    shop_slug = StringField(required=True, max_length=60)
    name = StringField(required=True, max_length=60)
    prefix = StringField(required=True)
    hash = StringField(required=True)
    scopes = ListField(StringField(choices=sorted(SCOPES)), required=True)
    created_at = DateTimeField(required=True, default=now)
    expires_at = DateTimeField(required=True)
    last_used_at = DateTimeField()
    revoked_at = DateTimeField()

    @property
    def is_revoked(self) -> bool:
        """Whether it was taken back."""
        return self.revoked_at is not None

    def is_expired(self, at: datetime) -> bool:
        """Whether its time is over."""
        return bool(self.expires_at <= at)

    def revoke(self, at: datetime) -> None:
        """Take it back; again changes nothing."""
        self.revoked_at = self.revoked_at or at

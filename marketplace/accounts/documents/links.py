"""The links that are sent by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import DateTimeField, EnumField, ListField, StringField

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf
from ..values import LinkPurpose

#: A mail that is sent again has a token of its own; so many of them open the link.
MOST_TOKENS = 5


class MailedLink(Aggregate):
    """A link that somebody asked for, to be mailed to an address and used once.

    Its token is made when the mail is sent, and only a hash of it is stored. Who asks to register leaves
    name and password here: there is no account before its e-mail address is confirmed.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "mailed_links",
        "indexes": [
            # The link that a token opens.
            {"fields": ["hashes"], "name": "hashes"},
            # A registration that waits for its mail to be sent again, and what an address leaves behind.
            {"fields": ["email"], "name": "email"},
            # What becomes void with a new password or address.
            {"fields": ["user_id"], "name": "user"},
            # What is too old goes by itself.
            {"fields": ["expires_at"], "name": "expires_at", "expireAfterSeconds": 0},
        ],
    }

    purpose = EnumField(LinkPurpose, required=True)
    email = StringField(required=True, max_length=254)
    user_id = IdOf("users")
    password_hash = StringField()
    display_name = StringField(max_length=80)
    hashes = ListField(StringField())
    created_at = DateTimeField(required=True, default=now)
    expires_at = DateTimeField(required=True)

    def add_token(self, hashed: str, expires_at: datetime) -> None:
        """Let another token open it until then; those of mails sent before still do."""
        self.hashes = [*self.hashes, hashed][-MOST_TOKENS:]
        self.expires_at = expires_at

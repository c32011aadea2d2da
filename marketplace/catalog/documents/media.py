"""Stored pictures."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import (
    BinaryField,
    DateTimeField,
    StringField,
)

from ...shared.clock import now
from ...shared.documents import Stored


class Media(Stored):
    """A stored picture; its name is made of its content, so it never changes."""

    meta: ClassVar[dict[str, Any]] = {"collection": "media"}

    name = StringField(primary_key=True)
    content_type = StringField(required=True)
    body = BinaryField(required=True)
    created_at: datetime = DateTimeField(required=True, default=now)

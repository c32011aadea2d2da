"""What those ask who look after the marketplace, and what they are shown."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from bson import ObjectId
from marshmallow import ValidationError, fields, post_load

from ...shared.clock import end_of
from ...shared.schemas import Id, Moment, PageQuery, ShownSchema, Text
from ..values import Role, UserStatus


class UserSearch(PageQuery):
    """Which users to list: the newest, those with a role, or those whose name or address begins with `q`."""

    q = Text(longest=80, metadata={"description": "The beginning of an e-mail address or a name."})
    by = fields.String(
        load_default="email",
        validate=lambda text: text in ("email", "name"),
        metadata={"enum": ["email", "name"], "description": "What `q` is the beginning of."},
        error_messages={"validator_failed": "Search by email or name."},
    )
    role = fields.Enum(Role, by_value=True)


class SeenUserSchema(ShownSchema):
    """Somebody's account as those see it who look after the marketplace."""

    id = Id()
    email = fields.String()
    display_name = fields.String()
    status = fields.String(metadata={"enum": [status.value for status in UserStatus]})
    lock_reason = fields.String(allow_none=True)
    roles = fields.List(fields.String())
    created_at = Moment()


class Subject(fields.Field):
    """A collection and an id in it: `shops:65f0…`."""

    default_error_messages = {
        "invalid": "Write a collection and an id, such as shops:65f0c1d2e3f4a5b6c7d8e9f0."
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ObjectId]:
        collection, _, identifier = str(value).strip().partition(":")
        if not collection or len(collection) > 60 or not ObjectId.is_valid(identifier):
            raise self.make_error("invalid")
        return collection, ObjectId(identifier)


class AuditQuery(PageQuery):
    """Which rows of the audit log to show; all that is given has to fit."""

    actor_id = Id(metadata={"description": "Who did it."})
    action = Text(longest=60, metadata={"description": "What was done.", "example": "shop.approve"})
    subject = Subject(
        metadata={"type": "string", "description": "To what: collection and id, parted by a colon."}
    )
    since = fields.Date(metadata={"description": "From this day on (UTC)."})
    until = fields.Date(metadata={"description": "Up to this day, which counts (UTC)."})

    @post_load
    def make_moments(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The days as the moments between which rows are looked for."""
        if "since" in data and "until" in data and data["since"] > data["until"]:
            raise ValidationError("This is before the first day.", "until")
        if "since" in data:
            data["since"] = datetime.combine(data["since"], time(), UTC)
        if "until" in data:
            data["until"] = end_of(data["until"])
        return data


class AuditSubjectSchema(ShownSchema):
    """What something was done to."""

    collection = fields.String(metadata={"example": "shops"})
    id = Id()


class AuditEntrySchema(ShownSchema):
    """A row of the audit log."""

    id = Id()
    at = Moment()
    actor_id = Id(
        allow_none=True, metadata={"description": "Who did it; null for the server's own terminal."}
    )
    action = fields.String(metadata={"example": "shop.approve"})
    subject = fields.Nested(AuditSubjectSchema)
    detail = fields.Dict(metadata={"description": "What changed from what to what, and why."})
    token = fields.String(allow_none=True, metadata={"description": "The beginning of the API token used."})
    request_id = fields.String(allow_none=True)
    network = fields.String(
        allow_none=True, metadata={"description": "The same for what came from one address; no address."}
    )

"""What is asked for an API token, and what is shown of it."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from ...shared.schemas import AskedSchema, Id, Moment, ShownSchema, Text, Whole
from ...shared.scopes import SCOPES

_SCOPES = sorted(SCOPES)


class MakeToken(AskedSchema):
    """Make a token for a program of a shop."""

    name = Text(
        longest=60, required=True, metadata={"description": "What it is for.", "example": "Stock robot"}
    )
    scopes = fields.List(
        fields.String(validate=validate.OneOf(_SCOPES, error="There is no such scope.")),
        required=True,
        validate=validate.Length(1, len(_SCOPES), error="Choose what the token may do."),
        metadata={"description": "What it may do.", "example": ["read:stock", "write:stock"]},
    )
    days = Whole(least=1, most=365, load_default=365, metadata={"description": "How long it lasts."})


class MakeTokenForm(AskedSchema):
    """The same in a form, where each scope is a box that is ticked."""

    name = Text(longest=60, required=True)
    scopes = fields.Dict(
        keys=fields.String(validate=validate.OneOf(_SCOPES)), values=fields.String(), load_default=dict
    )
    days = Whole(least=1, most=365, load_default=365)

    @post_load
    def list_scopes(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The ticked scopes."""
        return data | {"scopes": list(data["scopes"])}


class TokenSchema(ShownSchema):
    """An API token, without the token itself."""

    id = Id()
    name = fields.String()
    prefix = fields.String(metadata={"description": "How the token begins.", "example": "mkt_a1B2c3D4"})
    scopes = fields.List(fields.String())
    created_at = Moment()
    expires_at = Moment()
    last_used_at = Moment(allow_none=True, metadata={"description": "To the minute; null when never."})


class NewTokenSchema(ShownSchema):
    """A token that was just made."""

    token = fields.Nested(TokenSchema)
    text = fields.String(
        metadata={"description": "The token itself. It is never shown again; send it as `Bearer`."}
    )

"""What is asked of people, and what is shown of their accounts."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from ...shared.schemas import (
    AddressSchema,
    AskedSchema,
    Email,
    Id,
    Moment,
    ShownSchema,
    Text,
)
from ...shared.values import is_plain


class Password(fields.String):
    """A password, taken as it was typed."""

    def __init__(self, **options: Any) -> None:
        message = "Keep it under 201 characters."
        super().__init__(
            load_only=True,
            validate=validate.Length(max=200, error=message),
            error_messages={"required": "Please fill this in.", "null": "Please fill this in."},
            **options,
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not is_plain(text):
            raise ValidationError("This contains characters that cannot be used.")
        return text


class Register(AskedSchema):
    """Open an account."""

    email = Email(required=True, metadata={"example": "ada@example.com"})
    password = Password(required=True, metadata={"example": "correct horse battery"})
    display_name = Text(longest=80, required=True, metadata={"example": "Ada"})


class SignIn(AskedSchema):
    """Prove who you are."""

    email = Email(required=True, metadata={"example": "buyer@example.com"})
    password = Password(required=True)


class Rename(AskedSchema):
    """Change the name that others see."""

    display_name = Text(longest=80, required=True)


class ChangePassword(AskedSchema):
    """Set a new password."""

    current_password = Password(required=True)
    password = Password(required=True)


class KeepAddress(AskedSchema):
    """Put an address into the book."""

    address = fields.Nested(
        AddressSchema, required=True, error_messages={"required": "Please fill in the address."}
    )


class SavedAddressSchema(ShownSchema):
    """An address in a user's book."""

    id = Id()
    address = fields.Nested(AddressSchema)


class UserSchema(ShownSchema):
    """Someone's own account."""

    id = Id()
    email = fields.String()
    display_name = fields.String()
    roles = fields.List(fields.String())
    addresses = fields.List(fields.Nested(SavedAddressSchema))


class SessionSchema(ShownSchema):
    """Who is signed in, and the token that requests with the cookie must send back."""

    user = fields.Nested(UserSchema, allow_none=True)
    csrf_token = fields.String(metadata={"description": "Send it in the header X-CSRF-Token."})


class ActiveSessionSchema(ShownSchema):
    """A place where a user is signed in."""

    id = fields.String(metadata={"description": "Names the session; it signs nobody in."})
    created_at = Moment(metadata={"description": "When this session began, by signing in."})
    last_seen_at = Moment(metadata={"description": "When it was last used."})
    browser = fields.String(metadata={"description": "Browser and system.", "example": "Firefox on Linux"})
    network = fields.String(
        metadata={
            "description": "The beginning of the address that signed in; empty when unknown.",
            "example": "203.0.113.x",
        }
    )
    current = fields.Boolean(metadata={"description": "Whether this request uses it."})

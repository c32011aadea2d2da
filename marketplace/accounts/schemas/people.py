"""What is asked of people, and what is shown of their accounts."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

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
from ..values import CURRENCIES, LOCALES


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


class Token(Text):
    """The token of a mailed link."""

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=200, metadata={"description": "From the link in the mail."}, **options)


class Register(AskedSchema):
    """Ask for an account."""

    email = Email(required=True, metadata={"example": "ada@example.com"})
    password = Password(required=True, metadata={"example": "correct horse battery"})
    display_name = Text(longest=80, required=True, metadata={"example": "Ada"})


class SignIn(AskedSchema):
    """Prove who you are."""

    email = Email(required=True, metadata={"example": "buyer@example.com"})
    password = Password(required=True)


class CompleteRegistration(AskedSchema):
    """Open the account that a mailed link belongs to."""

    token = Token(required=True)
    password = Password(required=True, metadata={"description": "As it was chosen when registering."})


class UseLink(AskedSchema):
    """Use the link of a mail."""

    token = Token(required=True)


class AskForMail(AskedSchema):
    """Have a mail sent to this address, if there is reason to."""

    email = Email(required=True, metadata={"example": "ada@example.com"})


class ResetPassword(AskedSchema):
    """Set a new password by the link of a mail."""

    token = Token(required=True)
    password = Password(required=True)


class ChangeEmail(AskedSchema):
    """Have a link mailed to another address, which becomes the account's."""

    email = Email(required=True, metadata={"example": "ada@example.org"})
    current_password = Password(required=True)


class DeleteAccount(AskedSchema):
    """Leave for good."""

    password = Password(required=True)


class Phone(Text):
    """A telephone number as people write it."""

    def __init__(self, **options: Any) -> None:
        rule = validate.Regexp(r"^\+?[0-9][0-9 ()./-]{4,38}$", error="Write a number such as +49 30 1234567.")
        super().__init__(longest=40, validate=rule, **options)


class EditAccount(AskedSchema):
    """Change what is kept of a person; what is left out stays as it is, null takes it away."""

    display_name = Text(longest=80)
    phone = Phone(allow_none=True, metadata={"example": "+49 30 1234567"})
    locale = fields.String(
        allow_none=True,
        validate=validate.OneOf(LOCALES, error="Choose one of the list."),
        metadata={"description": "How dates and amounts are written.", "example": "en_GB"},
    )
    currency = fields.String(
        allow_none=True,
        validate=validate.OneOf(CURRENCIES, error="Choose one of the list."),
        metadata={"description": "The currency that the person prefers (ISO 4217).", "example": "EUR"},
    )
    marketing_consent = fields.Boolean(metadata={"description": "Whether news may be mailed."})


class AccountForm(EditAccount):
    """The same in a form, which says everything: what is empty is taken away."""

    display_name = Text(longest=80, required=True)

    @post_load
    def fill(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Have inputs that were left empty, and a box that was not ticked, mean what they say."""
        empty = {"phone": None, "locale": None, "currency": None, "marketing_consent": False}
        return empty | data


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
    email_verified_at = Moment(allow_none=True, metadata={"description": "Null until it is confirmed."})
    display_name = fields.String()
    roles = fields.List(fields.String())
    addresses = fields.List(fields.Nested(SavedAddressSchema))
    phone = fields.String(allow_none=True)
    locale = fields.String(allow_none=True)
    currency = fields.String(allow_none=True)
    marketing_consent = fields.Boolean()
    marketing_consent_at = Moment(allow_none=True, metadata={"description": "When it was last changed."})


class MailSentSchema(ShownSchema):
    """What happens next; the same whether or not there is an account with the address."""

    detail = fields.String(metadata={"example": "Look into your mail: what to do next is there."})


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

"""What is asked of shipping profiles, and what is shown of them."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app
from marshmallow import ValidationError, fields, validate

from ...shared import formats
from ...shared.errors import Invalid
from ...shared.schemas import AskedSchema, Country, Id, MoneySchema, ShownSchema, Text, Whole
from ...shared.values import LARGEST_AMOUNT, Money
from ..values import MOST_METHODS, MOST_ZONES
from ..values.shipping import LONGEST_HANDLING, LONGEST_TRANSIT

#: More than there are countries.
MOST_COUNTRIES = 300


class WrittenCountries(Text):
    """Countries as people write them, by name or code with commas between: a tuple of codes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(longest=4000, load_default=(), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        written = super()._deserialize(value, attr, data, **kwargs)
        known = formats.countries(current_app.config["LOCALE"])
        codes = {name.casefold(): code for code, name in known} | {code.casefold(): code for code, _ in known}
        parts = [" ".join(part.split()) for part in re.split(r"[,;\n]", written)]
        unknown = [part for part in parts if part and part.casefold() not in codes]
        if unknown:
            raise ValidationError(
                f"This is no country that parcels go to: {unknown[0][:60]}. Write its name or two letters."
            )
        return tuple(dict.fromkeys(codes[part.casefold()] for part in parts if part))


class Amount(fields.Field):
    """An amount of zero or more as a person types it (`12.50`), in the given currency."""

    default_error_messages = {"required": "Please fill this in; 0 for free."}

    def __init__(self, *, currency: str, **options: Any) -> None:
        super().__init__(**options)
        self.currency = currency

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Money:
        try:
            return Money.parse(str(value)[:40], self.currency)
        except Invalid as error:
            raise ValidationError(str(error)) from None


def _days(**options: Any) -> Whole:
    return Whole(least=0, most=LONGEST_TRANSIT, **options)


class WriteMethod(AskedSchema):
    """One way to send."""

    id = Id(metadata={"description": "Of one that exists; left out for a new one."})
    name = Text(shortest=2, longest=60, required=True, metadata={"example": "Standard"})
    first = fields.Nested(MoneySchema, required=True, metadata={"description": "For the first piece."})
    additional = fields.Nested(
        MoneySchema, required=True, metadata={"description": "For each further piece."}
    )
    free_over = fields.Nested(MoneySchema, allow_none=True)
    days_min = _days(allow_none=True, metadata={"description": "Business days on its way."})
    days_max = _days(allow_none=True)
    tracked = fields.Boolean(load_default=False)


class WriteZone(AskedSchema):
    """Countries that are sent to in the same ways."""

    name = Text(longest=60, required=True, metadata={"example": "European Union"})
    countries = fields.List(
        Country(),
        load_default=(),
        validate=validate.Length(max=MOST_COUNTRIES),
        metadata={"description": "Without any this is everywhere else."},
    )
    methods = fields.List(
        fields.Nested(WriteMethod), required=True, validate=validate.Length(min=1, max=MOST_METHODS)
    )


class ProfileFrame(AskedSchema):
    """What a profile is called, how soon its goods leave, and where they can be fetched."""

    name = Text(longest=60, required=True, metadata={"example": "Parcels"})
    handling_days = Whole(
        least=0,
        most=LONGEST_HANDLING,
        required=True,
        metadata={"description": "Business days until it leaves."},
    )
    pickup = Text(
        longest=200, load_default="", metadata={"description": "Where buyers may fetch it, if they may."}
    )


class WriteShippingProfile(ProfileFrame):
    """How the goods that follow it are sent."""

    zones = fields.List(fields.Nested(WriteZone), load_default=(), validate=validate.Length(max=MOST_ZONES))
    excluded = fields.List(
        Country(),
        load_default=(),
        validate=validate.Length(max=MOST_COUNTRIES),
        metadata={"description": "Countries that nothing is sent to."},
    )


class MethodForm(AskedSchema):
    """A row of methods in the form, without its amounts."""

    id = Id()
    name = Text(shortest=2, longest=60, required=True)
    days_min = _days()
    days_max = _days()
    tracked = fields.Boolean(load_default=False)


class ZoneForm(AskedSchema):
    """A zone in the form, without its methods."""

    name = Text(longest=60, required=True)
    countries = WrittenCountries()


class ProfileForm(ProfileFrame):
    """The form of a profile; make one with `profile_form(currency)`."""

    excluded = WrittenCountries()


def profile_form(currency: str) -> AskedSchema:
    """The form of a shipping profile whose prices are in this currency."""
    method = MethodForm.from_dict(
        {
            "first": Amount(currency=currency, required=True),
            "additional": Amount(currency=currency, required=True),
            "free_over": Amount(currency=currency),
        },
        name="PricedMethodForm",
    )
    ways = fields.List(
        fields.Nested(method),
        required=True,
        validate=validate.Length(max=MOST_METHODS),
        error_messages={"required": "Say how you send there."},
    )
    zone = ZoneForm.from_dict({"methods": ways}, name="PricedZoneForm")
    zones = fields.List(fields.Nested(zone), load_default=(), validate=validate.Length(max=MOST_ZONES))
    return ProfileForm.from_dict({"zones": zones}, name="PricedProfileForm")()  # type: ignore[return-value]


class QuoteQuery(AskedSchema):
    """What to quote shipping for."""

    country = Country(required=True)
    pieces = Whole(least=1, most=9900, load_default=1)
    subtotal = Whole(
        least=0,
        most=LARGEST_AMOUNT,
        load_default=0,
        metadata={"description": "What they cost together, in the currency's smallest unit."},
    )


class CountryForm(AskedSchema):
    """Where parcels of this visitor would go."""

    country = Country(required=True, error_messages={"required": "Choose a country."})
    next = Text(longest=2000, load_default="/")


class ShippingMethodSchema(ShownSchema):
    """One way to send."""

    id = Id()
    name = fields.String()
    first = fields.Nested(MoneySchema)
    additional = fields.Nested(MoneySchema)
    free_over = fields.Nested(MoneySchema, allow_none=True)
    days_min = fields.Integer(allow_none=True)
    days_max = fields.Integer(allow_none=True)
    tracked = fields.Boolean()


class ShippingZoneSchema(ShownSchema):
    """Countries that are sent to in the same ways."""

    name = fields.String()
    countries = fields.List(fields.String(), metadata={"description": "Without any this is everywhere else."})
    methods = fields.List(fields.Nested(ShippingMethodSchema))


class ShippingProfileSchema(ShownSchema):
    """How the goods that follow it are sent; a shop's first profile is its default."""

    id = Id()
    name = fields.String()
    handling_days = fields.Integer()
    pickup = fields.String()
    excluded = fields.List(fields.String())
    zones = fields.List(fields.Nested(ShippingZoneSchema))


class ShippingOptionSchema(ShownSchema):
    """A way to send, and what it costs."""

    id = Id(metadata={"description": "Names it at checkout."})
    name = fields.String()
    price = fields.Nested(MoneySchema)
    handling_days = fields.Integer(metadata={"description": "Business days until it leaves."})
    days_min = fields.Integer(allow_none=True, metadata={"description": "Business days on its way."})
    days_max = fields.Integer(allow_none=True)
    tracked = fields.Boolean()
    pickup = fields.String(metadata={"description": "Where it is fetched instead."})

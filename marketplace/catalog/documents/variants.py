"""What can be bought of a product, and what tells its variants apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mongoengine import BooleanField, EmbeddedDocument, IntField, ListField, ObjectIdField, StringField

from ...shared.chance import new_id
from ...shared.documents import ValueField
from ...shared.errors import Invalid
from ...shared.values import LARGEST_PRICE, Money, MoneyCurrencyMismatch
from ..values import HEAVIEST, Labelled
from .fields import BARCODE, PlainText


class Variant(Labelled, EmbeddedDocument):
    """One thing that can be put into a cart: a size, a colour, or the product itself."""

    id = ObjectIdField(required=True, default=new_id)
    sku = PlainText(required=True, max_length=64)
    option_values = ListField(PlainText(max_length=60), max_length=3)
    price = ValueField(Money, required=True)
    compare_at = ValueField(Money)
    active = BooleanField(required=True, default=True)
    barcode = StringField(regex=BARCODE)
    weight_g = IntField(min_value=0, max_value=HEAVIEST)


def check_variants(variants: Sequence[Variant], options: Sequence[str], currency: str) -> None:
    """Refuse variants that cannot be told apart or priced (Invalid), at the field that is wrong."""
    if not variants:
        raise Invalid("A product needs at least one variant.", field="variants")
    skus: set[str] = set()
    combinations: set[tuple[str, ...]] = set()
    for index, variant in enumerate(variants):
        at = f"variants.{index}"
        _check_prices(variant, currency, at)
        if variant.barcode and not _is_barcode(variant.barcode):
            raise Invalid("This is no bar code: a digit is wrong or missing.", field=f"{at}.barcode")
        if variant.sku in skus:
            raise Invalid("Two variants have this SKU.", field=f"{at}.sku")
        if len(variant.option_values) != len(options) or not all(variant.option_values):
            raise Invalid("Give a value for each option.", field=f"{at}.option_values")
        if tuple(variant.option_values) in combinations:
            wanted = "Two variants have these options." if options else _NEEDS_OPTIONS
            raise Invalid(wanted, field=f"{at}.option_values")
        skus.add(variant.sku)
        combinations.add(tuple(variant.option_values))


_NEEDS_OPTIONS = "Name an option, such as Size, that tells the variants apart."


def _is_barcode(text: str) -> bool:
    """Whether the last digit of the number follows from the others, as GS1 computes it."""
    if not re.fullmatch(BARCODE, text):
        return False
    *others, check = (int(digit) for digit in text)
    weighted = sum(digit * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(others)))
    return (weighted + check) % 10 == 0


def _check_prices(variant: Variant, currency: str, at: str) -> None:
    for name, price in (("price", variant.price), ("compare_at", variant.compare_at)):
        if price is not None and price.currency != currency:
            raise MoneyCurrencyMismatch(f"This shop's prices are in {currency}.", field=f"{at}.{name}")
        if price is not None and not 0 <= price.amount <= LARGEST_PRICE:
            raise Invalid("A price is zero or more, and not this high.", field=f"{at}.{name}")
    if variant.compare_at is not None and variant.compare_at <= variant.price:
        raise Invalid("The price before is higher than the price now.", field=f"{at}.compare_at")

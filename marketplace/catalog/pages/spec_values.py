"""The fields of the listing form for what a category asks: `attributes.weight`, `attributes.colours.o_red`.

What the chosen category does not ask is kept as a free fact, so that nothing is lost when a listing changes
its category.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bson import ObjectId
from bson.errors import InvalidId

from ...shared.forms import Form
from .. import services
from ..documents import Attribute, Product
from ..errors import CategoryNotFound
from ..repositories import attributes
from ..schemas.specifications import OPTION, chosen_options
from ..values import ProductSpecification, SpecificationType
from ..values.units import plain_number
from .listing_values import row_numbers


@dataclass(frozen=True, slots=True)
class SpecField:
    """A field of the form: its name, the attribute that it fills in, and the options to choose from."""

    name: str
    attribute: Attribute
    required: bool
    options: list[tuple[str, str]]

    @property
    def kind(self) -> str:
        """How it is shown: as a select, checkboxes, yes or no, a date or a line of text."""
        return str(self.attribute.type.value)

    @property
    def hint(self) -> str | None:
        """What to write, for those that need a word about it."""
        unit = self.attribute.unit
        said = [f"In {unit}, or with another unit." if self.attribute.unit_family else None]
        said += [f"In {unit}." if unit and not self.attribute.unit_family else None]
        said += ["Needed before it is published." if self.required else None]
        return " ".join(filter(None, said)) or None


def spec_fields(form: Form, product: Product | None) -> list[SpecField]:
    """The fields for the category that the form names, then those for what the listing states besides."""
    asked = _asked(form.values.get("category_id"))
    fields = [_field(rule.attribute, form, required=rule.required) for rule in asked]
    known = {rule.attribute.code for rule in asked}
    others = attributes.with_codes(_stated(product) - known)
    return [*fields, *(_field(others[code], form, required=False) for code in sorted(others))]


def settled(values: dict[str, str], product: Product | None) -> dict[str, str]:
    """What was sent, with what the chosen category does not ask as free facts at the end."""
    sent: dict[str, Any] = {}
    for name, text in values.items():
        if name.startswith("attributes.") and text.strip():
            code, _, option = name.removeprefix("attributes.").partition(".")
            sent.setdefault(code, {})[option] = text
    asked = {rule.attribute.code for rule in _asked(values.get("category_id"))} if sent else set()
    stray = attributes.with_codes(sent.keys() - asked - _stated(product))
    kept = {
        name: text
        for name, text in values.items()
        if not name.startswith("attributes.") or name.split(".")[1] in asked | _stated(product)
    }
    first = max(row_numbers(values, "specs"), default=-1) + 1
    for index, (code, attribute) in enumerate(sorted(stray.items()), start=first):
        row = {"name": attribute.label, "type": "text", "value": _in_words(attribute, sent[code])}
        kept |= {f"specs.{index}.{name}": text for name, text in row.items()}
    return kept


def attribute_values(specs: Iterable[ProductSpecification]) -> dict[str, str]:
    """The form's fields for the facts that have an attribute."""
    values: dict[str, str] = {}
    for spec in specs:
        name = f"attributes.{spec.attribute}"
        if isinstance(spec.value, tuple):
            values |= {f"{name}.{OPTION}{option}": "1" for option in spec.value}
        elif isinstance(spec.value, bool):
            values[name] = "yes" if spec.value else "no"
        elif isinstance(spec.value, (int, float)):
            values[name] = f"{plain_number(spec.value)} {spec.unit}".strip()
        else:
            values[name] = spec.value
    return values


def _field(attribute: Attribute, form: Form, *, required: bool) -> SpecField:
    name = f"attributes.{attribute.code}"
    chosen = {form.values.get(name), *_options_in(form, name)}
    options = [
        (option.code, option.label)
        for option in attribute.options
        if not option.retired or option.code in chosen
    ]
    return SpecField(name, attribute, required, options)


def _options_in(form: Form, name: str) -> list[str]:
    start = f"{name}.{OPTION}"
    return [key.removeprefix(start) for key in form.values if key.startswith(start)]


def _asked(category_id: Any) -> list[services.EffectiveRule]:
    """What the category asks, or nothing where none is chosen yet."""
    try:
        return services.rules_of(ObjectId(str(category_id)))
    except (InvalidId, CategoryNotFound):
        return []


def _stated(product: Product | None) -> set[str]:
    return {spec.attribute for spec in product.specs if spec.attribute} if product else set()


def _in_words(attribute: Attribute, sent: dict[str, str]) -> str:
    labels = {option.code: option.label for option in attribute.options}
    if attribute.type is SpecificationType.MULTI_ENUM:
        return ", ".join(labels.get(code, code) for code in chosen_options(sent))[:500]
    text = sent.get("", "").strip()
    return labels.get(text, text)[:500]

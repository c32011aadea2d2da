"""The fields of the listing form: what was sent, and what a stored listing has.

Rows are numbered: `variants.0.sku`, `specs.2.value`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ...shared.forms import Form
from .. import services
from ..documents import Product, Variant
from ..values import ProductSpecification, StockLevel

#: How many options a listing has at most.
MOST_OPTIONS = 3

#: Fields that say something even in a row that nobody filled in.
_PRESET = ("type", "active", "on_hand_before")


def typed(sent: Mapping[str, str]) -> dict[str, str]:
    """What the form sent, without rows that are empty or ticked for removal.

    Browsers end lines with two characters; one is kept, so that a text that nobody changed stays the same.
    What browsers leave out is put down as empty: the form is shown again as it was. When every variant is
    empty the first one stays, for the messages to stand at.
    """
    sent = {name: text.replace("\r\n", "\n") for name, text in sent.items()}
    removed = {_row(name) for name, text in sent.items() if name.endswith(".remove") and text}
    filled = {
        _row(name) for name, text in sent.items() if text.strip() and name.rpartition(".")[2] not in _PRESET
    } - removed
    if not any(row.startswith("variants.") for row in filled):
        filled.add("variants.0")
    kept = {name: text for name, text in sent.items() if not _row(name) or _row(name) in filled}
    return _blank(row for row in filled if row.startswith("variants.")) | kept


def rows_of(form: Form, name: str) -> int:
    """How many rows of this name the form has; rows that no form of ours numbers so do not count."""
    return max(row_numbers(form.values, name), default=-1) + 1


def row_numbers(values: Mapping[str, str], name: str) -> list[int]:
    """The numbers of the rows of this name."""
    numbers = [key.split(".")[1] for key in values if key.startswith(f"{name}.")]
    return [int(number) for number in numbers if re.fullmatch(r"[0-9]{1,3}", number)]


def written(product: Product) -> dict[str, str]:
    """The form's fields for a stored listing."""
    found = services.details(product)
    values = {
        "title": product.title,
        "category_id": str(product.category_id),
        "brand": product.brand or "",
        "description": product.description,
        "tags": ", ".join(product.tags),
        "version": str(product.version),
        "shipping_profile_id": str(product.shipping_profile_id or ""),
    }
    values |= {f"options.{index}": name for index, name in enumerate(product.options)}
    for index, spec in enumerate(spec for spec in product.specs if not spec.attribute):
        values |= {f"specs.{index}.{name}": text for name, text in _spec_row(spec).items()}
    for index, variant in enumerate(product.variants):
        row = _variant_row(variant, found.level(variant.id))
        values |= {f"variants.{index}.{name}": text for name, text in row.items()}
    return values


def _blank(variants: Iterable[str]) -> dict[str, str]:
    """What is not sent of these rows but counts: boxes without a tick, and values of unnamed options.

    A value belongs to the option of its number, so that none may be missing before it.
    """
    fields = ("active", *(f"option_values.{index}" for index in range(MOST_OPTIONS)))
    return {f"{row}.{field}": "" for row in variants for field in fields}


def _row(name: str) -> str:
    """The row that a field belongs to (`variants.0`), or nothing."""
    parts = name.split(".")
    return ".".join(parts[:2]) if len(parts) > 2 and parts[0] in ("specs", "variants") else ""


def _spec_row(spec: ProductSpecification) -> dict[str, str]:
    value = ("yes" if spec.value else "no") if isinstance(spec.value, bool) else str(spec.value)
    return {"name": spec.name, "type": spec.type.value, "value": value, "unit": spec.unit}


def _variant_row(variant: Variant, level: StockLevel) -> dict[str, str]:
    on_hand = str(level.on_hand) if level.track else ""
    row = {
        "id": str(variant.id),
        "sku": variant.sku,
        "price": str(variant.price.decimal),
        "compare_at": str(variant.compare_at.decimal) if variant.compare_at else "",
        "active": "1" if variant.active else "",
        "on_hand": on_hand,
        "on_hand_before": on_hand,
        "barcode": variant.barcode or "",
        "weight_g": "" if variant.weight_g is None else str(variant.weight_g),
        "low_at": "" if level.low_at is None else str(level.low_at),
    }
    return row | {f"option_values.{index}": text for index, text in enumerate(variant.option_values)}

"""The variants that a listing's options make together: a row in its form for each that is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import product as combinations
from math import prod

from slugify import slugify

from ...shared.errors import Invalid
from ..documents import Product
from .listing_values import MOST_OPTIONS, row_numbers

#: How many variants a listing has at most.
MOST_VARIANTS = 100

#: What a new row takes from the first one.
COPIED = ("price", "compare_at", "on_hand", "low_at", "weight_g", "active")

#: How long a SKU may be, and the value of an option.
LONGEST_SKU, LONGEST_VALUE = 64, 60


def choices_of(product: Product) -> dict[str, str]:
    """The form's fields for the values of each option: those that the variants have, in their order."""
    columns = zip(*(variant.option_values for variant in product.variants), strict=False)
    return {f"choices.{index}": _written(dict.fromkeys(column)) for index, column in enumerate(columns)}


def with_combinations(values: Mapping[str, str]) -> dict[str, str]:
    """The form's values with a row for each combination of the options' values that had none.

    Rows keep what was typed; one that says no value yet becomes the first that was missing. New rows get a
    SKU that follows from the first row's or from the title, and its price and stock. Raises Invalid where an
    option has no values, and for more variants than a listing has.
    """
    named = [index for index in range(MOST_OPTIONS) if values.get(f"options.{index}", "").strip()]
    if not named:
        raise Invalid("Name an option first, such as Size.", field="options.0")
    choices = [_choices(values, index) for index in named]
    _check_count(prod(map(len, choices)), named)  # before they are made: their number grows fast
    wanted = list(combinations(*choices))
    rows = sorted(set(row_numbers(values, "variants")))
    there = {row: tuple(_value(values, row, index) for index in named) for row in rows}
    missing = [one for one in wanted if _folded(one) not in {_folded(found) for found in there.values()}]
    blank = [row for row, found in there.items() if not any(found)]
    _check_count(len(rows) + max(0, len(missing) - len(blank)), named)
    fresh = range(max(rows, default=-1) + 1, max(rows, default=-1) + 1 + len(missing))
    first = {name: values[f"variants.0.{name}"] for name in COPIED if f"variants.0.{name}" in values}
    filled = dict(values)
    stem = _stem(values, there.get(0, ()))
    skus = {values.get(f"variants.{row}.sku", "").strip() for row in rows}
    for row, combination in zip([*blank, *fresh], missing, strict=False):
        at = f"variants.{row}."
        typed = {name: text for name, text in filled.items() if name.startswith(at) and text.strip()}
        new = {f"{at}{name}": text for name, text in first.items()} if row not in blank else {}
        chosen = zip(named, combination, strict=True)
        new |= {f"{at}option_values.{index}": value for index, value in chosen}
        if f"{at}sku" not in typed:
            new[f"{at}sku"] = _free_sku(stem, combination, skus)
        filled |= new
    return filled


def _check_count(count: int, named: list[int]) -> None:
    if count > MOST_VARIANTS:
        raise Invalid(
            f"That would make {count} variants; a listing has {MOST_VARIANTS} at most. Name fewer values.",
            field=f"choices.{named[0]}",
        )


def _choices(values: Mapping[str, str], index: int) -> list[str]:
    """The values of an option: those that were listed, then those that rows have besides."""
    text = values.get(f"choices.{index}", "")
    listed = [" ".join(part.split()) for part in re.split(r"[;\n]" if ";" in text else r"[,\n]", text)]
    in_rows = [_value(values, row, index) for row in sorted(set(row_numbers(values, "variants")))]
    by_case = {one.casefold(): one for one in reversed([*listed, *in_rows]) if one}
    found = [by_case[key] for key in dict.fromkeys(one.casefold() for one in [*listed, *in_rows] if one)]
    if not found:
        raise Invalid("List its values with commas between, such as S, M, L.", field=f"choices.{index}")
    if any(len(one) > LONGEST_VALUE for one in found):
        raise Invalid(f"A value has {LONGEST_VALUE} characters at most.", field=f"choices.{index}")
    return found


def _value(values: Mapping[str, str], row: int, index: int) -> str:
    return values.get(f"variants.{row}.option_values.{index}", "").strip()


def _folded(combination: Iterable[str]) -> tuple[str, ...]:
    return tuple(one.casefold() for one in combination)


def _written(found: Iterable[str]) -> str:
    listed = list(found)
    return ("; " if any("," in one for one in listed) else ", ").join(listed)


def _stem(values: Mapping[str, str], of_first: Iterable[str]) -> str:
    """What the SKUs of the new rows begin with: the first row's without its own values, else the title."""
    sku = values.get("variants.0.sku", "").strip()
    ending = _ending(of_first)
    if ending and sku.upper().endswith(f"-{ending}"):
        sku = sku[: -len(ending) - 1]
    stem = sku or slugify(values.get("title", ""), max_length=20, word_boundary=True).upper() or "ITEM"
    return stem[: LONGEST_SKU // 2]


def _ending(combination: Iterable[str]) -> str:
    return "-".join(slugify(one)[:12].strip("-") for one in combination if one).upper()


def _free_sku(stem: str, combination: Iterable[str], taken: set[str]) -> str:
    wanted = f"{stem}-{_ending(combination)}".strip("-")[: LONGEST_SKU - 4]
    number, free = 1, wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    taken.add(free)
    return free

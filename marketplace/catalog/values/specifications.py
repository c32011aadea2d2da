"""Facts about a product: those of an attribute, which can be compared and filtered, and free ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import floor, log10
from typing import Any, Protocol, Self

from ...shared.errors import Invalid
from ...shared.values import is_plain


class SpecificationType(StrEnum):
    """What kind of value a specification has."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"
    MULTI_ENUM = "multi_enum"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class ProductSpecification:
    """One fact about a product: `weight 450 g`, `waterproof yes`.

    The value's type is held to: text and enum are words, a number is finite, a boolean is one of two.
    Only numbers have a unit.

    A fact of an attribute also has what follows from the attribute (`Attribute.specify` makes it): `norm`,
    the number in the base unit of its family, or the day of a date; `label`, the chosen options in words;
    `also`, the quantity in other units that people search for; and whether lists filter by it and searches
    leave it aside. `value` is then the code of an option, or a tuple of codes.

    Two facts of an attribute are equal when they say the same: 1.5 kg and 1500 g.
    """

    name: str
    type: SpecificationType
    value: str | int | float | bool | tuple[str, ...]
    unit: str = ""
    attribute: str = ""
    norm: float | None = None
    label: str = ""
    also: str = ""
    filterable: bool | None = None
    unsearched: bool | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not 1 <= len(self.name) <= 100 or not is_plain(self.name):
            raise Invalid("A specification's name has 1 to 100 characters.", field="name")
        try:
            object.__setattr__(self, "type", SpecificationType(self.type))
        except ValueError:
            kinds = "The type is text, number, boolean, enum, multi_enum or date."
            raise Invalid(kinds, field="type") from None
        if not self.attribute and self.type in (SpecificationType.MULTI_ENUM, SpecificationType.DATE):
            sentence = "Without an attribute the type is text, number, boolean or enum."
            raise Invalid(sentence, field="type")
        _CHECKS[self.type](self.value)
        if self.unit and self.type is not SpecificationType.NUMBER:
            raise Invalid("Only a number has a unit.", field="unit")
        if len(self.unit) > 20 or not is_plain(self.unit):
            raise Invalid("Keep the unit under 21 characters.", field="unit")

    @classmethod
    def parse(cls, name: str, kind: SpecificationType, text: str, unit: str = "") -> Self:
        """Read what a person typed: `2.5` for a number, yes or no for a boolean; raises Invalid."""
        if kind is SpecificationType.NUMBER:
            return cls(name, kind, _number(text), unit)
        if kind is SpecificationType.BOOLEAN:
            return cls(name, kind, yes_or_no(text), unit)
        return cls(name, kind, text, unit)

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes it equal to another: the attribute and the amount, or all that a free fact says."""
        if self.attribute:
            return self.attribute, self.value if self.norm is None else self.norm
        return self.name, self.type, self.value, self.unit

    def __eq__(self, other: object) -> bool:
        """Whether both say the same."""
        if not isinstance(other, ProductSpecification):
            return NotImplemented
        return self.attribute == other.attribute and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def text(self) -> str:
        """The value as people read it."""
        if self.label:
            return self.label
        if isinstance(self.value, bool):
            return "Yes" if self.value else "No"
        if isinstance(self.value, tuple):
            return ", ".join(self.value)
        if isinstance(self.value, float):
            return f"{self.value:.10g} {self.unit}".strip()
        return f"{self.value} {self.unit}".strip()

    @property
    def words(self) -> str:
        """What a search finds the product by: the value in words, or the name of what is there."""
        if self.unsearched:
            return ""
        if isinstance(self.value, bool):
            return self.name if self.value else ""
        worded = isinstance(self.value, (str, tuple)) or bool(self.unit)
        return f"{self.text} {self.also}".strip() if worded else ""

    @property
    def tokens(self) -> list[str]:
        """What lists filter by: `colour:red`, `waterproof:yes`, `weight:1000~2000`; none for free facts."""
        if not self.filterable:
            return []
        if isinstance(self.value, bool):
            return [f"{self.attribute}:{'yes' if self.value else 'no'}"]
        if self.norm is not None:
            return [f"{self.attribute}:{bucket_of(self.norm)}"]
        options = self.value if isinstance(self.value, tuple) else (self.value,)
        return [f"{self.attribute}:{option}" for option in options]

    def freed(self) -> ProductSpecification:
        """The same as a fact without an attribute, so that nothing is lost where the attribute goes."""
        if self.type in (SpecificationType.NUMBER, SpecificationType.BOOLEAN):
            return ProductSpecification(self.name, self.type, self.value, self.unit)
        return ProductSpecification(self.name, SpecificationType.TEXT, self.text[:500])


@dataclass(frozen=True, slots=True)
class SpecificationDraft:
    """A fact of an attribute as somebody wrote it; `at` is the field that they wrote it into."""

    attribute: str
    value: Any
    unit: str = ""
    at: str = field(default="", compare=False)


class Specified(Protocol):
    """What has facts: a product."""

    specs: Any


def spec_tokens(product: Specified) -> list[str]:
    """The tokens of all the product's facts that lists filter by, each once, in their order."""
    return list(dict.fromkeys(token for spec in product.specs for token in spec.tokens))


def spec_numbers(specs: Iterable[ProductSpecification]) -> dict[str, float]:
    """The numbers to compare products by: the norm of each attribute that has one."""
    return {spec.attribute: spec.norm for spec in specs if spec.attribute and spec.norm is not None}


def bucket_of(norm: float) -> str:
    """The step of the series 1, 2, 5, 10 … that the number lies in, its upper end excluded: `1000~2000`."""
    low, high = bucket_bounds(norm)
    return f"{low:.10g}~{high:.10g}"


def bucket_bounds(norm: float) -> tuple[float, float]:
    """The two ends of the number's bucket; zero has one of its own, and below zero the upper end counts."""
    if norm < 0:
        low, high = bucket_bounds(-norm)
        return -high, -low
    if norm == 0:
        return 0.0, 0.0
    power = floor(log10(norm))
    steps = [float(f"{step}e{power + more}") for more in (-1, 0, 1) for step in (1, 2, 5)]
    low = max(step for step in steps if step <= norm)
    return low, steps[steps.index(low) + 1]


def yes_or_no(text: str) -> bool:
    """What a person means by yes, no, true, 1 …; raises Invalid."""
    word = text.strip().lower()
    if word not in _YES | _NO:
        raise Invalid("Write yes or no.", field="value")
    return word in _YES


_YES = frozenset({"yes", "true", "1", "on", "y"})


_NO = frozenset({"no", "false", "0", "off", "n"})


def _number(text: str) -> int | float:
    try:
        return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text.strip()) else float(text)
    except ValueError:
        raise Invalid("Write a number such as 2.5.", field="value") from None


def _check_text(value: Any) -> None:
    if not isinstance(value, str) or not 1 <= len(value) <= 500 or not is_plain(value):
        raise Invalid("Write a text of 1 to 500 characters.", field="value")


def _check_number(value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Invalid("Write a number such as 2.5.", field="value")
    if not abs(value) <= 10**15:
        raise Invalid("This number is too large.", field="value")


def _check_boolean(value: Any) -> None:
    if not isinstance(value, bool):
        raise Invalid("Write yes or no; in the API true or false.", field="value")


def _check_choices(value: Any) -> None:
    if not isinstance(value, tuple) or not 1 <= len(value) <= 50 or len(set(value)) < len(value):
        raise Invalid("Choose one or more of the options, each once.", field="value")
    for one in value:
        _check_text(one)


def _check_date(value: Any) -> None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise Invalid("Write a date such as 2024-05-31.", field="value")


_CHECKS: dict[SpecificationType, Callable[[Any], None]] = {
    SpecificationType.TEXT: _check_text,
    SpecificationType.ENUM: _check_text,
    SpecificationType.NUMBER: _check_number,
    SpecificationType.BOOLEAN: _check_boolean,
    SpecificationType.MULTI_ENUM: _check_choices,
    SpecificationType.DATE: _check_date,
}

"""Facts about a product."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from ...shared.errors import Invalid
from ...shared.values import is_plain


class SpecificationType(StrEnum):
    """What kind of value a specification has."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"


@dataclass(frozen=True, slots=True)
class ProductSpecification:
    """One fact about a product: `weight 450 g`, `waterproof yes`.

    The value's type is held to: text and enum are words, a number is finite, a boolean is one of two.
    Only numbers have a unit.
    """

    name: str
    type: SpecificationType
    value: str | int | float | bool
    unit: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not 1 <= len(self.name) <= 100 or not is_plain(self.name):
            raise Invalid("A specification's name has 1 to 100 characters.", field="name")
        try:
            object.__setattr__(self, "type", SpecificationType(self.type))
        except ValueError:
            raise Invalid("The type is text, number, boolean or enum.", field="type") from None
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
            word = text.strip().lower()
            if word not in _YES | _NO:
                raise Invalid("Write yes or no.", field="value")
            return cls(name, kind, word in _YES, unit)
        return cls(name, kind, text, unit)

    @property
    def text(self) -> str:
        """The value as people read it."""
        if isinstance(self.value, bool):
            return "Yes" if self.value else "No"
        if isinstance(self.value, float):
            return f"{self.value:.10g} {self.unit}".strip()
        return f"{self.value} {self.unit}".strip()

    @property
    def words(self) -> str:
        """What a search finds the product by: the value in words, or the name of what is there."""
        if isinstance(self.value, bool):
            return self.name if self.value else ""
        return self.text if isinstance(self.value, str) or self.unit else ""


_YES = frozenset({"yes", "true", "1", "on"})


_NO = frozenset({"no", "false", "0", "off"})


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


_CHECKS = {
    SpecificationType.TEXT: _check_text,
    SpecificationType.ENUM: _check_text,
    SpecificationType.NUMBER: _check_number,
    SpecificationType.BOOLEAN: _check_boolean,
}

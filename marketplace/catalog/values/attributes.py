"""What an attribute asks for, and where a category asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...shared.errors import Invalid
from ...shared.values import is_plain

#: What the code of an attribute looks like: part of tokens and of form fields, so narrow.
CODE = r"^[a-z][a-z0-9_]{0,39}$"

#: What the code of an option looks like.
OPTION_CODE = r"^[a-z0-9][a-z0-9_-]{0,59}$"

#: How many options an attribute offers, and how many rules a category has.
MOST_OPTIONS, MOST_RULES = 300, 60


@dataclass(frozen=True, slots=True)
class AttributeOption:
    """One of the values that an attribute offers; `retired` ones stay where they were chosen before.

    `used` is set by the first product that has it, and stays: from then on it is retired, not removed.
    """

    code: str
    label: str
    retired: bool = False
    used: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.code, str) or not re.fullmatch(OPTION_CODE, self.code):
            raise Invalid("An option's code is small letters, digits, - and _.", field="code")
        if not isinstance(self.label, str) or not 1 <= len(self.label) <= 100 or not is_plain(self.label):
            raise Invalid("An option's label has 1 to 100 characters.", field="label")


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """That a category asks for an attribute: before publishing, as a filter, to tell variants apart."""

    attribute: str
    required: bool = False
    filter: bool = False
    axis: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.attribute, str) or not re.fullmatch(CODE, self.attribute):
            raise Invalid("Choose one of the attributes.", field="attribute")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionDraft:
    """An option as it is written; without a code it gets one made of its label."""

    label: str
    code: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeDraft:
    """An attribute as it is written; bounds are in its unit."""

    code: str
    label: str
    type: str
    unit: str = ""
    unit_family: str = ""
    options: tuple[OptionDraft, ...] = ()
    min: float | None = None
    max: float | None = None
    decimals: int | None = None
    filterable: bool = False
    axis: bool = False
    searchable: bool = True
    aliases: tuple[str, ...] = ()

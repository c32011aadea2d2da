"""What facts about products can be compared by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from mongoengine import BooleanField, EnumField, FloatField, IntField, ListField, StringField
from slugify import slugify

from ...shared.documents import Aggregate, ValueField
from ...shared.errors import Invalid
from ..errors import AttributeInUse, InvalidOption, InvalidType, OutOfRange
from ..values import AttributeDraft, AttributeOption, OptionDraft, ProductSpecification, SpecificationType
from ..values.attributes import CODE, MOST_OPTIONS
from ..values.specifications import yes_or_no
from ..values.units import (
    FAMILIES,
    LARGEST,
    other_words,
    parse_number,
    parse_quantity,
    plain_number,
    text_of,
    unit_named,
)
from .fields import PlainText

_CHOICES = (SpecificationType.ENUM, SpecificationType.MULTI_ENUM)


class Attribute(Aggregate):
    """A kind of fact that products state: its type, its unit or its options, and how it is called.

    Protects: code, type and family of units that stay once it is used, options that are retired and not
    removed once a product has them, and one attribute for each name that an import may call it by. `used`
    is set by the first product or category with it and stays.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "attributes",
        "indexes": [
            # The attribute that a rule, a fact or an address names.
            {"fields": ["code"], "name": "code", "unique": True},
            # One attribute for each name that an import may call it by.
            {"fields": ["names"], "name": "names", "unique": True},
            # The attributes in the editor.
            {"fields": ["label", "_id"], "name": "label"},
        ],
    }

    code = StringField(required=True, regex=CODE)
    label = PlainText(required=True, min_length=1, max_length=100)
    type = EnumField(SpecificationType, required=True)
    unit_family = StringField()
    unit = StringField()
    options = ListField(ValueField(AttributeOption), max_length=MOST_OPTIONS)
    min = FloatField()
    max = FloatField()
    decimals = IntField(min_value=0, max_value=9)
    filterable = BooleanField(required=True, default=False)
    axis = BooleanField(required=True, default=False)
    searchable = BooleanField(required=True, default=True)
    aliases = ListField(PlainText(min_length=1, max_length=100), max_length=30)
    names = ListField(StringField())
    used = BooleanField(required=True, default=False)

    def define(self, draft: AttributeDraft) -> None:
        """Be what the draft says; raises AttributeInUse for what stays, and Invalid at the wrong field."""
        kind = _kind(draft.type)
        family = draft.unit_family or None
        if family is not None and family not in FAMILIES:
            raise Invalid(f"Use one of: {', '.join(FAMILIES)}.", field="unit_family")
        if self.used:
            now = {"code": draft.code, "type": kind, "unit_family": family}
            for name, value in now.items():
                if value != getattr(self, name):
                    raise AttributeInUse(f"“{self.label}” is in use, so this stays as it is.", field=name)
        self.code, self.type, self.unit_family = draft.code, kind, family
        self.label, self.decimals = draft.label, draft.decimals
        self.unit = unit_named(draft.unit, family).symbol if family and draft.unit else draft.unit or None
        if family and not self.unit:
            self.unit = FAMILIES[family][0].symbol
        self.min, self.max = draft.min, draft.max
        self.filterable, self.axis, self.searchable = draft.filterable, draft.axis, draft.searchable
        self.aliases = list(dict.fromkeys(" ".join(name.split()) for name in draft.aliases))
        self._offer(draft.options)

    def _offer(self, drafts: Sequence[OptionDraft]) -> None:
        """Offer these options; raises AttributeInUse where one that a product has is left out."""
        before = {option.code: option for option in self.options}
        offered: dict[str, AttributeOption] = {}
        for index, draft in enumerate(drafts):
            code = draft.code or slugify(draft.label, max_length=60)
            if not code or code in offered:
                raise Invalid("Two options have this code.", field=f"options.{index}.code")
            used = code in before and before[code].used
            offered[code] = AttributeOption(code, draft.label, draft.retired, used)
        gone = [option.label for code, option in before.items() if option.used and code not in offered]
        if gone:
            sentence = f"Products have the option “{gone[0]}”. Retire it: it is then offered no more."
            raise AttributeInUse(sentence, field="options")
        self.options = list(offered.values())

    def note_use(self, specs: Sequence[ProductSpecification] = ()) -> bool:
        """Remember that it is used, and which of its options; whether that is news."""
        chosen = {code for spec in specs if spec.attribute == self.code for code in _codes(spec)}
        fresh = [option for option in self.options if option.code in chosen and not option.used]
        if self.used and not fresh:
            return False
        self.used = True
        self.options = [
            AttributeOption(one.code, one.label, one.retired, one.used or one in fresh)
            for one in self.options
        ]
        return True

    def specify(self, value: Any, unit: str = "") -> ProductSpecification:
        """The fact that a value makes, normalised: a JSON value, or what a person typed.

        Raises InvalidType, InvalidOption and OutOfRange. Retired options are taken: who may still choose
        them is not for here.
        """
        made: dict[str, Any] = {"attribute": self.code, "filterable": self.filterable or None}
        made["unsearched"] = None if self.searchable else True
        try:
            made |= getattr(self, f"_{self.type.value}")(value, unit.strip())
            return ProductSpecification(self.label, self.type, **made)
        except Invalid as error:
            raise error if type(error) is not Invalid else InvalidType(str(error)) from None

    def _text(self, value: Any, unit: str) -> dict[str, Any]:
        if not isinstance(value, str) or not value.strip():
            raise InvalidType("Write a text.")
        return {"value": value.strip()}

    def _boolean(self, value: Any, unit: str) -> dict[str, Any]:
        return {"value": yes_or_no(value) if isinstance(value, str) else value}

    def _date(self, value: Any, unit: str) -> dict[str, Any]:
        try:
            day = date.fromisoformat(value.strip())
        except (AttributeError, ValueError):
            raise InvalidType("Write a date such as 2024-05-31.") from None
        return {"value": day.isoformat(), "norm": float(day.toordinal())}

    def _enum(self, value: Any, unit: str) -> dict[str, Any]:
        option = self.option(value)
        return {"value": option.code, "label": option.label}

    def _multi_enum(self, value: Any, unit: str) -> dict[str, Any]:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, (list, tuple)):
            raise InvalidType("Give a list of options.")
        chosen = {self.option(part).code for part in parts}
        if not chosen:
            raise InvalidType("Choose one or more of the options.")
        options = [option for option in self.options if option.code in chosen]
        label = ", ".join(option.label for option in options)
        return {"value": tuple(option.code for option in options), "label": label}

    def _number(self, value: Any, unit: str) -> dict[str, Any]:
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise InvalidType("Give a number.")
        if not isinstance(value, str) and not abs(value) <= LARGEST:
            raise OutOfRange("This number is too large.")
        text = value if isinstance(value, str) else plain_number(value)
        made, norm, own = self._measured(text, unit)
        if self.decimals is not None and round(own, self.decimals) != own:
            raise OutOfRange(f"Give {self.decimals} decimals at most.")
        if (self.min is not None and own < self.min) or (self.max is not None and own > self.max):
            raise OutOfRange(self._range())
        return made | {"norm": norm}

    def _measured(self, text: str, unit: str) -> tuple[dict[str, Any], float, float]:
        """The parts of the fact, the norm, and the number in the attribute's own unit."""
        if not self.unit_family:
            own = self.unit or ""
            bare = text.strip().removesuffix(own).strip() if own else text
            if unit and unit != own:
                raise InvalidType(f"The unit is {own}." if own else "This number has no unit.")
            number = parse_number(bare)
            return {"value": number, "unit": own}, float(number), float(number)
        found = parse_quantity(f"{text} {unit}" if unit else text, self.unit_family, default=self.unit)
        preferred = unit_named(self.unit, self.unit_family)
        own_number = float(found.in_unit(preferred).value)
        made = {"value": found.value, "unit": found.unit.symbol, "also": other_words(found, preferred)}
        return made, found.norm, own_number

    @property
    def definition(self) -> str:
        """All that decides how it reads a value and what its facts say, as text to compare."""
        names = ("code", "label", "unit_family", "unit", "min", "max", "decimals", "filterable", "searchable")
        options = [(one.code, one.label) for one in self.options]
        return repr([self.type.value, *(getattr(self, name) for name in names), options])

    def option(self, said: Any) -> AttributeOption:
        """The option with this code, or else with this label; raises InvalidOption."""
        wanted = str(said).strip().lower() if isinstance(said, (str, int, float)) else ""
        for option in self.options:
            if option.code == wanted:
                return option
        for option in self.options:
            if option.label.lower() == wanted:
                return option
        known = ", ".join(option.label for option in self.options if not option.retired)
        raise InvalidOption(f"Choose one of: {known[:300]}.")

    def norm_of(self, text: str) -> float:
        """A number that a person wrote, with or without a unit, in base units; raises Invalid."""
        return self._measured(text, "")[1]

    def from_norm(self, norm: float) -> str:
        """A number in base units as people read it, in the attribute's unit."""
        if not self.unit_family:
            return ProductSpecification(self.label, SpecificationType.NUMBER, norm, self.unit or "").text
        return text_of(norm, self.unit_family, self.unit)

    def _range(self) -> str:
        bounds = [
            f"{word} {bound:.10g} {self.unit or ''}".strip()
            for word, bound in (("at least", self.min), ("at most", self.max))
            if bound is not None
        ]
        return f"Give {' and '.join(bounds)}."

    def clean(self) -> None:
        """Hold the rules that span fields, and write down by which names imports find it."""
        if self.type not in _CHOICES and self.options:
            raise Invalid("Only a choice has options.", field="options")
        if self.type in _CHOICES and not self.options:
            raise Invalid("Offer at least one option.", field="options")
        if self.type is not SpecificationType.NUMBER and (self.unit or self.unit_family):
            raise Invalid("Only a number has a unit.", field="unit")
        if self.type is not SpecificationType.NUMBER and (self.min is not None or self.max is not None):
            raise Invalid("Only a number has bounds.", field="min")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise Invalid("This is below the least.", field="max")
        if self.filterable and self.type is SpecificationType.TEXT:
            raise Invalid("Lists cannot be filtered by a text. Make it a choice.", field="filterable")
        if self.axis and self.type is not SpecificationType.ENUM:
            raise Invalid("Only a choice of one tells variants apart.", field="axis")
        said = (self.code, self.code.replace("_", " "), *self.aliases)
        self.names = list(dict.fromkeys(name.lower() for name in said))


def _kind(name: str) -> SpecificationType:
    try:
        return SpecificationType(name)
    except ValueError:
        raise Invalid(f"Use one of: {', '.join(SpecificationType)}.", field="type") from None


def _codes(spec: ProductSpecification) -> tuple[str, ...]:
    if spec.type is SpecificationType.MULTI_ENUM:
        return tuple(spec.value) if isinstance(spec.value, tuple) else ()
    return (str(spec.value),) if spec.type is SpecificationType.ENUM else ()

"""Units of measure: what people write, in one number that can be compared.

`1.5 kg` and `1500 g` are the same: each unit has an exact factor to its family's base unit, and a quantity
is calculated as a fraction before it becomes a float, so that equal quantities give equal numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from ...shared.errors import Invalid

#: The largest number that a quantity may have, in any unit.
LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how many base units one of it is, where its zero lies, and how else people write it."""

    symbol: str
    family: str
    factor: Fraction
    zero: Fraction = Fraction(0)
    spellings: tuple[str, ...] = ()


#: The units of each family as symbol, factor, spellings; the first is the base unit. Factors are exact.
_TABLE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "mass": (
        ("g", "1", "gram grams gr"),
        ("mg", "1/1000", "milligram milligrams"),
        ("kg", "1000", "kilogram kilograms kilo kilos kgs"),
        ("t", "1000000", "tonne tonnes"),
        ("oz", "28.349523125", "ounce ounces"),
        ("lb", "453.59237", "lbs pound pounds"),
    ),
    "length": (
        ("mm", "1", "millimetre millimetres millimeter millimeters"),
        ("cm", "10", "centimetre centimetres centimeter centimeters"),
        ("m", "1000", "metre metres meter meters"),
        ("km", "1000000", "kilometre kilometres kilometer kilometers"),
        ("in", "25.4", "inch inches \" ″ ” '' zoll"),
        ("ft", "304.8", "foot feet ' ′ ’"),
        ("yd", "914.4", "yard yards"),
        ("µm", "1/1000", "μm um micron microns micrometre micrometer"),
        ("nm", "1/1000000", "nanometre nanometres nanometer nanometers"),
    ),
    "area": (
        ("m²", "1", "m2 sqm"),
        ("cm²", "1/10000", "cm2"),
        ("mm²", "1/1000000", "mm2"),
        ("ft²", "0.09290304", "ft2 sqft"),
    ),
    "volume": (
        ("ml", "1", "millilitre millilitres milliliter milliliters cm³ cm3 ccm"),
        ("cl", "10", "centilitre centiliter"),
        ("dl", "100", "decilitre deciliter"),
        ("l", "1000", "litre litres liter liters dm³ dm3"),
        ("m³", "1000000", "m3 cbm"),
        ("fl oz", "29.5735295625", "floz"),
        ("gal", "3785.411784", "gallon gallons"),
    ),
    "data": (
        ("B", "1", "byte bytes"),
        ("kB", "1000", "kilobyte kilobytes"),
        ("MB", "1000000", "megabyte megabytes"),
        ("GB", "1000000000", "gigabyte gigabytes gig"),
        ("TB", "1000000000000", "terabyte terabytes"),
        ("KiB", "1024", ""),
        ("MiB", "1048576", ""),
        ("GiB", "1073741824", ""),
        ("TiB", "1099511627776", ""),
    ),
    "data_rate": (
        ("Mbit/s", "1", "mbps mb/s"),
        ("kbit/s", "1/1000", "kbps"),
        ("Gbit/s", "1000", "gbps gb/s"),
    ),
    "time": (
        ("s", "1", "sec second seconds"),
        ("ms", "1/1000", "millisecond milliseconds"),
        ("min", "60", "minute minutes"),
        ("h", "3600", "hr hrs hour hours"),
        ("days", "86400", "d day"),
        ("weeks", "604800", "week"),
        ("months", "2629746", "month"),
        ("years", "31556952", "year yr"),
    ),
    "power": (("W", "1", "w watt watts"), ("mW", "1/1000", ""), ("kW", "1000", "kw kilowatt kilowatts")),
    "energy": (
        ("Wh", "1", ""),
        ("kWh", "1000", ""),
        ("J", "1/3600", "joule joules"),
        ("kJ", "10/36", ""),
    ),
    "charge": (("mAh", "1", ""), ("Ah", "1000", "")),
    "frequency": (
        ("Hz", "1", "hertz"),
        ("kHz", "1000", "kilohertz"),
        ("MHz", "1000000", "megahertz"),
        ("GHz", "1000000000", "gigahertz"),
    ),
    "voltage": (("V", "1", "v volt volts"), ("mV", "1/1000", ""), ("kV", "1000", "")),
    "current": (("A", "1", "amp amps ampere amperes"), ("mA", "1/1000", "")),
    "resistance": (("Ω", "1", "ohm ohms"), ("kΩ", "1000", "kohm kohms"), ("MΩ", "1000000", "Mohm")),
    "temperature": (("°C", "1", "℃ celsius degc"), ("°F", "5/9", "℉ fahrenheit degf"), ("K", "1", "kelvin")),
    "pressure": (
        ("bar", "1", "bars"),
        ("mbar", "1/1000", "hpa"),
        ("kPa", "1/100", ""),
        ("Pa", "1/100000", "pascal"),
        ("psi", "0.0689475729316836", ""),
    ),
    "luminous_flux": (("lm", "1", "lumen lumens"),),
    "grammage": (("g/m²", "1", "g/m2 gsm"),),
    "rotation": (("rpm", "1", "r/min"),),
}

#: What a family's zero is, in base units, for those units that count from elsewhere.
_ZEROS = {"°F": Fraction(-160, 9), "K": Fraction(-27315, 100)}

#: The units of each family, the base unit first.
FAMILIES: dict[str, tuple[Unit, ...]] = {
    family: tuple(
        Unit(symbol, family, Fraction(factor), _ZEROS.get(symbol, Fraction(0)), tuple(spellings.split()))
        for symbol, factor, spellings in rows
    )
    for family, rows in _TABLE.items()
}

#: Families in which m and M are a thousandth and a million: MV is never taken for mV.
_CASE_COUNTS = frozenset({"power", "voltage", "current", "resistance"})

_SPACE = "[ \\u00a0\\u2009\\u202f]"
_QUANTITY = re.compile(
    rf"\s*(?P<number>[+-]?\d(?:(?:[.,]|{_SPACE})?\d)*)\s*(?P<unit>\D.{{0,19}})?\s*", re.DOTALL
)
_SPACED = re.compile(rf"\d{{1,3}}({_SPACE}\d{{3}})+([.,]\d+)?")
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?|[1-9]\d{0,2}(\.\d{3}){2,}(,\d+)?")
_PLAIN = re.compile(r"\d+([.,]\d+)?")

#: More digits than any number that is not too large or too fine.
_MOST_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a unit of a family; two are equal when they are the same amount."""

    value: int | float
    unit: Unit

    @property
    def norm(self) -> float:
        """The amount in base units, the same for every way to write it."""
        return float(_exact(self.value) * self.unit.factor + self.unit.zero)

    @property
    def text(self) -> str:
        """The quantity as people read it, and as `parse_quantity` reads it again."""
        return f"{plain_number(self.value)} {self.unit.symbol}"

    def __eq__(self, other: object) -> bool:
        """Whether it is the same amount of the same family."""
        if not isinstance(other, Quantity):
            return NotImplemented
        return (self.unit.family, self.norm) == (other.unit.family, other.norm)

    def __hash__(self) -> int:
        return hash((self.unit.family, self.norm))

    def in_unit(self, unit: Unit) -> Quantity:
        """The same amount in another unit of the family, to the fifteen digits that a float holds."""
        exact = (_exact(self.value) * self.unit.factor + self.unit.zero - unit.zero) / unit.factor
        return Quantity(_shortest(float(f"{float(exact):.15g}")), unit)


def unit_named(name: str, family: str) -> Unit:
    """The family's unit of this symbol or spelling; raises Invalid with those that there are.

    Case counts only where it tells units apart, as in mW and MW.
    """
    written = " ".join(name.split()).rstrip(".")
    units = FAMILIES[family]
    for unit in units:
        if written == unit.symbol or written in unit.spellings:
            return unit
    for unit in units:
        says = unit.spellings if family in _CASE_COUNTS else (unit.symbol, *unit.spellings)
        if written.lower() in [one.lower() for one in says]:
            return unit
    known = ", ".join(unit.symbol for unit in units)
    raise Invalid(f"There is no such unit here. Use one of: {known}.", field="unit")


@lru_cache(4096)
def text_of(norm: float, family: str, unit: str) -> str:
    """An amount in base units as people read it, in this unit of its family."""
    return Quantity(norm, FAMILIES[family][0]).in_unit(unit_named(unit, family)).text


def parse_quantity(text: str, family: str, *, default: str | None = None) -> Quantity:
    """The quantity that a text says: `1.5 kg`, `15,6 in`, `15.6"`; raises Invalid.

    A number alone is in the default unit, or the base unit. A comma before three digits groups thousands
    (`1,500`), any other is a decimal point.
    """
    found = _QUANTITY.fullmatch(text[:100])
    if found is None:
        example = default or FAMILIES[family][0].symbol
        raise Invalid(f"Write a number and its unit, such as 2.5 {example}.", field="value")
    unit = (found["unit"] or "").strip() or default or FAMILIES[family][0].symbol
    return Quantity(parse_number(found["number"]), unit_named(unit, family))


def parse_number(text: str) -> int | float:
    """The number that a person wrote, with a point or a comma: `2.5`, `2,5`, `1,500`; raises Invalid."""
    written = text.strip()
    sign = -1 if written.startswith("-") else 1
    digits = written.lstrip("+-")
    if _SPACED.fullmatch(digits):
        digits = re.sub(_SPACE, "", digits)
    elif _GROUPED.fullmatch(digits):
        commas = "." not in digits or digits.find(",") in range(digits.index("."))
        digits = digits.replace("," if commas else ".", "")
    if not _PLAIN.fullmatch(digits) or len(digits) > _MOST_DIGITS:
        raise Invalid("Write a number such as 2.5.", field="value")
    number = _shortest(float(digits.replace(",", ".")))
    if number > LARGEST:
        raise Invalid("This number is too large.", field="value")
    return sign * number


def other_words(quantity: Quantity, preferred: Unit) -> str:
    """The quantity in the preferred unit and in one more, where that is a short number: `1500 g 1.5 kg`.

    What was written is not among them.
    """
    said: list[str] = []
    for unit in (preferred, *FAMILIES[quantity.unit.family]):
        other = quantity.in_unit(unit)
        short = unit is preferred or (0.1 <= abs(other.value) < 10_000 and len(_digits(other.value)) <= 4)
        if short and other.text not in (quantity.text, *said):
            said.append(other.text)
    return " ".join(said[: 1 if preferred is quantity.unit else 2])


def _digits(value: float) -> str:
    return plain_number(abs(value)).replace(".", "").strip("0")


def plain_number(value: float) -> str:
    """The number without exponent and without needless zeros, so that nothing of it is lost."""
    written = format(Decimal(repr(value)), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def _exact(value: float) -> Fraction:
    """The number that people see, not the binary one beside it."""
    return Fraction(repr(value))


def _shortest(value: float) -> int | float:
    return int(value) if value.is_integer() and abs(value) <= LARGEST else value

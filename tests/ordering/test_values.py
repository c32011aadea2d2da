"""Order numbers, cart tokens, working days, totals."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from marketplace.ordering import values
from marketplace.ordering.values import Totals
from tests.builders import usd

FRIDAY = datetime(2026, 7, 3, 15, 30, tzinfo=UTC)


def test_an_order_number_is_eight_letters_that_are_not_mistaken_for_each_other():
    number = values.new_order_number()

    assert len(number) == 9
    assert number[4] == "-"
    assert set(number.replace("-", "")) <= set(values.NUMBER_LETTERS)


def test_order_numbers_do_not_repeat():
    assert len({values.new_order_number() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("written", ["7F3K-9Q20", "7f3k9q20", " 7f3k 9q2o ", "7F3K-9Q2O"])
def test_an_order_number_is_understood_however_it_is_written(written):
    assert values.order_number(written) == "7F3K-9Q20"


def test_a_cart_token_has_128_bits():
    token = values.new_cart_token()

    assert values.is_cart_token(token)
    assert len(token) * 6 >= 128


@pytest.mark.parametrize("text", ["", "short", "x" * 23, "x" * 21 + "$", "ü" * 22, "x" * 21 + "\n"])
def test_other_texts_are_no_cart_token(text):
    assert not values.is_cart_token(text)


@pytest.mark.parametrize(("days", "day"), [(0, 3), (1, 6), (5, 10), (6, 13)])
def test_working_days_leave_out_the_weekend(days, day):
    assert values.business_days_after(FRIDAY, days) == FRIDAY.replace(day=day)


@pytest.mark.parametrize("days", [0, 1])
def test_what_is_paid_on_a_saturday_leaves_on_monday(days):
    saturday = FRIDAY.replace(day=4)

    assert values.business_days_after(saturday, days) == FRIDAY.replace(day=6)


def test_totals_are_the_sum_of_lines_and_shipping():
    totals = Totals.of([usd(1999), usd(1)], usd(495))

    assert totals == Totals(items=usd(2000), shipping=usd(495), total=usd(2495))


def test_nobody_is_no_owner_of_a_cart():
    assert not values.CartOwner()

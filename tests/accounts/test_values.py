from __future__ import annotations

import pytest

from marketplace.accounts.values import ShippingTerms
from marketplace.shared.errors import Invalid
from marketplace.shared.values import Money
from tests.builders import usd


def test_shipping_costs_its_price_below_the_free_limit_and_nothing_from_there():
    terms = ShippingTerms(price=usd(490), free_over=usd(5000), handling_days=2)

    assert terms.quote(usd(4999)) == usd(490)
    assert terms.quote(usd(5000)) == usd(0)


def test_shipping_without_a_free_limit_always_costs_its_price():
    assert ShippingTerms(price=usd(490), handling_days=2).quote(usd(10**9)) == usd(490)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"price": usd(-1)}, "shipping_price"),
        ({"free_over": Money(5, "EUR")}, "free_over"),
        ({"free_over": usd(-5)}, "free_over"),
        ({"free_over": usd(0)}, "free_over"),
        ({"handling_days": -1}, "handling_days"),
        ({"handling_days": 31}, "handling_days"),
    ],
)
def test_wrong_shipping_terms_name_their_field(parts, field):
    with pytest.raises(Invalid) as refusal:
        ShippingTerms(**{"price": usd(0), "handling_days": 2} | parts)

    assert refusal.value.field == field

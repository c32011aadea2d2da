"""The people who buy during the restore drill: whatever a shop asks at checkout, they answer."""

from __future__ import annotations

from benchmarks import buyers
from marketplace.accounts import services as accounts
from marketplace.ordering.documents import Order
from tests.builders import a_shop, goods, usd


def test_they_buy_of_a_shop_that_sends_in_several_ways(app):
    shop = a_shop()
    ways = [{"name": name, "first": usd(price), "additional": usd(0)} for name, price in _WAYS.items()]
    accounts.edit_shipping_profile(
        owner_id=shop.owner_id,
        slug=shop.slug,
        profile_id=shop.pk,
        name="Parcels",
        handling_days=2,
        zones=[{"name": "Everywhere", "countries": (), "methods": ways}],
    )

    buyers._buy(goods(accounts.get_shop(shop.pk)))

    assert Order.objects.get().shipping.name in _WAYS


_WAYS = {"Standard": 500, "Express": 1500}

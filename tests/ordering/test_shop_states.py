"""What a shop's state means for carts and orders."""

from __future__ import annotations

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.errors import OpenObligations, ShopNotActive
from marketplace.accounts.values import Role, ShopStatus
from marketplace.catalog.documents import Product
from marketplace.catalog.repositories import stock
from marketplace.ordering import services
from marketplace.ordering.errors import CartChanged, NotPurchasable
from marketplace.ordering.repositories import carts, orders
from marketplace.ordering.values import Actor, CartStatus, OrderStatus
from tests.builders import a_cart, a_placed_order, a_shop, a_user, checked_out, goods

pytestmark = pytest.mark.usefixtures("app")


def suspend(shop):
    moderator = a_user(roles=(Role.MODERATOR,))
    return accounts.suspend_shop(moderator_id=moderator.id, slug=shop.slug, reason="Look at this.")


def forget_to_hide(shop):
    """Leave the listings as if they had not followed their shop yet."""
    Product.objects(shop_id=shop.pk).update(set__shop_visible=True, set__visible=True)


def test_nothing_of_a_suspended_shop_goes_into_a_cart_even_before_its_listings_are_hidden():
    shop = a_shop()
    variant = goods(shop)
    suspend(shop)
    forget_to_hide(shop)

    with pytest.raises(NotPurchasable):
        a_cart(variant)


@pytest.mark.parametrize("point", ["checkout.taken", "checkout.held"])
@pytest.mark.parametrize("end", ["suspended", "closed"])
def test_nothing_is_bought_of_a_shop_that_ends_while_somebody_checks_out(monkeypatch, point, end):
    shop = a_shop()
    variant = goods(shop, stock=5)
    cart = a_cart(variant)

    def end_there(name):
        if name == point and end == "suspended":
            suspend(shop)
        elif name == point:
            accounts.close_shop(owner_id=shop.owner_id, slug=shop.slug)

    monkeypatch.setattr("marketplace.ordering.services.checkout.crash_point", end_there)

    with pytest.raises(CartChanged) as refusal:
        checked_out(cart)

    assert [one["code"] for one in refusal.value.details["problems"]] == ["shop_not_selling"]
    assert stock.find(variant).available == 5
    assert carts.live(cart).status is CartStatus.OPEN


def test_nothing_of_a_suspended_shop_is_bought_even_before_its_listings_are_hidden():
    shop = a_shop()
    cart = a_cart(goods(shop))
    total, cart_id = services.priced_cart(cart).total, services.priced_cart(cart).cart.id
    suspend(shop)
    forget_to_hide(shop)

    with pytest.raises(CartChanged) as refusal:
        checked_out(cart, expected_total=total, cart_id=cart_id)

    assert [one["code"] for one in refusal.value.details["problems"]] == ["shop_not_selling"]


def test_a_suspended_shop_still_sends_what_was_ordered():
    shop = a_shop()
    order = a_placed_order(goods(shop))
    suspend(shop)

    shipped = services.move_order(number=order.number, name="ship", actor=Actor.SELLER)

    assert shipped.status is OrderStatus.SHIPPED


def test_a_shop_that_may_not_work_on_orders_takes_no_step():
    shop = a_shop()
    order = a_placed_order(goods(shop))
    accounts.get_shop(shop.id)._get_collection().update_one({"_id": shop.pk}, {"$set": {"status": "closed"}})

    with pytest.raises(ShopNotActive):
        services.move_order(number=order.number, name="start", actor=Actor.SELLER)


def test_the_buyer_keeps_taking_steps_whatever_the_state_of_the_shop():
    shop = a_shop()
    order = a_placed_order(goods(shop))
    suspend(shop)
    services.move_order(number=order.number, name="ship", actor=Actor.SELLER)

    moved = services.move_order(number=order.number, name="confirm_received", actor=Actor.BUYER)

    assert moved.status is OrderStatus.DELIVERED


def test_a_shop_is_not_closed_while_somebody_waits_for_an_order():
    shop = a_shop(slug="kiln")
    waiting, paid = checked_out(a_cart(goods(shop))), a_placed_order(goods(shop))

    with pytest.raises(OpenObligations) as refusal:
        accounts.close_shop(owner_id=shop.owner_id, slug="kiln")

    listed = {one["path"] for one in refusal.value.details["obligations"]}
    assert listed == {"", f"/sell/kiln/orders/{paid.number}"}
    assert len(waiting.purchase.order_ids) == 1


def test_a_shop_is_closed_once_everything_has_arrived():
    shop = a_shop()
    order = a_placed_order(goods(shop))
    services.move_order(number=order.number, name="ship", actor=Actor.SELLER)
    services.move_order(number=order.number, name="confirm_received", actor=Actor.BUYER)

    closed = accounts.close_shop(owner_id=shop.owner_id, slug=shop.slug)

    assert closed.status is ShopStatus.CLOSED
    assert orders.numbered(order.number).status is OrderStatus.DELIVERED


def test_the_numbers_of_orders_are_told_to_those_who_look_after_the_marketplace(person):
    ada, _ = person()
    shop = a_shop()
    a_placed_order(goods(shop))

    assert ("Orders", 1) in accounts.counts_of("shop", shop.pk)
    assert ("Orders", 0) in accounts.counts_of("user", ada.id)

"""Filling a cart and reading it at today's prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bson import ObjectId
from mongoengine.errors import ValidationError

from marketplace.accounts import services as accounts
from marketplace.accounts.documents import Shop
from marketplace.accounts.values import ShippingTerms
from marketplace.catalog import services as catalog
from marketplace.catalog.documents import Product, Stock
from marketplace.ordering import services
from marketplace.ordering.documents import Cart, CartItem
from marketplace.ordering.errors import (
    CartItemNotFound,
    CheckoutInProgress,
    CurrencyMismatch,
    NotPurchasable,
    OwnProduct,
    QuantityLimit,
)
from marketplace.ordering.repositories import carts
from marketplace.ordering.values import CartOwner, CartStatus, new_cart_token
from marketplace.shared.clock import at, now
from marketplace.shared.values import Money
from tests.builders import a_cart, a_shop, a_user, goods, usd


def _line(owner):
    return services.priced_cart(owner).lines[0]


def _problems(owner):
    return [problem.code for _, problem in services.priced_cart(owner).problems]


def _pause(variant_id):
    offer = catalog.offers([variant_id])[variant_id]
    catalog.change_status(shop_id=offer.shop_id, product_id=offer.product_id, step="pause")


def _reprice(variant_id, price):
    Product.objects(variants__id=variant_id).update(set__variants__S__price=usd(price))


def test_a_visitor_gathers_pieces_of_two_shops(app):
    mug = goods(a_shop(name="Kiln", shipping=ShippingTerms(price=usd(495), handling_days=2)), price=1000)
    bowl = goods(a_shop(name="Forge"), price=2500)

    owner = a_cart(mug, bowl, quantity=2)

    cart = services.priced_cart(owner)
    assert [group.shop.name for group in cart.groups] == ["Kiln", "Forge"]
    assert (cart.subtotal, cart.shipping, cart.total) == (usd(7000), usd(495), usd(7495))
    assert cart.ready


def test_adding_the_same_variant_adds_up_on_one_line(app):
    mug = goods()
    owner = a_cart(mug, quantity=2)

    services.add_item(owner, variant_id=mug, quantity=3)

    assert [line.item.quantity for line in services.priced_cart(owner).lines] == [5]


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_a_quantity_is_between_one_and_ninety_nine(app, quantity):
    with pytest.raises(QuantityLimit) as refusal:
        services.add_item(CartOwner(token=new_cart_token()), variant_id=goods(), quantity=quantity)

    assert refusal.value.field == "quantity"


def test_a_line_takes_ninety_nine_pieces_at_most(app):
    mug = goods(stock=None)
    owner = a_cart(mug, quantity=98)

    with pytest.raises(QuantityLimit, match="98 are in your cart"):
        services.add_item(owner, variant_id=mug, quantity=2)


def test_a_cart_takes_a_hundred_lines_at_most():
    cart = Cart(items=[_item(ObjectId()) for _ in range(100)], currency="USD")

    with pytest.raises(QuantityLimit):
        cart.put(_item(ObjectId()))


def _item(variant_id, quantity=1, price=None):
    return CartItem(
        product_id=ObjectId(),
        variant_id=variant_id,
        shop_id=ObjectId(),
        quantity=quantity,
        seen_price=price or usd(100),
    )


def test_a_cart_holds_one_currency():
    cart = Cart(items=[_item(ObjectId())], currency="USD")

    with pytest.raises(CurrencyMismatch):
        cart.put(_item(ObjectId(), price=Money(100, "EUR")))


def test_nobody_buys_from_their_own_shop(app):
    seller = a_user()
    mug = goods(a_shop(owner=seller))

    with pytest.raises(OwnProduct):
        services.add_item(CartOwner(user_id=seller.id), variant_id=mug)


def test_what_does_not_exist_cannot_be_bought(app):
    with pytest.raises(NotPurchasable) as refusal:
        services.add_item(CartOwner(token=new_cart_token()), variant_id=ObjectId())

    assert (refusal.value.field, refusal.value.details) == ("variant_id", {"reason": "product_unavailable"})


def test_what_is_paused_cannot_be_bought(app):
    mug = goods()
    _pause(mug)

    with pytest.raises(NotPurchasable):
        a_cart(mug)


def test_what_is_sold_out_cannot_be_bought(app):
    with pytest.raises(NotPurchasable) as refusal:
        a_cart(goods(stock=0))

    assert refusal.value.details == {"reason": "sold_out"}


def test_a_line_can_be_changed(app):
    owner = a_cart(goods())

    services.change_quantity(owner, item_id=_line(owner).item.id, quantity=7)

    assert _line(owner).item.quantity == 7


def test_a_quantity_of_nothing_takes_a_line_out(app):
    owner = a_cart(goods())

    services.remove_item(owner, item_id=_line(owner).item.id)

    assert services.priced_cart(owner).lines == []


def test_a_line_of_somebody_elses_cart_is_not_found(app):
    hers, his = a_cart(goods()), a_cart(goods())

    with pytest.raises(CartItemNotFound):
        services.change_quantity(his, item_id=_line(hers).item.id, quantity=2)


def test_a_line_is_not_found_without_a_cart(app):
    with pytest.raises(CartItemNotFound):
        services.change_quantity(CartOwner(token=new_cart_token()), item_id=ObjectId(), quantity=2)


def test_a_cart_can_be_emptied(app):
    owner = a_cart(goods(), goods())

    services.empty_cart(owner)

    assert services.priced_cart(owner).pieces == 0


def test_emptying_no_cart_makes_none(app):
    owner = CartOwner(token=new_cart_token())

    services.empty_cart(owner)

    assert carts.live(owner) is None


def test_reading_no_cart_makes_none(app):
    cart = services.priced_cart(CartOwner(token=new_cart_token()))

    assert (cart.cart, cart.total, cart.ready) == (None, usd(0), False)


def test_a_changed_price_is_told_and_counts(app):
    mug = goods(price=1000)
    owner = a_cart(mug)
    _reprice(mug, 1200)

    cart = services.priced_cart(owner)

    assert cart.problems[0][1].message == "The price changed from $10.00 to $12.00."
    assert cart.total == usd(1200)
    assert cart.ready


def test_a_changed_price_is_agreed_to_by_saving_the_line(app):
    mug = goods(price=1000)
    owner = a_cart(mug)
    _reprice(mug, 1200)

    services.change_quantity(owner, item_id=_line(owner).item.id, quantity=1)

    assert _problems(owner) == []


def test_a_line_with_more_pieces_than_are_left_offers_those(app):
    mug = goods(stock=5)
    owner = a_cart(mug, quantity=5)
    catalog.stock.hold(mug, ref="other", quantity=2, until=now() + timedelta(minutes=5))

    _, problem = services.priced_cart(owner).problems[0]

    assert (problem.message, problem.fix, problem.quantity) == ("Only 3 left.", "Take 3", 3)
    assert not services.priced_cart(owner).ready


def test_a_line_that_is_sold_out_does_not_count(app):
    mug = goods(stock=1)
    owner = a_cart(mug)
    catalog.stock.hold(mug, ref="other", quantity=1, until=now() + timedelta(minutes=5))

    cart = services.priced_cart(owner)

    assert (cart.total, cart.ready) == (usd(0), False)


def test_a_line_that_is_no_longer_sold_says_so(app):
    mug = goods()
    owner = a_cart(mug)
    _pause(mug)

    assert _problems(owner) == ["product_unavailable"]


def test_a_line_whose_variant_is_gone_says_so(app):
    mug = goods()
    owner = a_cart(mug)
    Stock.objects(pk=mug).delete()

    assert _line(owner).title == "A product that is no longer here"
    assert _problems(owner) == ["product_unavailable"]


def test_no_shipping_is_charged_for_what_cannot_be_bought(app):
    mug = goods(a_shop(shipping=ShippingTerms(price=usd(495), handling_days=2)))
    owner = a_cart(mug)
    _pause(mug)

    assert services.priced_cart(owner).shipping == usd(0)


def test_shipping_is_free_from_the_shops_limit(app):
    terms = ShippingTerms(price=usd(495), handling_days=2, free_over=usd(2000))
    owner = a_cart(goods(a_shop(shipping=terms), price=1000), quantity=2)

    assert services.priced_cart(owner).shipping == usd(0)


def test_a_shop_that_does_not_sell_any_more_is_told(app):
    shop = a_shop()
    owner = a_cart(goods(shop))
    Shop.objects(pk=shop.id).update(set__status="rejected")

    assert _problems(owner) == ["shop_not_selling"]


def test_a_variant_has_one_line(app):
    variant = ObjectId()
    cart = Cart(items=[_item(variant), _item(variant)], currency="USD", expires_at=now())

    with pytest.raises(ValidationError, match="twice"):
        carts.add(cart)


# Joining carts at sign-in


def test_a_visitors_cart_becomes_the_members(app):
    visitor, member = a_cart(goods(), quantity=2), CartOwner(user_id=a_user().id)

    services.merge_carts(token=visitor.token, user_id=member.user_id)

    assert services.priced_cart(member).pieces == 2
    assert services.priced_cart(visitor).pieces == 0


def test_joining_keeps_the_larger_quantity_of_each_variant(app):
    mug, bowl = goods(), goods()
    member = a_cart(mug, owner=CartOwner(user_id=a_user().id), quantity=5)
    visitor = a_cart(mug, bowl, quantity=2)

    services.merge_carts(token=visitor.token, user_id=member.user_id)

    held = {line.item.variant_id: line.item.quantity for line in services.priced_cart(member).lines}
    assert held == {mug: 5, bowl: 2}


def test_joining_twice_changes_nothing_more(app):
    visitor, member = a_cart(goods(), quantity=2), CartOwner(user_id=a_user().id)
    services.merge_carts(token=visitor.token, user_id=member.user_id)

    again = services.merge_carts(token=visitor.token, user_id=member.user_id)

    assert not again
    assert services.priced_cart(member).pieces == 2


def test_joining_leaves_out_what_exceeds_a_hundred_lines():
    cart = Cart(items=[_item(ObjectId()) for _ in range(99)], currency="USD")

    cart.take_in([_item(ObjectId()), _item(ObjectId())])

    assert len(cart.items) == 100


def test_joining_leaves_out_another_currency():
    cart = Cart(items=[_item(ObjectId())], currency="USD")

    cart.take_in([_item(ObjectId(), price=Money(100, "EUR"))])

    assert len(cart.items) == 1


# A cart that is being checked out


def test_a_cart_that_is_being_checked_out_cannot_be_changed(app):
    owner = a_cart(goods())
    carts.begin_checkout(carts.live(owner), now())

    with pytest.raises(CheckoutInProgress):
        services.add_item(owner, variant_id=goods())


def test_a_cart_whose_checkout_died_is_open_again_after_five_minutes(app):
    owner = a_cart(goods())
    carts.begin_checkout(carts.live(owner), now())

    with at(now() + timedelta(minutes=6)):
        services.priced_cart(owner)

    assert carts.live(owner).status is CartStatus.OPEN


def test_a_cart_that_changed_since_it_was_read_is_not_taken_for_checkout(app):
    owner = a_cart(goods())
    stale = carts.live(owner)
    services.add_item(owner, variant_id=goods())

    assert not carts.begin_checkout(stale, now())


def test_a_variant_that_became_another_shops_is_no_longer_sold(app):
    mug = goods(title="Mug")
    owner = a_cart(mug)
    offer = catalog.offers([mug])[mug]
    stranger = replace(offer, shop_id=ObjectId(), product_id=ObjectId(), price=usd(1))

    view = services.price_cart(
        carts.live(owner), {mug: stranger}, accounts.find_shops([offer.shop_id]), buyer_id=None
    )

    assert [problem.code for _, problem in view.problems] == ["product_unavailable"]
    assert view.total == usd(0)

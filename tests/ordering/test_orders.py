"""Moving orders along: by their buyer, by their shop, and by nobody else."""

from __future__ import annotations

import pytest
from mongoengine.errors import ValidationError

from marketplace.catalog import services as catalog
from marketplace.ordering import services
from marketplace.ordering.errors import InvalidTransition, NotYourRole, OrderNotFound
from marketplace.ordering.repositories import orders
from marketplace.ordering.values import Actor, LinePieces, Shipment, Totals
from tests.builders import a_cart, a_placed_order, a_shop, checked_out, goods, seen, usd


def _level(variant_id):
    return catalog.stock.levels([variant_id])[variant_id]


def _move(order, name, actor, **parts):
    return services.move_order(number=order.number, name=name, actor=actor, **parts)


def test_an_order_goes_all_the_way(app):
    order = a_placed_order()

    for name, actor in [
        ("start", Actor.SELLER),
        ("ship", Actor.SELLER),
        ("confirm_received", Actor.BUYER),
        ("complete", Actor.BUYER),
    ]:
        order = _move(order, name, actor)

    assert order.status == "completed"
    assert [event.name for event in order.events][-4:] == ["start", "ship", "confirm_received", "complete"]


def test_shipping_takes_the_pieces_off_the_shelf(app):
    mug = goods(stock=10)

    _move(a_placed_order(mug, quantity=3), "ship", Actor.SELLER)

    assert (_level(mug).on_hand, _level(mug).allocated, _level(mug).available) == (7, 0, 7)


def test_shipping_tells_carrier_and_tracking_number(app):
    order = _move(a_placed_order(), "ship", Actor.SELLER, carrier="DHL", tracking="JD01")

    stored = orders.get(order.id)
    (parcel,) = stored.shipments
    everything = tuple(LinePieces(item.id, item.quantity) for item in stored.items)
    assert parcel == Shipment(parcel.shipped_at, carrier="DHL", tracking="JD01", lines=everything)


def test_an_order_is_shipped_once(app):
    order = _move(a_placed_order(), "ship", Actor.SELLER)

    with pytest.raises(InvalidTransition):
        _move(order, "ship", Actor.SELLER)


@pytest.mark.parametrize(("name", "actor"), [("ship", Actor.BUYER), ("confirm_received", Actor.SELLER)])
def test_the_other_sides_steps_are_refused(app, name, actor):
    order = a_placed_order()

    with pytest.raises(NotYourRole):
        _move(order, name, actor)


def test_cancelling_before_paying_calls_off_the_whole_purchase(app):
    mug, bowl = goods(stock=10), goods(stock=10)
    done = checked_out(a_cart(mug, bowl))
    first = seen(done).orders[0]

    _move(first, "cancel", Actor.BUYER)

    view = seen(done)
    assert (view.status, view.payment.status, view.payable) == ("cancelled", "void", False)
    assert (_level(mug).available, _level(bowl).available) == (10, 10)


def test_an_order_that_the_shop_packs_is_not_cancelled_by_its_buyer(app):
    order = _move(a_placed_order(), "start", Actor.SELLER)

    with pytest.raises(InvalidTransition):
        _move(order, "cancel", Actor.BUYER)


def test_the_shop_does_not_cancel_for_the_buyer(app):
    order = seen(checked_out(a_cart(goods()))).orders[0]

    with pytest.raises(NotYourRole):
        _move(order, "cancel", Actor.SELLER)


def test_a_shop_does_not_see_another_shops_order(app):
    order = a_placed_order()

    with pytest.raises(OrderNotFound):
        services.shop_order(a_shop().id, order.number)


def test_a_shop_does_not_see_what_is_not_paid(app):
    order = seen(checked_out(a_cart(goods()))).orders[0]

    with pytest.raises(OrderNotFound):
        services.shop_order(order.shop_id, order.number)


def test_an_order_is_found_by_its_number_in_small_letters(app):
    order = a_placed_order()

    assert services.shop_order(order.shop_id, order.number.lower().replace("-", "")).id == order.id


def test_the_totals_of_an_order_must_add_up(app):
    order = a_placed_order()
    order.totals = Totals(items=usd(1), shipping=usd(1), total=usd(3))

    with pytest.raises(ValidationError, match="not the sum"):
        orders.save(order)


def test_a_list_of_orders_has_no_gap_between_its_pages(app):
    shop = a_shop()
    placed = [a_placed_order(goods(shop)).number for _ in range(5)]

    found, position = [], None
    while True:
        page = orders.of_shop(shop.id, ["placed"], at=position, limit=2)
        found += [order.number for order in page]
        position = page.next
        if position is None:
            break

    assert found == placed[::-1]

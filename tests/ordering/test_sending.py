"""Parcels in parts, what is called off, and what the stock and reviews make of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.catalog import services as catalog
from marketplace.ordering import services
from marketplace.ordering.errors import AlreadyShipped, InvalidTransition, LineNotFound, ReasonRequired
from marketplace.ordering.repositories import orders, refunds
from marketplace.ordering.values import Actor, Allocation, CartOwner, LinePieces
from marketplace.shared.chance import new_id
from marketplace.shared.checks import invariants
from marketplace.shared.errors import VersionConflict
from tests.builders import a_delivered_order, a_placed_order, a_shop, a_user, goods, usd


def _level(variant_id):
    found = catalog.stock.levels([variant_id])[variant_id]
    return found.on_hand, found.allocated, found.available


def _ship(order, *pieces, **parts):
    """Send so many pieces of each line, in their order."""
    lines = [LinePieces(item.id, n) for item, n in zip(order.items, pieces, strict=False) if n]
    return _move(order, "ship", lines=lines, **parts)


def _move(order, name, actor=Actor.SELLER, **parts):
    return services.move_order(number=order.number, name=name, actor=actor, **parts)


def _an_order(quantity=3):
    """An order of so many mugs and bowls of one shop, and both variants."""
    shop = a_shop()
    mug, bowl = goods(shop, stock=10, price=1000), goods(shop, stock=10, price=700)
    return a_placed_order(mug, bowl, quantity=quantity), mug, bowl


def test_a_part_that_leaves_keeps_the_order_in_the_shop(app):
    order, mug, bowl = _an_order()

    order = _ship(order, 2, 0, carrier="DHL", tracking="1")

    assert (order.status, order.fulfilment) == ("processing", "partial")
    assert [(one.carrier, one.tracking) for one in order.shipments] == [("DHL", "1")]
    assert (_level(mug), _level(bowl)) == ((8, 1, 7), (10, 3, 7))


def test_an_order_is_shipped_once_its_last_piece_left(app):
    order, mug, bowl = _an_order()

    for pieces in [(1, 1), (2, 0), (0, 2)]:
        order = _ship(order, *pieces)

    assert (order.status, order.fulfilment, len(order.shipments)) == ("shipped", "full", 3)
    assert (_level(mug), _level(bowl)) == ((7, 0, 7), (7, 0, 7))


def test_no_more_leaves_than_was_bought(app):
    order = _ship(_an_order()[0], 2, 0)

    with pytest.raises(AlreadyShipped, match=r"Only 1 of Stoneware mug can be sent still\."):
        _ship(order, 2, 0)


def test_a_line_of_another_order_is_not_sent(app):
    with pytest.raises(LineNotFound):
        _move(a_placed_order(), "ship", lines=[LinePieces(new_id(), 1)])


def test_a_parcel_that_is_sent_twice_by_one_form_leaves_once(app):
    order, mug, _ = _an_order()
    seen = order.version

    _ship(order, 1, 0, version=seen)

    with pytest.raises(VersionConflict):
        _ship(order, 1, 0, version=seen)
    assert _level(mug)[0] == 9


def test_what_cannot_be_sent_is_called_off_and_its_price_goes_back(app):
    order, mug, bowl = _an_order()
    order = _ship(order, 3, 1)

    order = _move(order, "cancel_rest", reason="The bowls broke.")

    (refund,) = refunds.of_order(order.id)
    assert order.status == "shipped"
    assert [(item.shipped, item.cancelled) for item in order.items] == [(3, 0), (1, 2)]
    assert (refund.amount.amount, refund.initiator, refund.reason) == (1400, "seller", "The bowls broke.")
    assert order.payment_status == "partially_refunded"
    assert (_level(mug), _level(bowl)) == ((7, 0, 7), (9, 0, 9))


def test_a_part_of_what_is_left_can_be_called_off_and_the_rest_sent(app):
    order, _, bowl = _an_order()
    order = _ship(order, 3, 1)

    order = _move(order, "cancel_rest", lines=[LinePieces(order.items[1].id, 1)], reason="One broke.")
    assert order.status == "processing"
    order = _move(order, "cancel_rest", lines=[LinePieces(order.items[1].id, 1)], reason="The other too.")

    assert order.status == "shipped"
    assert [one.amount.amount for one in refunds.of_order(order.id)] == [700, 700]
    assert _level(bowl) == (9, 0, 9)


def test_nothing_is_called_off_in_part_before_something_left(app):
    order = _move(_an_order()[0], "start")

    with pytest.raises(InvalidTransition):
        _move(order, "cancel_rest", reason="It broke.")


def test_an_order_that_left_in_part_is_not_declined(app):
    order = _ship(_an_order()[0], 1, 0)

    with pytest.raises(AlreadyShipped):
        _move(order, "decline", reason="It broke.")


def test_declining_needs_a_reason(app):
    with pytest.raises(ReasonRequired):
        _move(a_placed_order(), "decline")


@pytest.mark.parametrize(("name", "actor"), [("decline", Actor.SELLER), ("cancel", Actor.BUYER)])
def test_an_order_that_is_called_off_gives_everything_back(app, name, actor):
    order, mug, bowl = _an_order()

    order = _move(order, name, actor, reason="It broke.")

    (refund,) = refunds.of_order(order.id)
    assert (order.status, order.payment_status, order.timer) == ("cancelled", "refunded", None)
    assert (refund.amount, refund.initiator) == (order.totals.total, actor)
    assert (_level(mug), _level(bowl)) == ((10, 0, 10), (10, 0, 10))
    assert order.events[-1].detail == "It broke."


def test_a_paid_order_is_called_off_alone(app):
    first, second = a_shop(), a_shop()
    order = a_placed_order(goods(first), goods(second))

    _move(order, "cancel", Actor.BUYER)

    assert [one.status for one in orders.of_purchase(order.purchase_id)] == ["cancelled", "placed"]


def test_a_shop_still_sees_an_order_that_was_called_off(app):
    order = _move(a_placed_order(), "decline", reason="It broke.")

    assert services.shop_order(order.shop_id, order.number).id == order.id


def test_an_order_that_costs_nothing_is_called_off_without_a_refund(app):
    order = _move(a_placed_order(goods(price=0)), "decline", reason="It broke.")

    assert (order.status, refunds.of_order(order.id)) == ("cancelled", [])


def _rights(order):
    return catalog.reviews.reviewable([item.id for item in order.items])


def test_only_what_arrived_may_be_reviewed(app):
    buyer = CartOwner(user_id=a_user().id)
    shop = a_shop()
    order = a_placed_order(goods(shop), goods(shop), owner=buyer)
    order = _ship(order, 1, 0)
    order = _move(order, "cancel_rest", reason="The bowl broke.")

    order = _move(order, "confirm_received", Actor.BUYER)

    rights = _rights(order)
    assert rights[order.items[0].id].may_write
    assert order.items[1].id not in rights or not rights[order.items[1].id].may_write


def test_a_line_that_was_refunded_in_full_may_not_be_reviewed_any_more(app):
    shop = a_shop()
    order = a_delivered_order(goods(shop), goods(shop), owner=CartOwner(user_id=a_user().id))
    first, second = order.items

    for amount in [400, 600]:
        services.give_back(
            number=order.number,
            version=None,
            reason="It broke.",
            lines=[Allocation(usd(amount), first.id)],
        )

    rights = _rights(order)
    assert rights[second.id].may_write
    assert first.id not in rights or not rights[first.id].may_write


@pytest.mark.real
def test_a_parcel_that_is_sent_by_many_at_once_leaves_once(app):
    order, mug, _ = _an_order()

    def send(_):
        with app.app_context():
            try:
                return bool(_ship(order, 3, 3))
            except (AlreadyShipped, InvalidTransition, VersionConflict):
                return False

    with ThreadPoolExecutor(4) as crowd:
        sent = sum(crowd.map(send, range(4)))

    assert (sent, _level(mug)) == (1, (7, 0, 7))


@pytest.mark.real
def test_pieces_and_money_of_orders_that_went_every_way_add_up(app):
    order, _, _ = _an_order()
    order = _ship(order, 2, 1)
    order = _move(order, "cancel_rest", reason="The rest broke.")
    services.give_back(number=order.number, version=None, reason="Sorry.", amount=order.refundable)
    _move(a_placed_order(), "decline", reason="It broke.")
    a_placed_order()

    assert [finding for one in invariants() for finding in one.find()] == []

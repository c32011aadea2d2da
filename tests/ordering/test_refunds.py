"""Money that goes back: how much, for what, once, and what becomes of it when the provider fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from marketplace.accounts.errors import NotYourRole
from marketplace.accounts.values import Role, ShippingTerms
from marketplace.ordering import services
from marketplace.ordering.documents import Refund
from marketplace.ordering.errors import NotRefundable, RefundExceeds
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import orders, payments, refunds
from marketplace.ordering.services.refunds import everything, of_amount, of_pieces
from marketplace.ordering.values import Actor, Allocation, LinePieces
from marketplace.shared import connections
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid, VersionConflict
from marketplace.shared.outbox import Delivery, registry
from marketplace.shared.values import Money
from tests.builders import a_placed_order, a_shop, a_user, goods, usd


def _an_order():
    """A paid order of $3.33 and $6.66, sent for $5.01: $15.00 in all."""
    shop = a_shop(shipping=ShippingTerms(price=usd(501), handling_days=2))
    return a_placed_order(goods(shop, price=333), goods(shop, price=666))


def _give(order, **parts):
    return services.give_back(
        number=order.number, **{"version": None, "reason": "Sorry for the scratch."} | parts
    )


def _amounts(allocations):
    return [part.amount.amount for part in allocations]


def test_an_amount_is_spread_over_lines_and_shipping_by_the_largest_remainder(app):
    order = _an_order()

    assert _amounts(of_amount(order, usd(100))) == [22, 45, 33]
    assert _amounts(of_amount(order, usd(1))) == [1]
    assert _amounts(everything(order)) == [333, 666, 501]


@pytest.mark.parametrize("amount", [1, 2, 7, 499, 1167, 1168])
def test_the_parts_of_a_refund_sum_to_it_and_none_is_more_than_is_left(app, amount):
    order = _an_order()
    _give(order, lines=[Allocation(usd(332), order.items[0].id)])
    order = orders.get(order.id)

    parts = of_amount(order, usd(amount))

    left = {item.id: item.unrefunded for item in order.items} | {None: order.unrefunded_shipping}
    assert sum(_amounts(parts)) == amount
    assert all(part.amount <= left[part.item_id] for part in parts)


def test_a_refund_in_pieces_ends_at_what_was_paid(app):
    order = _an_order()

    for amount in [500, 499, 501]:
        _give(order, amount=usd(amount))

    order = orders.get(order.id)
    assert (order.refundable, order.payment_status) == (usd(0), "refunded")
    with pytest.raises(RefundExceeds):
        _give(order, amount=usd(1))


def test_a_shop_gives_back_parts_of_lines_and_of_the_shipping(app):
    order = _an_order()

    refund = _give(order, lines=[Allocation(usd(33), order.items[0].id)], shipping=usd(1))

    order = orders.get(order.id)
    assert (refund.amount, refund.initiator) == (usd(34), Actor.SELLER)
    assert (order.items[0].refunded, order.items[1].refunded) == (usd(33), None)
    assert (order.shipping_refunded, order.status) == (usd(1), "placed")
    assert order.events[-1].detail == "Sorry for the scratch."


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        ({}, Invalid),
        ({"amount": usd(0)}, Invalid),
        ({"amount": usd(1), "shipping": usd(1)}, Invalid),
        ({"amount": usd(1501)}, RefundExceeds),
        ({"shipping": usd(502)}, RefundExceeds),
        ({"shipping": usd(-1)}, RefundExceeds),
        ({"amount": Money(1, "EUR")}, Invalid),
        ({"shipping": Money(1, "EUR")}, Invalid),
        ({"amount": usd(1), "version": 0}, VersionConflict),
    ],
)
def test_what_cannot_be_given_back_is_refused_and_changes_nothing(app, parts, error):
    order = _an_order()

    with pytest.raises(error):
        _give(order, **parts)

    assert (orders.get(order.id).refunded, refunds.of_order(order.id)) == (usd(0), [])


def test_pieces_that_were_refunded_before_are_not_refunded_again(app):
    order = _an_order()
    _give(order, lines=[Allocation(usd(300), order.items[0].id)])

    parts = of_pieces(orders.get(order.id), [LinePieces(item.id, 1) for item in order.items])

    assert _amounts(parts) == [33, 666]


def test_what_was_given_back_is_not_given_back_again_when_the_order_is_cancelled(app):
    order = _an_order()
    _give(order, amount=usd(400))

    services.move_order(number=order.number, name="cancel", actor=Actor.BUYER)

    assert [refund.amount for refund in refunds.of_order(order.id)] == [usd(400), usd(1100)]


def test_an_order_without_a_payment_that_is_known_gives_nothing_back(app):
    order = _an_order()
    payments.all().delete()

    with pytest.raises(NotRefundable):
        _give(order, amount=usd(1))


def test_a_refund_whose_parts_are_not_its_amount_is_not_stored(app):
    refund = Refund(payment_id=_an_order().id, order_id=_an_order().id, initiator=Actor.SELLER)
    refund.amount, refund.allocations = usd(3), [Allocation(usd(2))]

    with pytest.raises(Exception, match="parts of a refund are not its amount"):
        refunds.add(refund)


# Sending it


def _failing(monkeypatch, *answers):
    """Let the provider answer so, one after the other; what it was asked is in the list."""
    asked, left = [], list(answers)

    def refund(payment, *, amount, key):
        asked.append((amount, key))
        answer = left.pop(0) if left else True
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(sandbox, "refund", refund)
    return asked


def _deliver():
    rows = connections.database()["outbox"]
    for row in rows.find({"topic": {"$regex": "^refund"}}):
        names = ("topic", "sequence", "payload", "told_at")
        told = Delivery(id=row["_id"], about=row["stream"], attempt=1, **{name: row[name] for name in names})
        registry.handlers[told.topic](told)


def test_a_refund_is_sent_under_its_own_key_once(app, monkeypatch):
    refund, asked = _give(_an_order(), amount=usd(400)), _failing(monkeypatch)

    _deliver()
    _deliver()

    assert asked == [(usd(400), str(refund.id))]
    assert refunds.get(refund.id).status == "sent"


@pytest.mark.parametrize(("answer", "why"), [(False, "has not sent it yet"), (OSError("no line"), "no line")])
def test_a_refund_that_the_provider_does_not_take_is_kept_with_the_reason(app, monkeypatch, answer, why):
    refund = _give(_an_order(), amount=usd(400))
    _failing(monkeypatch, answer)

    _deliver()

    failed = refunds.get(refund.id)
    assert (failed.status, failed.attempts) == ("failed", 1)
    assert why in failed.error
    assert orders.get(refund.order_id).refunded == usd(400)


def test_a_refund_that_failed_is_tried_again_after_a_while(app, monkeypatch):
    refund = _give(_an_order(), amount=usd(400))
    asked = _failing(monkeypatch, False)
    _deliver()

    assert services.send_open_refunds(now()) == 0
    assert services.send_open_refunds(now() + timedelta(minutes=11)) == 1

    assert [key for _, key in asked] == [str(refund.id)] * 2
    assert services.send_open_refunds(now() + timedelta(hours=1)) == 0


def test_a_moderator_tries_again_and_leaves_a_trace(app, monkeypatch):
    refund, moderator = _give(_an_order(), amount=usd(400)), a_user(roles=(Role.MODERATOR,))
    _failing(monkeypatch, False)
    _deliver()

    services.retry_refund(operator_id=moderator.id, refund_id=refund.id)

    entry = connections.database()["audit_log"].find_one({"action": "refund.retry"})
    assert refunds.get(refund.id).is_sent
    assert entry["subject"]["id"] == refund.id


def test_nobody_else_tries_again(app):
    refund = _give(_an_order(), amount=usd(400))

    with pytest.raises(NotYourRole):
        services.retry_refund(operator_id=a_user().id, refund_id=refund.id)


@pytest.mark.real
def test_refunds_at_once_never_give_back_more_than_was_paid(app):
    order = _an_order()

    def give(_):
        with app.app_context():
            try:
                return _give(order, amount=usd(1000)).amount.amount
            except (RefundExceeds, VersionConflict):
                return 0

    with ThreadPoolExecutor(4) as crowd:
        given = sum(crowd.map(give, range(4)))

    assert given == orders.get(order.id).refunded.amount == 1000


@pytest.mark.real
def test_a_refund_that_comes_to_nothing_leaves_the_order_as_it_was(app, monkeypatch):
    order = _an_order()
    monkeypatch.setattr(orders, "save", lambda order: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        _give(order, amount=usd(400))

    assert (
        refunds.of_order(order.id),
        connections.database()["outbox"].find_one({"topic": "refund.requested"}),
    ) == (
        [],
        None,
    )

"""What orders do by themselves, and what operators do when that fails or an order has to end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.accounts.errors import NotYourRole
from marketplace.accounts.values import Role, ShippingTerms
from marketplace.catalog import services as catalog
from marketplace.ordering import services
from marketplace.ordering.errors import InvalidTransition
from marketplace.ordering.repositories import orders, orders_in_process, refunds
from marketplace.ordering.services import order_timers
from marketplace.ordering.values import Actor, LinePieces
from marketplace.shared import clock, connections
from tests.builders import a_delivered_order, a_placed_order, a_shop, a_user, goods, usd

#: A Monday; what takes two days to pack leaves by Wednesday.
MOMENT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def _days(number):
    return MOMENT + timedelta(days=number)


@pytest.fixture
def order(app):
    with clock.at(MOMENT):
        shop = a_shop(shipping=ShippingTerms(price=usd(450), handling_days=2))
        return a_placed_order(goods(shop, stock=10), quantity=2)


def _ring(moment):
    with clock.at(moment):
        return services.ring_timers(moment)


def _now(order):
    return orders.get(order.id)


def _move(order, name, actor=Actor.SELLER, at=MOMENT, **parts):
    with clock.at(at):
        return services.move_order(number=order.number, name=name, actor=actor, **parts)


def test_a_shop_is_reminded_on_the_day_that_it_promised_and_not_before(order):
    assert _ring(_days(2) - timedelta(seconds=1)) == []
    assert _ring(_days(2)) == [order.id]

    reminded = _now(order)
    assert (reminded.status, reminded.timer.kind, reminded.timer.at) == ("placed", "auto_cancel", _days(9))
    assert reminded.events[-1].text == "The shop was reminded to send it."


def test_an_order_of_which_nothing_left_is_cancelled_and_refunded(order):
    for day in (2, 9):
        _ring(_days(day))

    cancelled = _now(order)
    level = catalog.stock.levels([order.items[0].variant_id])[order.items[0].variant_id]
    assert (cancelled.status, cancelled.payment_status, cancelled.timer) == ("cancelled", "refunded", None)
    assert [refund.initiator for refund in refunds.of_order(order.id)] == ["system"]
    assert (level.available, level.allocated) == (10, 0)


def test_ringing_again_changes_nothing(order):
    _ring(_days(2))
    before = _now(order).version

    assert _ring(_days(2)) == []
    assert _now(order).version == before


def test_who_is_reminded_late_has_two_days_still(order):
    _ring(_days(30))

    assert _now(order).timer.at == _days(32)


def test_an_order_that_left_in_part_is_not_cancelled(order):
    _move(order, "ship", lines=[LinePieces(order.items[0].id, 1)])

    _ring(_days(2))

    assert (_now(order).status, _now(order).timer) == ("processing", None)


def test_a_part_that_leaves_after_the_reminder_stops_the_cancelling(order):
    _ring(_days(2))

    _move(order, "ship", at=_days(3), lines=[LinePieces(order.items[0].id, 1)])

    assert _now(order).timer is None
    assert _ring(_days(30)) == []


def test_packing_does_not_give_more_time(order):
    _move(order, "start", at=_days(1))

    assert _now(order).timer.at == _days(2)


def test_what_nobody_missed_counts_as_delivered_and_is_completed(order):
    _move(order, "ship", at=_days(1))

    states = []
    for day in (13, 15, 29):
        _ring(_days(day))
        states.append((_now(order).status, _now(order).events[-1].name))

    assert states == [
        ("shipped", "remind_to_confirm"),
        ("delivered", "auto_delivered"),
        ("completed", "auto_complete"),
    ]


def test_the_periods_are_those_that_were_in_force_when_it_was_placed(app):
    app.config["ORDER_COMPLETE_DAYS"] = 3
    with clock.at(MOMENT):
        early = a_delivered_order()
    app.config["ORDER_COMPLETE_DAYS"] = 30

    assert _now(early).timer.at == _days(3)
    _ring(_days(3))
    assert _now(early).status == "completed"


def test_a_timer_that_fails_is_tried_later_and_keeps_no_other_from_ringing(order, monkeypatch, caplog):
    with clock.at(MOMENT):
        other = a_placed_order()
    real = order_timers._ring

    def ring(order_id, moment, **parts):
        if order_id == order.id:
            raise OSError("no line")
        return real(order_id, moment, **parts)

    monkeypatch.setattr(order_timers, "_ring", ring)

    rang = _ring(_days(2))

    failed = _now(order).timer
    assert rang == [other.id]
    assert (failed.failures, failed.error, failed.at) == (1, "no line", _days(2) + timedelta(minutes=5))
    assert [one.id for one in orders_in_process.failed(10)] == [order.id]


def _failed(order):
    orders_in_process.postpone(order.id, "remind_to_ship", _days(60), "no line")


def test_a_moderator_has_a_failed_timer_ring_at_once(order):
    _failed(order)
    moderator = a_user(roles=(Role.MODERATOR,))

    with clock.at(_days(3)):
        assert services.retry_timer(operator_id=moderator.id, number=order.number)

    assert (_now(order).timer.kind, _now(order).timer.error) == ("auto_cancel", "")
    assert connections.database()["audit_log"].count_documents({"action": "order.retry_timer"}) == 1


def test_a_timer_whose_time_has_not_come_does_not_ring_for_a_moderator(order):
    with clock.at(MOMENT):
        assert not services.retry_timer(operator_id=a_user(roles=(Role.MODERATOR,)).id, number=order.number)


def test_late_orders_are_found_longest_ago_first(order):
    with clock.at(_days(1)):
        later = a_placed_order()
        sent = a_placed_order()
    _move(sent, "ship")

    late = orders_in_process.late(("placed", "processing"), _days(20))

    assert [one.id for one in late] == [order.id, later.id]
    assert [one.id for one in orders_in_process.overdue(_days(20), 10)] == [order.id, later.id, sent.id]


# An operator


def _cancel(order, operator, **parts):
    return services.operator_cancel(operator_id=operator.id, number=order.number, **parts)


@pytest.mark.parametrize("steps", [[], ["start"], ["ship"], ["ship", "mark_delivered"]])
def test_a_moderator_cancels_whatever_left_and_all_the_money_goes_back(order, steps):
    moderator = a_user(roles=(Role.MODERATOR,))
    for name in steps:
        _move(order, name)

    cancelled = _cancel(order, moderator, reason="Others complained.")

    assert (cancelled.status, cancelled.refunded) == ("cancelled", order.totals.total)
    entry = connections.database()["audit_log"].find_one({"action": "order.cancel"})
    assert entry["subject"]["id"] == order.id
    assert entry["detail"]["reason"] == "Others complained."


def test_a_moderator_does_not_cancel_what_is_done(order):
    _move(order, "ship")
    _move(order, "confirm_received", Actor.BUYER)
    _move(order, "complete", Actor.BUYER)

    with pytest.raises(InvalidTransition):
        _cancel(order, a_user(roles=(Role.MODERATOR,)), reason="Others complained.")


def test_nobody_else_cancels_as_an_operator(order):
    with pytest.raises(NotYourRole):
        _cancel(order, a_user(roles=(Role.SUPPORT,)), reason="Others complained.")
    assert _now(order).status == "placed"

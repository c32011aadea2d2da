"""Orders that were stored before they were sent in parts: migration 0012 brings them along."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.operations.migrations import files
from marketplace.ordering import services
from marketplace.ordering.repositories import orders
from marketplace.ordering.values import Actor, Periods
from marketplace.shared import connections
from marketplace.shared.checks import invariants
from marketplace.shared.clock import now
from tests.builders import a_cart, a_delivered_order, a_placed_order, checked_out, goods, seen

pytestmark = pytest.mark.real


def _as_before():
    """Take out of the stored orders what there was not before, and answer the migration's step."""
    step = files.read_one("0012_process").content.steps[1]
    connections.database()["orders"].update_many({}, step.down_change)
    return step


def _bring_along(step):
    rows = connections.database()["orders"]
    for order in list(rows.find(step.filter)):
        rows.update_one({"_id": order["_id"]}, step.change(None, order))


def _move(order, name, **parts):
    return services.move_order(number=order.number, name=name, actor=Actor.SELLER, **parts)


def test_what_was_sent_is_one_parcel_with_everything_and_moves_on_by_itself(app):
    order = _move(a_placed_order(quantity=2), "ship", carrier="DHL", tracking="JD01")
    step = _as_before()
    stored = connections.database()["orders"].find_one({"_id": order.id})
    assert (stored["shipment"]["tracking"], "shipments" in stored) == ("JD01", False)

    _bring_along(step)

    brought = orders.get(order.id)
    assert (brought.shipments, brought.items[0].shipped) == (order.shipments, 2)
    assert (brought.timer, brought.periods) == (order.timer, Periods())
    assert [event.to for event in brought.events] == [event.to for event in order.events]


def test_what_is_long_overdue_is_not_cancelled_without_a_word(app):
    order = a_placed_order()
    step = _as_before()
    past = now() - timedelta(days=60)
    connections.database()["orders"].update_one({"_id": order.id}, {"$set": {"ships_by": past}})

    _bring_along(step)

    timer = orders.get(order.id).timer
    assert timer.kind == "remind_to_ship"
    assert now() + timedelta(hours=23) < timer.at < now() + timedelta(hours=25)


def test_orders_in_every_state_are_brought_along_and_add_up(app):
    known = [seen(checked_out(a_cart(goods()))).orders[0], a_placed_order(), a_delivered_order()]
    known.append(_move(a_placed_order(), "start"))
    services.move_order(number=known[0].number, name="cancel", actor=Actor.BUYER)
    step = _as_before()

    for _ in range(2):
        _bring_along(step)

    assert [finding for one in invariants() for finding in one.find()] == []
    for order in known:
        orders.save(orders.get(order.id))

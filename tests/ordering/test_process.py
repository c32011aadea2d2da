"""The process of an order: every step that is in the table, and none that is not."""

from __future__ import annotations

from itertools import product

import pytest

from marketplace.ordering import process
from marketplace.ordering.documents import Order
from marketplace.ordering.errors import InvalidTransition, NotYourRole
from marketplace.ordering.values import Actor, OrderStatus
from marketplace.shared.clock import now

LISTED = {(source, step.name, step.actor) for step in process.TRANSITIONS for source in step.sources}

EVERYTHING = list(product(OrderStatus, process.BY_NAME, Actor))


@pytest.mark.parametrize(("status", "name", "actor"), EVERYTHING)
def test_an_order_takes_the_steps_of_the_table_and_no_others(status, name, actor):
    order = Order(status=status)

    try:
        order.move(name, actor, now())
        outcome = "moved"
    except NotYourRole:
        outcome = "not yours"
    except InvalidTransition:
        outcome = "invalid"

    if process.BY_NAME[name].actor is not actor:
        assert outcome == "not yours"
    else:
        assert outcome == ("moved" if (status, name, actor) in LISTED else "invalid")
    expected = process.BY_NAME[name].to if outcome == "moved" else status
    assert order.status is expected


def test_an_unknown_step_is_refused_with_the_steps_that_are_allowed():
    with pytest.raises(InvalidTransition) as refusal:
        process.step(OrderStatus.PLACED, "teleport", Actor.SELLER)

    assert refusal.value.details == {"state": "placed", "allowed": ["start", "ship"]}


def test_every_state_that_is_not_final_has_a_way_out():
    final = {OrderStatus.COMPLETED, OrderStatus.CANCELLED}

    with_exit = {source for step in process.TRANSITIONS for source in step.sources}

    assert with_exit == set(OrderStatus) - final


def test_every_state_but_the_first_can_be_reached():
    reached = {step.to for step in process.TRANSITIONS}

    assert reached == set(OrderStatus) - {OrderStatus.AWAITING_PAYMENT}


def test_every_state_is_described():
    assert set(process.STATES) == set(OrderStatus)


def test_steps_of_people_have_a_button():
    without = [step.name for step in process.TRANSITIONS if step.actor is not Actor.SYSTEM and not step.label]

    assert without == []


def test_a_step_is_written_on_the_timeline():
    order, moment = Order(status=OrderStatus.PLACED), now()

    order.move("start", Actor.SELLER, moment)

    event = order.events[-1]
    assert (event.at, event.name, event.actor) == (moment, "start", "seller")
    assert event.text == process.BY_NAME["start"].text


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["awaiting_payment", "awaiting_payment"], "awaiting_payment"),
        (["placed", "placed"], "placed"),
        (["placed", "shipped"], "partially_shipped"),
        (["cancelled", "shipped"], "shipped"),
        (["cancelled", "cancelled"], "cancelled"),
        (["expired", "expired"], "expired"),
    ],
)
def test_the_status_of_a_purchase_follows_from_its_orders(statuses, expected):
    assert process.purchase_status([OrderStatus(status) for status in statuses]) == expected

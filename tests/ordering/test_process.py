"""The process of an order: every step that is in the table, and none that is not."""

from __future__ import annotations

from itertools import product

import pytest

import marketplace.ordering.background  # noqa: F401 - it declares who delivers what
from marketplace.ordering import process
from marketplace.ordering.documents import Order, OrderItem
from marketplace.ordering.errors import AlreadyShipped, InvalidTransition, NotYourRole, ReasonRequired
from marketplace.ordering.values import Actor, Fulfilment, OrderStatus, Periods
from marketplace.shared.clock import now
from marketplace.shared.outbox import registry
from tests.builders import usd

LISTED = {
    (source, left, step.name): step
    for step in process.TRANSITIONS
    for source in step.sources
    for left in step.when
}

EVERYTHING = list(product(OrderStatus, Fulfilment))


def an_order(status: OrderStatus, left: Fulfilment = Fulfilment.NONE) -> Order:
    """An order of two pieces, of which so many have left, as no checkout makes it."""
    shipped = {Fulfilment.NONE: 0, Fulfilment.PARTIAL: 1, Fulfilment.FULL: 2}[left]
    item = OrderItem(quantity=2, shipped=shipped, title="Mug")
    item.unit_price = usd(500)
    return Order(status=status, items=[item], ships_by=now(), placed_at=now())


def _took(order: Order, name: str, actor: Actor) -> str:
    try:
        order.move(name, actor, now(), detail="Because of this.")
    except NotYourRole:
        return "not yours"
    except (InvalidTransition, AlreadyShipped):
        return "refused"
    return "moved"


@pytest.mark.parametrize(("status", "left"), EVERYTHING)
def test_an_order_takes_the_steps_of_the_table_and_no_others(status, left):
    for name, actor in product(process.BY_NAME, Actor):
        order = an_order(status, left)

        outcome = _took(order, name, actor)

        listed = LISTED.get((status, left, name))
        if process.actor_of(name) is not actor:
            assert (outcome, order.status) == ("not yours", status)
        elif listed is None:
            assert (outcome, order.status) == ("refused", status)
        else:
            assert (outcome, order.status) == ("moved", listed.to)


@pytest.mark.parametrize(("status", "left"), EVERYTHING)
def test_what_is_offered_is_what_may_be_done(status, left):
    for actor in Actor:
        offered = {step.name for step in an_order(status, left).available(actor)}

        assert offered == {
            name
            for (source, gone, name), step in LISTED.items()
            if (source, gone, step.actor) == (status, left, actor)
        }


def test_the_steps_of_one_name_are_one_actors():
    assert all(len({step.actor for step in named}) == 1 for named in process.BY_NAME.values())


def test_every_timer_that_is_named_is_there_and_leads_somewhere():
    named = {state.timer for state in process.STATES.values()} - {""}
    named |= {timer.then for timer in process.TIMERS.values()} - {""}

    assert named == set(process.TIMERS)
    for name, timer in process.TIMERS.items():
        assert bool(timer.transition) != bool(timer.topic), name
        assert timer.topic in {"", *registry.handlers}
        assert timer.transition == "" or process.actor_of(timer.transition) is Actor.SYSTEM
        assert hasattr(Periods(), timer.period)


def test_a_timer_rings_in_states_from_which_its_step_leads_on():
    for status, state in process.STATES.items():
        name = state.timer
        while name:
            timer = process.TIMERS[name]
            assert not timer.transition or process.leads_on(status, timer.transition)
            name = timer.then


def test_what_left_in_part_is_not_called_off_and_says_so():
    with pytest.raises(AlreadyShipped) as refusal:
        an_order(OrderStatus.PROCESSING, Fulfilment.PARTIAL).move(
            "decline", Actor.SELLER, now(), detail="So."
        )

    assert refusal.value.details == {"state": "processing", "allowed": ["ship", "cancel_rest"]}


@pytest.mark.parametrize("name", [step.name for step in process.TRANSITIONS if step.asks])
def test_a_step_that_others_have_to_live_with_needs_a_reason(name):
    step = process.BY_NAME[name][0]
    order = an_order(step.sources[0], step.when[0])

    with pytest.raises(ReasonRequired):
        order.move(name, step.actor, now())


def test_an_unknown_step_is_refused_with_the_steps_that_are_allowed():
    with pytest.raises(InvalidTransition) as refusal:
        process.step(OrderStatus.PLACED, "teleport", Actor.SELLER)

    assert refusal.value.details == {"state": "placed", "allowed": ["start", "decline", "ship"]}


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
    without = [step.name for step in process.TRANSITIONS if (step.actor is Actor.SYSTEM) == bool(step.label)]

    assert without == []


def test_a_step_is_written_on_the_timeline():
    order, moment = an_order(OrderStatus.PLACED), now()

    order.move("start", Actor.SELLER, moment)

    event = order.events[-1]
    assert (event.at, event.name, event.actor) == (moment, "start", "seller")
    assert event.text == process.BY_NAME["start"][0].text


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

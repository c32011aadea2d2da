"""Others are told of what happens to orders, and may ask whether one still runs."""

from __future__ import annotations

import pytest

from marketplace.ordering import services
from marketplace.ordering.services import following
from marketplace.ordering.values import Actor, CartOwner
from tests.builders import a_cart, a_placed_order, a_user, checked_out, goods
from tests.mailbox import deliver


@pytest.fixture
def seen(app, monkeypatch):
    """The last event of each order that a follower was called with, as it was then."""
    events = []
    monkeypatch.setattr(following, "_followers", {})
    services.follow_orders("test", lambda order: events.append(order.events[-1].name))
    return events


def a_members_order():
    return a_placed_order(owner=CartOwner(user_id=a_user().pk))


def test_followers_are_told_of_each_step(seen):
    order = a_members_order()
    deliver()
    for name in ("start", "ship"):
        services.move_order(number=order.number, name=name, actor=Actor.SELLER)
        deliver()

    assert seen == ["payment_ok", "start", "ship"]


def test_followers_are_told_of_what_was_called_off_before_it_was_paid(seen):
    done = checked_out(a_cart(goods(), owner=CartOwner(user_id=a_user().pk)))

    services.give_up(done.purchase)
    deliver()

    assert seen == ["cancel"]


def test_a_visitors_steps_are_told_to_nobody(seen):
    order = a_placed_order()
    deliver()
    seen.clear()

    services.move_order(number=order.number, name="start", actor=Actor.SELLER)
    deliver()

    assert seen == []


def test_an_order_runs_from_its_payment_to_its_end(app):
    unpaid = checked_out(a_cart(goods())).purchase.order_ids
    order = a_members_order()

    assert not services.any_running(unpaid)
    assert services.any_running([order.pk, *unpaid])

    services.move_order(number=order.number, name="decline", actor=Actor.SELLER, reason="Sold out.")

    assert not services.any_running([order.pk])
    assert not services.any_running([])

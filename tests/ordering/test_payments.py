"""Paying: in time, late, declined, twice, the wrong amount, or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from mongoengine.errors import OperationError

from marketplace.catalog import services as catalog
from marketplace.ordering import services
from marketplace.ordering.documents import Payment
from marketplace.ordering.errors import (
    InsufficientStock,
    PaymentClosed,
    PaymentExpired,
    PaymentNotFound,
)
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import payments, purchases
from marketplace.ordering.values import Actor, CartOwner, PaymentOutcome, PaymentStatus
from marketplace.shared import connections
from marketplace.shared.clock import at, now
from tests.builders import a_cart, a_user, checked_out, goods, paid, seen, usd

SUCCEEDED, FAILED = PaymentOutcome.SUCCEEDED, PaymentOutcome.FAILED


def _level(variant_id):
    return catalog.stock.levels([variant_id])[variant_id]


def _in(minutes):
    return at(now() + timedelta(minutes=minutes))


def _states(done):
    return {order.status for order in seen(done).orders}


def test_a_payment_places_every_order_of_the_purchase(app):
    done = checked_out(a_cart(goods(), goods()))

    view = paid(done)

    assert _states(done) == {"placed"}
    assert (view.payment.status, view.purchase.pay_until, view.payable) == ("succeeded", None, False)


def test_a_payment_allocates_the_pieces(app):
    mug = goods(stock=10)

    paid(checked_out(a_cart(mug, quantity=3)))

    assert (_level(mug).available, _level(mug).held, _level(mug).allocated) == (7, 0, 3)


def test_goods_whose_stock_is_not_counted_can_be_paid(app):
    done = checked_out(a_cart(goods(stock=None), quantity=3))

    assert paid(done).status == "placed"


def test_a_paid_order_promises_when_it_ships(app):
    order = paid(checked_out(a_cart(goods()))).orders[0]

    assert order.ships_by > order.paid_at


@pytest.mark.real
def test_a_success_that_is_reported_twice_counts_once(app):
    done = checked_out(a_cart(goods()))
    paid(done)

    paid(done)

    events = seen(done).orders[0].events
    assert [event.name for event in events] == ["checkout", "payment_ok"]


def test_a_success_under_another_event_id_changes_nothing_either(app):
    done = checked_out(a_cart(goods()))
    paid(done)

    services.apply_event(replace(sandbox.report(done.payment, SUCCEEDED), event_id="another"))

    assert seen(done).payment.status == "succeeded"


def test_an_event_of_no_payment_is_refused(app):
    stranger = Payment(amount=usd(1000), provider="sandbox")

    with pytest.raises(PaymentNotFound):
        services.apply_event(sandbox.report(stranger, SUCCEEDED))


def test_another_amount_than_asked_for_places_nothing(app):
    done = checked_out(a_cart(goods(price=1000)))

    services.apply_event(replace(sandbox.report(done.payment, SUCCEEDED), amount=usd(1)))

    view = seen(done)
    assert (view.payment.status, view.status) == ("mismatch", "awaiting_payment")
    assert view.orders[0].events[-1].name == "payment_mismatch"


def test_a_payment_that_is_looked_into_is_not_asked_for_again(app):
    done = checked_out(a_cart(goods(price=1000)))
    services.apply_event(replace(sandbox.report(done.payment, SUCCEEDED), amount=usd(1)))

    with pytest.raises(PaymentClosed, match="checking"):
        services.pay_again(purchases.get(done.purchase.id))

    assert not seen(done).payable


def test_a_late_report_of_a_failure_hides_no_money(app):
    done = checked_out(a_cart(goods(price=1000)))
    services.apply_event(replace(sandbox.report(done.payment, SUCCEEDED), amount=usd(1)))

    services.apply_event(sandbox.report(done.payment, FAILED))

    assert payments.get(done.payment.id).status is PaymentStatus.MISMATCH


@pytest.mark.real
def test_a_refund_that_the_provider_could_not_send_is_sent_at_the_next_report(app, monkeypatch):
    done = checked_out(a_cart(goods()))
    services.move_order(number=seen(done).orders[0].number, name="cancel", actor=Actor.BUYER)
    with monkeypatch.context() as outage:
        outage.setattr(sandbox, "refund", lambda _, **__: False, raising=False)
        assert paid(done).payment.status is PaymentStatus.REFUND_DUE

    assert paid(done).payment.status is PaymentStatus.REFUNDED


# Declined


def test_a_declined_payment_leaves_the_orders_waiting(app):
    done = checked_out(a_cart(goods()))

    services.apply_event(sandbox.report(done.payment, FAILED))

    assert _states(done) == {"awaiting_payment"}
    assert seen(done).payable


def test_after_a_declined_payment_a_new_one_begins(app):
    done = checked_out(a_cart(goods()))
    services.apply_event(sandbox.report(done.payment, FAILED))

    services.pay_again(purchases.get(done.purchase.id))

    second = payments.latest(done.purchase.id)
    assert second.id != done.payment.id
    services.apply_event(sandbox.report(second, SUCCEEDED))
    assert _states(done) == {"placed"}


def test_paying_again_extends_the_time_once(app):
    done = checked_out(a_cart(goods()))
    ends = []
    for minutes in (10, 12):
        with _in(minutes):
            services.apply_event(sandbox.report(payments.latest(done.purchase.id), FAILED))
            services.pay_again(purchases.get(done.purchase.id))
            ends.append(purchases.get(done.purchase.id).pay_until)

    assert ends[0] > done.purchase.pay_until
    assert ends[1] == ends[0]


def test_an_open_payment_goes_on(app):
    done = checked_out(a_cart(goods()))

    action = services.pay_again(purchases.get(done.purchase.id))

    assert action == done.action


def test_paying_again_takes_lost_pieces_back(app):
    mug = goods(stock=3)
    done = checked_out(a_cart(mug, quantity=3))
    services.apply_event(sandbox.report(done.payment, FAILED))
    catalog.stock.expire(now() + timedelta(hours=1))

    services.pay_again(purchases.get(done.purchase.id))

    assert _level(mug).held == 3


def test_paying_again_is_refused_when_the_pieces_are_gone(app):
    mug = goods(stock=3)
    done = checked_out(a_cart(mug, quantity=3))
    services.apply_event(sandbox.report(done.payment, FAILED))
    catalog.stock.expire(now() + timedelta(hours=1))
    catalog.stock.hold(mug, ref="faster", quantity=2, until=now() + timedelta(hours=1))

    with pytest.raises(InsufficientStock):
        services.pay_again(purchases.get(done.purchase.id))


def test_a_paid_purchase_is_not_paid_again(app):
    done = checked_out(a_cart(goods()))
    paid(done)

    with pytest.raises(PaymentClosed):
        services.pay_again(purchases.get(done.purchase.id))


def test_the_second_payment_of_a_paid_purchase_goes_back(app):
    done = checked_out(a_cart(goods()))
    services.apply_event(sandbox.report(done.payment, FAILED))
    services.pay_again(purchases.get(done.purchase.id))
    second = payments.latest(done.purchase.id)
    services.apply_event(sandbox.report(second, SUCCEEDED))

    late_first = services.apply_event(sandbox.report(done.payment, SUCCEEDED))

    assert late_first.status is PaymentStatus.REFUNDED
    assert _states(done) == {"placed"}


def test_the_sandbox_does_not_decide_twice(app):
    done = checked_out(a_cart(goods()))
    services.decide_sandbox(done.payment, decision="decline")

    with pytest.raises(PaymentClosed):
        services.decide_sandbox(payments.get(done.payment.id), decision="pay")


# Not paid in time


def test_an_unpaid_purchase_expires_and_its_pieces_are_free_again(app):
    mug = goods(stock=10)
    done = checked_out(a_cart(mug, quantity=3))

    with _in(21):
        ended = services.expire_unpaid(now())

    assert ended == [done.purchase.id]
    assert _states(done) == {"expired"}
    assert (_level(mug).available, _level(mug).held) == (10, 0)
    assert payments.get(done.payment.id).status is PaymentStatus.VOID


def test_a_purchase_whose_time_is_not_over_does_not_expire(app):
    checked_out(a_cart(goods()))

    with _in(19):
        assert services.expire_unpaid(now()) == []


def test_a_purchase_expires_once(app):
    checked_out(a_cart(goods()))

    with _in(21):
        services.expire_unpaid(now())

        assert services.expire_unpaid(now()) == []


def test_pieces_of_a_checkout_that_died_are_free_again(app):
    mug = goods(stock=3)
    catalog.stock.hold(mug, ref="died", quantity=3, until=now() + timedelta(minutes=20))

    with _in(21):
        services.expire_unpaid(now())

    assert (_level(mug).available, _level(mug).held) == (3, 0)


@pytest.mark.real
def test_a_purchase_expires_wholly_or_not_at_all(app):
    mug = goods(stock=3)
    done = checked_out(a_cart(mug, quantity=3))
    connections.database().command("collMod", "carts", validator={"never": {"$exists": True}})

    with pytest.raises(OperationError):
        services.expire_unpaid(now() + timedelta(minutes=21))

    assert _states(done) == {"awaiting_payment"}
    assert (_level(mug).available, _level(mug).held) == (0, 3)


def test_what_was_not_paid_is_back_in_the_members_cart(app):
    owner = CartOwner(user_id=a_user().id)
    mug, bowl = goods(), goods()
    checked_out(a_cart(mug, owner=owner, quantity=2))
    services.add_item(owner, variant_id=bowl)

    with _in(21):
        services.expire_unpaid(now())

    held = {line.item.variant_id: line.item.quantity for line in services.priced_cart(owner).lines}
    assert held == {mug: 2, bowl: 1}


def test_what_was_not_paid_is_back_in_the_visitors_cart(app):
    owner = a_cart(goods(), quantity=2)
    checked_out(owner)

    with _in(21):
        services.expire_unpaid(now())

    assert services.priced_cart(owner).pieces == 2


def test_opening_an_unpaid_purchase_too_late_ends_it(app):
    owner = CartOwner(user_id=a_user().id)
    done = checked_out(a_cart(goods(), owner=owner))

    with _in(21):
        view = services.see_purchase(done.purchase.id, user_id=owner.user_id, key=None)

    assert view.status == "expired"


def test_an_expired_purchase_is_not_paid_again(app):
    done = checked_out(a_cart(goods()))
    with _in(21):
        services.expire_unpaid(now())

        with pytest.raises(PaymentExpired):
            services.pay_again(purchases.get(done.purchase.id))


# Paid late


def test_a_late_payment_places_the_orders_when_the_pieces_are_left(app):
    mug = goods(stock=10)
    done = checked_out(a_cart(mug, quantity=3))
    with _in(21):
        services.expire_unpaid(now())

    view = paid(done)

    assert (view.status, view.payment.status) == ("placed", "succeeded")
    assert view.orders[0].events[-1].name == "late_payment"
    assert _level(mug).allocated == 3


@pytest.mark.real
def test_a_late_payment_goes_back_when_the_pieces_are_gone(app):
    mug, bowl = goods(stock=5), goods(stock=3)
    done = checked_out(a_cart(mug, bowl, quantity=3))
    with _in(21):
        services.expire_unpaid(now())
    paid(checked_out(a_cart(bowl, quantity=2)))

    view = paid(done)

    assert (view.status, view.payment.status) == ("cancelled", "refunded")
    assert {order.events[-1].name for order in view.orders} == {"paid_late_no_stock"}
    assert (_level(mug).available, _level(mug).allocated) == (5, 0)
    assert catalog.stock.verify() == []


@pytest.mark.real
def test_a_payment_after_the_holds_were_lost_but_before_expiry_takes_the_pieces_again(app):
    mug = goods(stock=3)
    done = checked_out(a_cart(mug, quantity=3))
    catalog.stock.expire(now() + timedelta(hours=1))

    assert paid(done).status == "placed"
    assert (_level(mug).available, _level(mug).allocated) == (0, 3)


def test_a_payment_of_a_cancelled_purchase_goes_back(app):
    done = checked_out(a_cart(goods()))
    order = seen(done).orders[0]
    services.move_order(number=order.number, name="cancel", actor=Actor.BUYER)

    view = paid(done)

    assert (view.status, view.payment.status) == ("cancelled", "refunded")


# At the same time, on real servers


@pytest.mark.real
def test_twenty_purchases_of_one_variant_are_paid_at_once(app):
    mug = goods(stock=20)
    everybody = [checked_out(a_cart(mug)) for _ in range(20)]

    _all_at_once(app, [lambda done=done: paid(done) for done in everybody])

    assert [_states(done) for done in everybody] == [{"placed"}] * 20
    assert (_level(mug).available, _level(mug).held, _level(mug).allocated) == (0, 0, 20)
    assert catalog.stock.verify() == []


@pytest.mark.real
def test_a_success_that_is_reported_ten_times_at_once_counts_once(app):
    mug = goods(stock=10)
    done = checked_out(a_cart(mug, quantity=2))

    _all_at_once(app, [lambda: paid(done)] * 10)

    assert [event.name for event in seen(done).orders[0].events] == ["checkout", "payment_ok"]
    assert _level(mug).allocated == 2


@pytest.mark.real
def test_paying_and_expiring_at_once_ends_in_one_of_both(app):
    mug = goods(stock=50)
    everybody = [checked_out(a_cart(mug)) for _ in range(10)]
    later = now() + timedelta(minutes=21)

    _all_at_once(
        app,
        [lambda done=done: paid(done) for done in everybody] + [lambda: services.expire_unpaid(later)] * 2,
    )

    assert [_states(done) for done in everybody] == [{"placed"}] * 10
    assert (_level(mug).held, _level(mug).allocated) == (0, 10)
    assert catalog.stock.verify() == []


@pytest.mark.real
def test_a_late_payment_without_pieces_that_is_reported_ten_times_at_once_goes_back_once(app):
    bowl = goods(stock=3)
    done = checked_out(a_cart(bowl, quantity=3))
    with _in(21):
        services.expire_unpaid(now())
    paid(checked_out(a_cart(bowl, quantity=2)))

    _all_at_once(app, [lambda: paid(done)] * 10)

    assert [event.name for event in seen(done).orders[0].events][2:] == ["paid_late_no_stock"]
    assert seen(done).payment.status is PaymentStatus.REFUNDED


@pytest.mark.real
def test_what_was_not_paid_meets_what_is_added_at_the_same_moment_in_one_cart(app):
    mug, bowl = goods(stock=50), goods(stock=50)
    everybody = [a_cart(mug, quantity=2) for _ in range(8)]
    for owner in everybody:
        checked_out(owner)
    later = now() + timedelta(minutes=21)

    _all_at_once(
        app,
        [lambda owner=owner: services.add_item(owner, variant_id=bowl) for owner in everybody]
        + [lambda: services.expire_unpaid(later)] * 2,
    )

    assert [services.priced_cart(owner).pieces for owner in everybody] == [3] * 8
    assert _level(mug).available == 50


def _all_at_once(app, things):
    def do(thing):
        with app.app_context():
            return thing()

    with ThreadPoolExecutor(len(things)) as crowd:
        for future in [crowd.submit(do, thing) for thing in things]:
            future.result()


@pytest.mark.real
def test_pressing_pay_several_times_at_once_leads_on_each_time(app):
    done = checked_out(a_cart(goods()))
    services.apply_event(sandbox.report(done.payment, PaymentOutcome.FAILED))

    def press(_: int) -> str | None:
        with app.app_context():
            return services.pay_again(purchases.get(done.purchase.id)).url

    with ThreadPoolExecutor(4) as crowd:
        led_to = set(crowd.map(press, range(8)))

    assert len(led_to) == 1

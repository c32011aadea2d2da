"""What can go wrong between "Buy" and "Paid": a test, or several, for each row of the failure matrix."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from marketplace.catalog import services as catalog
from marketplace.ordering import background, services
from marketplace.ordering.errors import (
    CheckoutInProgress,
    InsufficientStock,
    PaymentClosed,
    ProviderUnavailable,
)
from marketplace.ordering.providers import manual, sandbox
from marketplace.ordering.repositories import carts, events, payments, purchases
from marketplace.ordering.services import checkout
from marketplace.ordering.values import CartOwner, CartStatus, PaymentOutcome, PaymentStatus
from marketplace.shared import connections
from marketplace.shared.clock import at, now
from marketplace.shared.idempotency import Attempt
from marketplace.shared.outbox import Delivery
from tests.builders import a_cart, a_user, checked_out, goods, paid, seen, usd

SUCCEEDED, FAILED = PaymentOutcome.SUCCEEDED, PaymentOutcome.FAILED


def _level(variant_id):
    return catalog.stock.levels([variant_id])[variant_id]


def _in(**time):
    return at(now() + timedelta(**time))


def _latest(done):
    return payments.latest(done.purchase.id)


def _states(done):
    return {order.status.value for order in seen(done).orders}


def _decide(done, decision, **how):
    return services.decide_sandbox(_latest(done), purchases.get(done.purchase.id), decision=decision, **how)


def _come_back(done):
    """The purchase as a guest sees it who comes back from the provider."""
    return services.see_purchase(done.purchase.id, user_id=None, key=services.key_of(done.purchase))


def _away(*_, **__):
    raise ProviderUnavailable("It does not answer.")


# Declined


def test_declined_then_another_method_gives_the_old_one_up_and_holds_longer_once(app):
    mug = goods(stock=5)
    done = checked_out(a_cart(mug, quantity=2))
    _decide(done, "decline")
    _come_back(done)

    action = services.pay_again(purchases.get(done.purchase.id), payment_method="manual")

    assert (_latest(done).provider, action.kind) == ("manual", "none")
    assert payments.get(done.payment.id).status is PaymentStatus.FAILED
    assert (_level(mug).available, _level(mug).held) == (3, 2)


def test_another_method_instead_of_an_open_payment_gives_that_up(app):
    done = checked_out(a_cart(goods()))

    services.pay_again(purchases.get(done.purchase.id), payment_method="manual")

    assert payments.get(done.payment.id).status is PaymentStatus.VOID


def test_changing_to_and_fro_holds_no_longer_than_a_transfer_takes(app):
    done = checked_out(a_cart(goods()))
    ends = []
    for hours, method in ((0, "manual"), (1, "sandbox"), (2, "manual"), (3, "sandbox")):
        with _in(hours=hours):
            services.pay_again(purchases.get(done.purchase.id), payment_method=method)
            ends.append(purchases.get(done.purchase.id).pay_until)

    assert set(ends) == {done.purchase.created_at + timedelta(days=7)}


def test_a_payment_that_was_given_up_and_succeeds_all_the_same_pays_the_purchase(app):
    done = checked_out(a_cart(goods()))
    services.pay_again(purchases.get(done.purchase.id), payment_method="manual")

    services.apply_event(sandbox.report(done.payment, SUCCEEDED))

    assert _states(done) == {"placed"}
    assert _latest(done).status is PaymentStatus.VOID


# The buyer leaves


def test_expiry_asks_the_provider_first_and_places_what_was_paid(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay_and_leave")

    with _in(minutes=21):
        assert services.expire_unpaid(now()) == []

    assert _states(done) == {"placed"}


def test_a_provider_that_does_not_answer_puts_the_end_off(app, monkeypatch):
    done = checked_out(a_cart(goods()))
    monkeypatch.setattr(sandbox, "fetch", _away, raising=False)

    with _in(minutes=30):
        assert services.expire_unpaid(now()) == []

    assert _states(done) == {"awaiting_payment"}


def test_the_end_is_put_off_for_an_hour_at_most(app, monkeypatch):
    done = checked_out(a_cart(goods()))
    monkeypatch.setattr(sandbox, "fetch", _away, raising=False)

    with _in(minutes=81):
        assert services.expire_unpaid(now()) == [done.purchase.id]


def test_a_buyer_who_gives_up_finds_everything_in_the_cart(app):
    mug = goods(stock=5)
    owner = CartOwner(user_id=a_user().id)
    done = checked_out(a_cart(mug, owner=owner, quantity=2))

    assert services.give_up(done.purchase)

    assert _states(done) == {"cancelled"}
    assert services.priced_cart(owner).pieces == 2
    assert (_level(mug).available, _level(mug).held) == (5, 0)


def test_who_paid_just_now_gives_nothing_up(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay")

    with pytest.raises(PaymentClosed):
        services.give_up(done.purchase)

    assert _states(done) == {"placed"}


# Success after expiry


def test_success_after_expiry_revives_the_orders_while_pieces_are_left(app):
    mug = goods(stock=5)
    done = checked_out(a_cart(mug, quantity=2))
    _decide(done, "pay_late")
    with _in(minutes=20, seconds=30):
        services.expire_unpaid(now())
    assert _states(done) == {"expired"}

    with _in(minutes=22):
        services.send_webhooks(now())

    assert _states(done) == {"placed"}
    assert seen(done).orders[0].events[-1].name == "late_payment"
    assert _level(mug).allocated == 2


@pytest.mark.real
def test_success_after_expiry_without_pieces_sends_the_money_back(app):
    mug = goods(stock=2)
    done = checked_out(a_cart(mug, quantity=2))
    _decide(done, "pay_late")
    with _in(minutes=20, seconds=30):
        services.expire_unpaid(now())
    paid(checked_out(a_cart(mug)))

    with _in(minutes=22):
        services.send_webhooks(now())

    assert (_states(done), _latest(done).status) == ({"cancelled"}, PaymentStatus.REFUNDED)
    told = set(connections.database()["outbox"].distinct("topic"))
    assert {"purchase.paid_late", "order.paid_late"} <= told


# Amount or currency differs


@pytest.mark.parametrize("arrived", [usd(999), usd(1001), replace(usd(1000), currency="EUR")])
def test_another_amount_or_currency_places_nothing_and_is_listed(app, arrived):
    done = checked_out(a_cart(goods(price=1000)))

    services.apply_event(replace(sandbox.report(done.payment, SUCCEEDED), amount=arrived))

    assert (_states(done), _latest(done).received) == ({"awaiting_payment"}, arrived)
    assert [one.pk for one in payments.in_status(PaymentStatus.MISMATCH).items] == [done.payment.id]


# Duplicate success


@pytest.mark.real
def test_a_success_that_is_sent_twice_counts_once(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay", reporting="twice")

    services.send_webhooks(now())
    with _in(seconds=10):
        assert services.send_webhooks(now()) == 1

    assert [one.name for one in seen(done).orders[0].events] == ["checkout", "payment_ok"]


@pytest.mark.real
def test_a_failure_that_is_told_after_the_success_changes_nothing(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay", reporting="out_of_order")

    for seconds in (0, 10):
        with _in(seconds=seconds):
            services.send_webhooks(now())

    assert events.all().count() == 2
    assert (_states(done), _latest(done).status) == ({"placed"}, PaymentStatus.SUCCEEDED)


# Second payment for a paid purchase


def test_the_second_payment_of_a_paid_purchase_goes_back_by_itself(app):
    done = checked_out(a_cart(goods()))
    services.pay_again(purchases.get(done.purchase.id), payment_method="manual")
    transfer = _latest(done)
    services.apply_event(manual.report(transfer, transfer.amount))

    second = services.apply_event(sandbox.report(done.payment, SUCCEEDED))

    assert second.status is PaymentStatus.REFUNDED
    assert (_states(done), _latest(done).status) == ({"placed"}, PaymentStatus.SUCCEEDED)


# A crash between hold and place


def test_a_crash_between_hold_and_place_holds_nothing_for_long(app, monkeypatch):
    mug = goods(stock=5)
    owner = a_cart(mug, quantity=2)
    _crash_after_hold(monkeypatch, owner, payment_method="manual")
    assert (_level(mug).held, carts.live(owner).status) == (2, CartStatus.CONVERTING)

    with _in(minutes=21):
        services.expire_unpaid(now())
        background.reopen_carts()

    assert (_level(mug).available, _level(mug).held) == (5, 0)
    assert carts.live(owner).status is CartStatus.OPEN


def test_after_such_a_crash_the_cart_is_bought_as_ever(app, monkeypatch):
    owner = a_cart(goods(stock=5), quantity=2)
    with monkeypatch.context() as crash:
        _crash_after_hold(crash, owner)

    with _in(minutes=6):
        done = checked_out(owner)

    assert _states(done) == {"awaiting_payment"}


def test_the_request_that_broke_off_goes_on_at_once_when_it_comes_again_and_no_other(app, monkeypatch):
    owner, mine = a_cart(goods(stock=5), quantity=2), Attempt("mine", "the same")
    with monkeypatch.context() as crash:
        _crash_after_hold(crash, owner, attempt=mine)

    with pytest.raises(CheckoutInProgress):
        checked_out(owner, attempt=Attempt("another", "the same"))

    assert _states(checked_out(owner, attempt=mine)) == {"awaiting_payment"}


# A crash between place and pay


def test_a_crash_between_place_and_pay_is_made_good_with_the_same_key(app, monkeypatch):
    with monkeypatch.context() as outage:
        outage.setattr(sandbox, "create", _away, raising=False)
        done = checked_out(a_cart(goods()))
    assert (done.action.kind, _latest(done).reference) == ("none", None)

    background.see_payment_begun(_told("payment.created", done.payment))
    background.see_payment_begun(_told("payment.created", done.payment))

    assert _latest(done).reference == str(done.payment.id)
    assert services.pay_again(purchases.get(done.purchase.id)).kind == "redirect"


@pytest.mark.real
def test_that_the_provider_has_to_be_told_is_stored_with_the_purchase(app):
    done = checked_out(a_cart(goods()))

    rows = connections.database()["outbox"].find({"topic": "payment.created"})
    assert [row["stream"] for row in rows] == [f"payment:{done.payment.id}"]


# Bank transfer


def test_a_bank_transfer_is_waited_for_a_week_with_its_pieces_held(app):
    mug = goods(stock=5)
    done = checked_out(a_cart(mug, quantity=2), payment_method="manual")

    with _in(days=6, hours=23):
        assert services.expire_unpaid(now()) == []

    assert (_states(done), _level(mug).held) == ({"awaiting_payment"}, 2)


def test_a_bank_transfer_that_does_not_come_ends_after_a_week(app):
    mug = goods(stock=5)
    done = checked_out(a_cart(mug, quantity=2), payment_method="manual")

    with _in(days=7, minutes=1):
        assert services.expire_unpaid(now()) == [done.purchase.id]

    assert _level(mug).available == 5


def test_the_reference_of_a_transfer_follows_from_its_payment(app):
    done = checked_out(a_cart(goods()), payment_method="manual")

    again = manual.create(done.payment, key=None)

    assert again.reference == _latest(done).reference
    assert len(again.reference) == 11


# Everything at once, on real servers


@pytest.mark.real
def test_twenty_threads_with_one_key_make_one_purchase(app):
    mug = goods(stock=50)
    owner = a_cart(mug, quantity=2)
    body = _order_of(services.priced_cart(owner))

    def send(_):
        browser = app.test_client()
        browser.set_cookie("cart", owner.token)
        return browser.post("/api/v1/checkout", json=body, headers={"Idempotency-Key": "one"})

    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(send, range(20)))

    codes = [answer.status_code for answer in answers]
    assert codes.count(201) == 1
    assert set(codes) <= {200, 201, 409}
    assert {one.json["code"] for one in answers if one.status_code == 409} <= {"idempotency_in_progress"}
    assert (purchases.all().count(), _level(mug).held) == (1, 2)


@pytest.mark.real
def test_return_webhook_and_retry_at_once_make_one_paid_order_each_time(app):
    mug = goods(stock=100)
    rounds = [checked_out(a_cart(mug)) for _ in range(15)]
    for done in rounds:
        _decide(done, "pay", reporting="twice")
    later = now() + timedelta(seconds=10)

    def together(done):
        things = [
            lambda: _come_back(done),
            lambda: services.send_webhooks(later, limit=3),
            lambda: services.pay_again(purchases.get(done.purchase.id)),
            lambda: _come_back(done),
        ]
        return [crowd.submit(_in_app, app, thing) for thing in things]

    with ThreadPoolExecutor(4) as crowd:
        for done in rounds:
            for future in together(done):
                future.result()

    for done in rounds:
        assert [one.name for one in seen(done).orders[0].events] == ["checkout", "payment_ok"]
        assert payments.all().filter(purchase_id=done.purchase.id, status="succeeded").count() == 1
    assert (_level(mug).allocated, _level(mug).held) == (15, 0)
    assert catalog.stock.verify() == []


def _in_app(app, thing):
    with app.app_context(), suppress(PaymentClosed, InsufficientStock):
        thing()


def _crash_after_hold(monkeypatch, owner, **parts):
    """A checkout whose process died when everything was held and nothing was written."""

    def die(*_, **__):
        raise SystemExit

    monkeypatch.setattr(checkout, "_place", die)
    monkeypatch.setattr(checkout.holds, "release", lambda _: None)
    monkeypatch.setattr(checkout.carts, "reopen", lambda _: None, raising=False)
    with pytest.raises(SystemExit):
        checked_out(owner, **parts)
    monkeypatch.undo()


def _told(topic, about):
    stream = f"payment:{about.pk}"
    return Delivery(
        id=f"{stream}#1", topic=topic, about=stream, sequence=1, payload={}, told_at=now(), attempt=1
    )


def _order_of(view):
    address = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}
    return {
        "cart_id": str(view.cart.pk),
        "email": "ada@example.com",
        "ship_to": address,
        "accept_terms": True,
        "expected_total": {"amount": view.total.amount, "currency": view.total.currency},
    }

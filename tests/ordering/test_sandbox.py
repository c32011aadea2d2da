"""The provider in the box: its page, its memory and its webhooks."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from marketplace.ordering import services
from marketplace.ordering.documents import Payment
from marketplace.ordering.errors import InvalidSignature
from marketplace.ordering.pretending import DECISIONS
from marketplace.ordering.providers import pretend, sandbox, signing
from marketplace.ordering.repositories import charges, payments, purchases
from marketplace.ordering.values import BankReport, PaymentOutcome
from marketplace.shared.clock import at, now
from tests.builders import a_cart, checked_out, goods, seen, usd

WEBHOOK = "/webhooks/payments/sandbox"


def _in(**time):
    return at(now() + timedelta(**time))


def _decide(done, decision, **how):
    purchase = purchases.get(done.purchase.id)
    return services.decide_sandbox(payments.latest(done.purchase.id), purchase, decision=decision, **how)


def _webhook(done, outcome=PaymentOutcome.SUCCEEDED, moment=None):
    charge = charges.get(str(done.payment.id))
    return sandbox.webhook(charge, BankReport("e1", outcome, now()), moment or now())


def _post(client, body, signature):
    return client.post(WEBHOOK, data=body, headers={"Sandbox-Signature": signature})


# What it can be asked


def test_it_knows_nothing_of_a_payment_until_somebody_chose(app):
    assert sandbox.fetch(checked_out(a_cart(goods())).payment) is None


def test_it_knows_nothing_of_a_payment_that_was_never_begun(app):
    assert sandbox.fetch(Payment(id=checked_out(a_cart(goods())).purchase.id, amount=usd(1))) is None


@pytest.mark.parametrize(
    ("decision", "seconds", "outcome", "amount"),
    [
        ("pay", 0, "succeeded", 1000),
        ("decline", 0, "failed", 1000),
        ("pay_and_leave", 0, "succeeded", 1000),
        ("pay_less", 0, "succeeded", 999),
        ("pay_slowly", 21, "succeeded", 1000),
        ("pay_late", 21 * 60 + 1, "succeeded", 1000),
    ],
)
def test_it_says_what_was_chosen_once_that_counts(app, decision, seconds, outcome, amount):
    done = checked_out(a_cart(goods(price=1000)))
    _decide(done, decision)

    with _in(seconds=seconds):
        event = sandbox.fetch(done.payment)

    assert (event.outcome.value, event.amount) == (outcome, usd(amount))


@pytest.mark.parametrize(("decision", "seconds"), [("pay_slowly", 15), ("pay_late", 20 * 60 + 30)])
def test_what_does_not_count_yet_it_keeps_to_itself(app, decision, seconds):
    done = checked_out(a_cart(goods()))
    _decide(done, decision)

    with _in(seconds=seconds):
        assert sandbox.fetch(done.payment) is None


def test_every_choice_is_tried_above(app):
    assert set(DECISIONS) == {"pay", "decline", "pay_and_leave", "pay_less", "pay_slowly", "pay_late"}


# Money back


def test_money_goes_back_once_for_each_key(app):
    payment = checked_out(a_cart(goods(price=1000))).payment

    answers = [sandbox.refund(payment, amount=usd(600), key="one") for _ in range(2)]

    assert answers == [True, True]
    assert charges.get(str(payment.id)).refunded == 600


def test_no_more_goes_back_than_came(app):
    payment = checked_out(a_cart(goods(price=1000))).payment
    sandbox.refund(payment, amount=usd(600), key="one")

    assert not sandbox.refund(payment, amount=usd(401), key="two")
    assert sandbox.refund(payment, amount=usd(400), key="three")


# Webhooks


def test_a_webhook_places_the_orders(app, client):
    done = checked_out(a_cart(goods()))

    answer = _post(client, *_webhook(done))

    assert (answer.status_code, seen(done).status) == (204, "placed")


@pytest.mark.real
def test_a_webhook_that_comes_again_is_taken_and_changes_nothing(app, client):
    done = checked_out(a_cart(goods()))
    _post(client, *_webhook(done))

    assert _post(client, *_webhook(done)).status_code == 204
    assert len(seen(done).orders[0].events) == 2


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_webhook_that_was_signed_at_another_time_is_refused(app, client, minutes):
    done = checked_out(a_cart(goods()))

    answer = _post(client, *_webhook(done, moment=now() + timedelta(minutes=minutes)))

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_signature")
    assert seen(done).status == "awaiting_payment"


def test_a_webhook_with_another_body_than_was_signed_is_refused(app, client):
    done = checked_out(a_cart(goods(price=1000)))
    body, signature = _webhook(done)

    assert _post(client, body.replace(b"1000", b"1"), signature).status_code == 400


@pytest.mark.parametrize("signature", ["", "t=1", "t=x,v1=" + "0" * 64, "t=1,v1=zz", "t=1,v1=" + "0" * 64])
def test_a_webhook_without_a_signature_is_refused(client, signature):
    assert _post(client, b"{}", signature).status_code == 400


@pytest.mark.parametrize(
    "said",
    [[], {}, {"id": 1}, {"id": "1", "reference": "1", "outcome": "won", "amount": 1, "currency": "USD"}],
)
def test_a_webhook_that_says_nothing_known_is_refused(app, said):
    body = json.dumps(said).encode()
    signature = signing.sign(pretend._secret(), body, now())

    with pytest.raises(InvalidSignature, match="says nothing"):
        sandbox.verify(body, signature, now())


def test_a_webhook_of_no_payment_is_not_found(app, client):
    done = checked_out(a_cart(goods()))
    webhook = _webhook(done)
    payments.all().delete()

    assert _post(client, *webhook).status_code == 404


@pytest.mark.parametrize("provider", ["manual", "nobody"])
def test_who_sends_no_webhooks_has_no_place_for_them(client, provider):
    answer = client.post(f"/webhooks/payments/{provider}", data=b"{}")

    assert (answer.status_code, answer.json["code"]) == (404, "payment_not_found")


def test_a_webhook_is_a_few_lines(client):
    assert _post(client, b"x" * 70_000, "").status_code == 413


# Sending them


def test_a_report_is_sent_by_the_worker(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay_and_leave")

    assert services.send_webhooks(now()) == 1
    assert seen(done).status == "placed"
    assert services.send_webhooks(now()) == 0


def test_a_late_report_waits_for_a_minute(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay_and_leave", reporting="late")

    assert services.send_webhooks(now()) == 0
    with _in(seconds=61):
        assert services.send_webhooks(now()) == 1


def test_a_webhook_that_is_not_taken_is_sent_again_later(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay")
    payments.all().update(unset__reference=True)

    assert services.send_webhooks(now()) == 0

    (left,) = charges.get(str(done.payment.id)).reports
    assert left.attempts == 1
    payments.all().update(set__reference=str(done.payment.id))
    with _in(seconds=6):
        assert services.send_webhooks(now()) == 1


def test_a_webhook_that_is_never_taken_is_given_up(app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay")
    payments.all().delete()

    for hours in range(1, 12):
        with _in(hours=hours):
            services.send_webhooks(now())

    assert charges.get(str(done.payment.id)).report_at is None


# Its page


def test_the_page_offers_every_choice(client, app):
    done = checked_out(a_cart(goods()))

    page = client.get(done.action.url)

    for one in DECISIONS.values():
        assert f'value="{one.name}"' in page.text
    assert "Close the window without paying" in page.text


def test_who_closes_the_window_is_not_led_back(client, app):
    done = checked_out(a_cart(goods()))

    assert client.post(done.action.url, data={"decision": "pay_and_leave"}).location == "/"


def test_a_choice_is_made_once(client, app):
    done = checked_out(a_cart(goods()))
    client.post(done.action.url, data={"decision": "pay_slowly"})

    answer = client.post(done.action.url, data={"decision": "decline"})

    assert answer.status_code == 409
    assert "This payment is over." in answer.text


@pytest.mark.parametrize("paid", [False, True])
def test_a_choice_whose_answer_was_lost_may_be_sent_again(client, app, paid):
    done = checked_out(a_cart(goods()))
    first = client.post(done.action.url, data={"decision": "pay"})
    if paid:
        client.get(first.location)

    again = client.post(done.action.url, data={"decision": "pay"})

    assert (again.status_code, again.location) == (303, first.location)
    assert len(charges.find(pk=str(done.payment.pk)).reports) == 1


def test_an_unknown_way_of_reporting_is_refused(client, app):
    done = checked_out(a_cart(goods()))

    answer = client.post(done.action.url, data={"decision": "pay", "reporting": "by pigeon"})

    assert answer.status_code == 422

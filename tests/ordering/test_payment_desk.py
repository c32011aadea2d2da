"""What operators do about payments by hand, on their pages and over JSON."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.accounts.repositories import audit_log
from marketplace.accounts.values import Role
from marketplace.ordering import services
from marketplace.ordering.errors import (
    NothingToDecide,
    NotPaidByHand,
    PaymentClosed,
    TransferNotFound,
)
from marketplace.ordering.providers import PROVIDERS, sandbox
from marketplace.ordering.repositories import payments, purchases, transfers
from marketplace.ordering.values import Actor, PaymentOutcome, PaymentStatus
from tests.builders import a_cart, a_user, checked_out, goods, seen, usd


def _transfer(price=1000):
    return checked_out(a_cart(goods(price=price)), payment_method="manual")


def _mismatch():
    done = checked_out(a_cart(goods(price=1000)))
    report = sandbox.report(done.payment, PaymentOutcome.SUCCEEDED)
    services.apply_event(replace(report, amount=usd(900)))
    return done


def _operator():
    return a_user(roles=(Role.MODERATOR,)).id


def _mark_paid(done, amount=1000, **parts):
    return services.mark_paid(
        operator_id=_operator(), payment_id=done.payment.id, received=usd(amount), **parts
    )


def _moderator(person):
    return person("Moderator", roles=(Role.MODERATOR,))[1]


# Transfers that arrive


def test_a_transfer_that_arrived_places_the_orders(app):
    done = _transfer()

    assert _mark_paid(done).status is PaymentStatus.SUCCEEDED
    assert seen(done).status == "placed"


def test_that_it_was_marked_is_in_the_audit_log(app):
    done = _transfer()

    _mark_paid(done, note="Statement 7")

    (entry,) = audit_log.search(subject=("payments", done.payment.id)).items
    assert (entry.action, entry.detail["note"]) == ("payment.mark_paid", "Statement 7")
    assert entry.detail["received"] == {"amount": 1000, "currency": "USD"}


def test_another_amount_is_looked_into(app):
    done = _transfer()

    _mark_paid(done, 999)

    assert (seen(done).status, payments.get(done.payment.id).received) == ("awaiting_payment", usd(999))


def test_a_mistyped_amount_is_put_right(app):
    done = _transfer()
    _mark_paid(done, 100)

    assert _mark_paid(done, 1000).status is PaymentStatus.SUCCEEDED


def test_a_transfer_is_marked_once(app):
    done = _transfer()
    _mark_paid(done)

    with pytest.raises(PaymentClosed):
        _mark_paid(done)


def test_a_payment_of_another_provider_is_not_marked(app):
    with pytest.raises(NotPaidByHand):
        _mark_paid(checked_out(a_cart(goods())))


def test_a_transfer_for_a_cancelled_purchase_is_owed_back_until_somebody_sent_it(app):
    done = _transfer()
    services.move_order(number=seen(done).orders[0].number, name="cancel", actor=Actor.BUYER)

    assert _mark_paid(done).status is PaymentStatus.REFUND_DUE
    (owed,) = transfers.owed(10)
    services.mark_sent(operator_id=_operator(), key=owed.pk)

    assert services.send_refunds() == 1
    assert payments.get(done.payment.id).status is PaymentStatus.REFUNDED
    assert transfers.owed(10) == []


def test_a_transfer_is_sent_once(app):
    with pytest.raises(TransferNotFound):
        services.mark_sent(operator_id=_operator(), key="nothing")


# Another amount


def test_another_amount_can_be_taken_as_enough(app):
    done = _mismatch()

    payment = services.accept_payment(operator_id=_operator(), payment_id=done.payment.id)

    assert (payment.status, seen(done).status) == (PaymentStatus.SUCCEEDED, "placed")


def test_another_amount_can_go_back_as_it_came(app):
    done = _mismatch()

    payment = services.return_payment(operator_id=_operator(), payment_id=done.payment.id)

    assert (payment.status, payment.taken) == (PaymentStatus.REFUNDED, usd(900))
    assert seen(done).payable
    assert services.pay_again(purchases.get(done.purchase.id)).kind == "redirect"


@pytest.mark.parametrize("decide", [services.accept_payment, services.return_payment])
def test_nothing_is_decided_twice(app, decide):
    done = _mismatch()
    decide(operator_id=_operator(), payment_id=done.payment.id)

    with pytest.raises(NothingToDecide):
        decide(operator_id=_operator(), payment_id=done.payment.id)


# Found by their reference


def test_a_payment_is_found_by_its_reference(app):
    done, _ = _transfer(), _transfer()
    reference = payments.get(done.payment.id).reference

    assert [one.pk for one in payments.with_reference(f" {reference} ", PROVIDERS)] == [done.payment.id]


# On pages


def test_the_page_lists_what_needs_somebody(person):
    mismatch, transfer = _mismatch(), _transfer()
    browser = _moderator(person)

    first, second = browser.get("/admin/payments"), browser.get("/admin/payments?view=expected")

    assert str(mismatch.payment.id) in first.text
    assert payments.get(transfer.payment.id).reference in second.text


def test_the_page_finds_a_reference(person):
    done = _transfer()
    reference = payments.get(done.payment.id).reference
    browser = _moderator(person)

    assert reference in browser.get(f"/admin/payments?reference={reference}").text
    assert "No payment has this reference." in browser.get("/admin/payments?reference=none").text


def test_an_unknown_view_is_refused(person):
    assert _moderator(person).get("/admin/payments?view=lost").status_code == 400


def test_a_transfer_is_marked_on_its_page(person):
    done = _transfer()
    browser = _moderator(person)
    address = f"/admin/payments/{done.payment.id}"

    wrong = browser.post(f"{address}/mark-paid", data={"received": "ten", "currency": "USD"})
    browser.post(f"{address}/mark-paid", data={"received": "10.00", "currency": "USD"})

    assert (wrong.status_code, 'value="ten"' in wrong.text) == (422, True)
    assert "Paid" in browser.get(address).text
    assert seen(done).status == "placed"


@pytest.mark.parametrize(("step", "status"), [("accept", "placed"), ("return", "awaiting_payment")])
def test_another_amount_is_decided_on_its_page(person, step, status):
    done = _mismatch()
    browser = _moderator(person)

    answer = browser.post(f"/admin/payments/{done.payment.id}/{step}", data={"note": "Close enough."})

    assert (answer.status_code, seen(done).status) == (303, status)


def test_an_owed_transfer_is_ticked_off_on_the_page(person):
    done = _transfer()
    services.move_order(number=seen(done).orders[0].number, name="cancel", actor=Actor.BUYER)
    _mark_paid(done)
    browser = _moderator(person)
    page = browser.get("/admin/payments?view=refund-due")
    (owed,) = transfers.owed(10)

    browser.post(f"/admin/transfers/{owed.pk}/sent")

    assert "I have sent it" in page.text
    assert transfers.owed(10) == []


def test_support_looks_and_does_not_decide(person):
    done = _mismatch()
    _, browser = person("Support", roles=(Role.SUPPORT,))

    page = browser.get(f"/admin/payments/{done.payment.id}")

    assert page.status_code == 200
    assert "Take it as paid" not in page.text
    assert browser.post(f"/admin/payments/{done.payment.id}/accept").status_code == 403


# Over JSON


def test_payments_are_listed_over_json(person):
    done = _mismatch()

    listed = _moderator(person).get("/api/v1/admin/payments").json["data"]

    assert [(one["id"], one["received"]["amount"]) for one in listed] == [(str(done.payment.id), 900)]


def test_payments_are_found_by_reference_over_json(person):
    done = _transfer()
    reference = payments.get(done.payment.id).reference

    found = _moderator(person).get(f"/api/v1/admin/payments?reference={reference}").json["data"]

    assert [one["id"] for one in found] == [str(done.payment.id)]


def test_a_transfer_is_marked_over_json(person):
    done = _transfer()
    browser = _moderator(person)
    address = f"/api/v1/admin/payments/{done.payment.id}"

    answer = browser.post(f"{address}/mark-paid", json={"received": {"amount": 1000, "currency": "USD"}})

    assert (answer.status_code, answer.json["status"]) == (200, "succeeded")
    assert browser.get(address).json["status"] == "succeeded"


@pytest.mark.parametrize(("step", "status"), [("accept", "succeeded"), ("return", "refunded")])
def test_another_amount_is_decided_over_json(person, step, status):
    done = _mismatch()

    answer = _moderator(person).post(f"/api/v1/admin/payments/{done.payment.id}/{step}", json={"note": "ok"})

    assert (answer.status_code, answer.json["status"]) == (200, status)


def test_owed_transfers_are_listed_and_ticked_off_over_json(person):
    done = _transfer()
    services.move_order(number=seen(done).orders[0].number, name="cancel", actor=Actor.BUYER)
    _mark_paid(done)
    browser = _moderator(person)

    (owed,) = browser.get("/api/v1/admin/transfers").json
    answer = browser.post(f"/api/v1/admin/transfers/{owed['key']}/sent")

    assert (answer.json["state"], answer.json["amount"]["amount"]) == ("sent", 1000)
    assert browser.post(f"/api/v1/admin/transfers/{owed['key']}/sent").status_code == 404

"""The same order sent by many at once, and every way in which a payment is told, all together."""

from __future__ import annotations

import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bson import ObjectId

from .browser import Answer, Buyer
from .outcome import Outcome
from .trial import MUG, NOTEBOOK, Trial

THREADS = 20

#: Where payment providers report.
WEBHOOK = "/webhooks/payments/sandbox"

#: How many purchases are paid by everybody at once.
PAYMENTS = 100


def run(trial: Trial, outcome: Outcome) -> None:
    """Send one order from twenty browsers, send it again, then tell a hundred payments five times each."""
    mug, notebook = trial.variant(MUG), trial.variant(NOTEBOOK)
    buyer = trial.site.buyer().fill(mug, notebook)
    with ThreadPoolExecutor(THREADS) as crowd:
        answers = list(crowd.map(lambda one: one.check_out(), [twin(buyer) for _ in range(THREADS)]))
        _count_twins(trial, outcome, buyer, answers)
        buyers = list(crowd.map(lambda _: _bought(trial, mug), range(PAYMENTS)))
    before = trial.stock(MUG)
    told = [tell_at_once(one, trial.environment["MARKETPLACE_SECRET_KEY"]) for one in buyers]
    _count_payments(trial, outcome, buyers, before, [answer for some in told for answer in some])


def twin(buyer: Buyer) -> Buyer:
    """The same person in another tab: the same cookies, the same order and the same key."""
    return replace(buyer, browser=buyer.browser.twin(), answers=[])


def tell_at_once(buyer: Buyer, secret_key: str) -> list[Answer]:
    """Report a payment in every way that there is, at the same moment.

    Its button is pressed, and again; its webhook comes twice; and somebody asks to pay once more.
    """
    guest = buyer.purchase.get("key")
    purchase = f"/api/v1/purchases/{buyer.purchase['id']}/payments" + (f"?key={guest}" if guest else "")
    ways = [
        lambda one: one.pay(),
        lambda one: report_success(one, secret_key),
        lambda one: one.pay(),
        lambda one: report_success(one, secret_key),
        lambda one: one.browser.ask("POST", purchase),
    ]
    twins = [twin(buyer) for _ in ways]
    with ThreadPoolExecutor(len(ways)) as crowd:
        answers = list(crowd.map(lambda way, one: way(one), ways, twins))
    for one in twins:
        one.browser.close()
    if any(answer.uncertain for answer in answers):
        answers.append(buyer.surely_pay())
    return answers


def report_success(buyer: Buyer, secret_key: str) -> Answer:
    """Send the webhook by which the sandbox tells that a payment succeeded, signed as it signs."""
    reference = buyer.pay_at.partition("?")[0].rpartition("/")[2]
    total = {name: buyer.purchase["total"][name] for name in ("amount", "currency")}
    said = {"id": f"{reference}-succeeded", "reference": reference, "outcome": "succeeded"} | total
    seconds = int(time.time())
    secret = hmac.digest(secret_key.encode(), b"sandbox webhooks", "sha256")
    signature = hmac.new(secret, f"{seconds}.{json.dumps(said)}".encode(), "sha256").hexdigest()
    headers = {"Sandbox-Signature": f"t={seconds},v1={signature}"}
    return buyer.surely("POST", WEBHOOK, body=said, headers=headers)


def _bought(trial: Trial, variant: Any) -> Buyer:
    buyer = trial.site.buyer().fill(variant)
    buyer.surely_check_out().expect(200, 201)
    return buyer


def _count_twins(trial: Trial, outcome: Outcome, buyer: Buyer, answers: list[Answer]) -> None:
    outcome.did.append(
        f"{THREADS} browsers sent the same order at once; then it was sent again, as after a lost answer."
    )
    again = buyer.surely_check_out()
    named = {one.json["purchase"]["id"] for one in [*answers, again] if one.status in (200, 201)}
    stored = trial.db["purchases"].count_documents({"cart_id": ObjectId(buyer.order["cart_id"])})
    mine = [ObjectId(one) for one in named]
    outcome.count("purchases stored", stored, expected=1)
    outcome.count("purchases that were answered", len(named), expected=1)
    outcome.count("answers that it is new", sum(one.status == 201 for one in answers), expected=1)
    for name, expected in (("orders", 2), ("payments", 1)):
        its = trial.db[name].count_documents({"purchase_id": {"$in": mine}})
        outcome.count(f"its {name}", its, expected=expected)
    outcome.count("what sending it again answered", again.status, expected=200)
    others = sorted({one.status for one in answers} - {200, 201, 409, 503})
    outcome.count("answers that are neither it nor «in progress»", others, expected=[])


def _count_payments(
    trial: Trial, outcome: Outcome, buyers: list[Buyer], before: dict[str, Any], answers: list[Answer]
) -> None:
    outcome.did.append(
        f"{PAYMENTS} payments were each paid twice by button, reported twice by webhook and asked for again, "
        "all five at the same moment."
    )
    mine = [ObjectId(one.purchase["id"]) for one in buyers]
    orders = list(trial.db["orders"].find({"purchase_id": {"$in": mine}}))
    payments = list(trial.db["payments"].find({"purchase_id": {"$in": mine}}))
    steps = [event["name"] for one in orders for event in one["events"]]
    rows = [f"order:{one['_id']}" for one in orders]
    told = trial.db["outbox"].count_documents({"stream": {"$in": rows}, "topic": "order.placed"})
    after = trial.stock(MUG)
    outcome.count("paid orders", sum(bool(one.get("paid_at")) for one in orders), expected=PAYMENTS)
    outcome.count("times that they became paid", steps.count("payment_ok"), expected=PAYMENTS)
    succeeded = sum(one["status"] == "succeeded" for one in payments)
    outcome.count("payments that succeeded", succeeded, expected=PAYMENTS)
    outcome.count("times that a shop is told", told, expected=PAYMENTS)
    outcome.count("pieces allocated", after["allocated"] - before["allocated"], expected=PAYMENTS)
    taken = sum(one.status == 204 for one in answers)
    outcome.count("webhooks that were taken", taken, expected=2 * PAYMENTS)
    outcome.count("answers of 500", sum(one.status == 500 for one in answers), expected=0)

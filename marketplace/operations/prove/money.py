"""Purchases of every kind, and the sums that they must make."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .browser import Buyer, Refused
from .outcome import Outcome
from .trial import MUG, NOTEBOOK, Trial

PURCHASES = 60

#: What people buy, and what becomes of it.
SKUS = (MUG, NOTEBOOK, "E2E-BLUE", "E2E-WHITE")
FATES = ("pay", "pay", "pay", "decline", "decline and pay", "cancel", "leave")


def run(trial: Trial, outcome: Outcome) -> None:
    """Make purchases by chance, then add everything up again."""
    chance = random.Random(7)  # noqa: S311 - the same purchases each time
    variants = {sku: trial.variant(sku) for sku in SKUS}
    plans = [
        (chance.choice(FATES), {variants[sku]: chance.randint(1, 7) for sku in chance.sample(SKUS, 3)})
        for _ in range(PURCHASES)
    ]
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda plan: _live(trial, *plan), plans))
    fates = Counter(fate for fate, _ in plans)
    outcome.did.append(
        f"{PURCHASES} purchases of up to two shops: "
        + ", ".join(f"{number} × {fate}" for fate, number in sorted(fates.items()))
        + "."
    )
    outcome.broken += [*_of_orders(trial), *_of_purchases(trial), *_of_payments(trial)]
    outcome.counted |= {
        name: trial.db[name].count_documents({}) for name in ("orders", "purchases", "payments")
    }
    outcome.counted["paid"] = _sum(trial.db["payments"].find({"status": "succeeded"}), "amount")
    outcome.counted["in paid orders"] = sum(
        one["totals"]["total"]["amount"] for one in trial.db["orders"].find({"paid_at": {"$ne": None}})
    )
    wrong = checked(trial)
    outcome.count("rules of `flask db-check --live` that are broken", wrong, expected=[])


def _live(trial: Trial, fate: str, lines: dict[Any, int]) -> None:
    buyer = trial.site.buyer()
    for variant, quantity in lines.items():
        buyer.fill(variant, quantity=quantity)
    buyer.surely_check_out().expect(200, 201)
    if fate.startswith("decline"):
        buyer.surely_pay("decline").expect(200, 303)
    if fate == "decline and pay":
        again = buyer.surely("POST", _with_key(buyer, f"/api/v1/purchases/{buyer.purchase['id']}/payments"))
        buyer.pay_at = again.expect(200, 201).json["url"]
    if fate.endswith("pay"):
        buyer.surely_pay().expect(200, 303)
    if fate == "cancel":
        number = buyer.purchase["orders"][0]["number"]
        path = _with_key(buyer, f"/api/v1/orders/{number}/transitions")
        buyer.surely("POST", path, body={"name": "cancel"}).expect(200)
    buyer.browser.close()


def _with_key(buyer: Buyer, path: str) -> str:
    return f"{path}?key={buyer.purchase['key']}"


def _of_orders(trial: Trial) -> Iterator[str]:
    for one in trial.db["orders"].find():
        totals = {name: one["totals"][name]["amount"] for name in ("items", "shipping", "total")}
        lines = sum(item["unit_price"]["amount"] * item["quantity"] for item in one["items"])
        if totals["items"] != lines or totals["total"] != lines + totals["shipping"]:
            yield f"The lines of order {one['number']} make {lines}, and its totals are {totals}."


def _of_purchases(trial: Trial) -> Iterator[str]:
    for one in trial.db["purchases"].find():
        orders = trial.db["orders"].find({"purchase_id": one["_id"]})
        parts = sum(order["totals"]["total"]["amount"] for order in orders)
        if parts != one["total"]["amount"]:
            yield f"Purchase {one['_id']} cost {one['total']['amount']}, and its orders {parts}."


def _of_payments(trial: Trial) -> Iterator[str]:
    for one in trial.db["purchases"].find():
        payments = list(trial.db["payments"].find({"purchase_id": one["_id"]}))
        paid = [payment for payment in payments if payment["status"] == "succeeded"]
        owed = list(trial.db["orders"].find({"purchase_id": one["_id"], "paid_at": {"$ne": None}}))
        if any(payment["amount"] != one["total"] for payment in payments):
            yield f"Purchase {one['_id']} cost {one['total']}, and something else was to be paid."
        if len(paid) != bool(owed):
            yield f"Purchase {one['_id']} was paid {len(paid)} times, and {len(owed)} of its orders are paid."


def _sum(rows: Any, name: str) -> int:
    return sum(row[name]["amount"] for row in rows)


def checked(trial: Trial) -> list[str]:
    """What `flask db-check --live` finds in the scratch database."""
    said = trial.run("db-check", "--live", "--json")
    try:
        answer = json.loads(said.stdout)
        return [one["check"] for one in answer["stored"]]
    except (ValueError, KeyError):
        raise Refused(f"flask db-check said: {(said.stderr or said.stdout)[-300:]}") from None

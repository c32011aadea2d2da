"""Who may give stars: eight people who may not, those who may, and whether the stars add up."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId

from .browser import Answer, Browser, Buyer
from .outcome import Outcome
from .trial import MUG, NEWCOMER, OTHER_SELLER, SELLER, Trial

#: A delivery that is longer ago than any setting lets people review.
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def run(trial: Trial, outcome: Outcome) -> None:
    """Have people review what they may not, then what they may; then count the stars again."""
    product = trial.db["products"].find_one({"variants.sku": MUG}) or {}
    seller, newcomer, other = (trial.member(name) for name in (SELLER, NEWCOMER, OTHER_SELLER))
    refusals = _refusals(trial, outcome, product, seller, newcomer)
    _receive(trial, other, seller)
    outcome.count("who received it may review it", _review(other, product, 2).status, expected=201)
    _twice(outcome, newcomer, product)
    refusals += _afterwards(trial, outcome, product, seller, newcomer)
    for one in (seller, newcomer, other):
        one.sign_out()
    outcome.did.append(f"{refusals} reviews were refused, each for its own reason; two were published.")
    _recount(trial, outcome)


def _refusals(
    trial: Trial, outcome: Outcome, product: dict[str, Any], seller: Browser, newcomer: Browser
) -> int:
    visitor = trial.site.browser()
    outcome.count("a visitor", _review(visitor, product).status, expected=401)
    _expect(outcome, "somebody who never bought it", _review(newcomer, product), "not_bought")
    _expect(outcome, "its own seller", _review(seller, product), "own_shop")
    guest = trial.site.buyer(f"{NEWCOMER}@example.com").fill(trial.variant(MUG))
    guest.check_out().expect(201)
    guest.pay().expect(200, 303)
    _arrive(seller, guest)
    _expect(outcome, "who received it as a guest", _review(newcomer, product), "not_bought")
    buyer = _buy(trial, newcomer)
    _expect(outcome, "who has not paid it", _review(newcomer, product), "not_bought")
    buyer.pay().expect(200, 303)
    _expect(outcome, "who has not received it", _review(newcomer, product), "not_delivered")
    _arrive(seller, buyer)
    outcome.count("the same person once it arrived", _review(newcomer, product, 5).status, expected=201)
    return 6


def _twice(outcome: Outcome, newcomer: Browser, product: dict[str, Any]) -> None:
    again = _review(newcomer, product)
    outcome.count("a second review by one person", again.json.get("code"), expected="already_reviewed")


def _afterwards(
    trial: Trial, outcome: Outcome, product: dict[str, Any], seller: Browser, newcomer: Browser
) -> int:
    """Rights that ended: a delivery too long ago, and money that went back; of another product."""
    other = trial.db["products"].find_one({"variants.sku": "E2E-BLUE"}) or {}
    buyer = _buy(trial, newcomer, "E2E-BLUE")
    buyer.pay().expect(200, 303)
    _arrive(seller, buyer)
    line = {"product_id": other["_id"], "author_id": _user(trial, NEWCOMER)}
    rights = trial.db["review_rights"]
    arrived = (rights.find_one(line) or {})["delivered_at"]
    rights.update_one(line, {"$set": {"delivered_at": LONG_AGO}})
    _expect(outcome, "who received it too long ago", _review(newcomer, other), "window_closed")
    rights.update_one(line, {"$set": {"delivered_at": arrived, "ended_at": arrived}})
    _expect(outcome, "who got the money back", _review(newcomer, other), "refunded")
    return 3


def _recount(trial: Trial, outcome: Outcome) -> None:
    """The stars of each product, counted from its reviews; and whose review each is."""
    stray = 0
    published = list(trial.db["reviews"].find({"status": "published"}))
    for review in published:
        received = trial.db["orders"].find_one(
            {
                "buyer_id": review["author_id"],
                "status": {"$in": ["delivered", "completed"]},
                "items.product_id": review["product_id"],
            }
        )
        stray += received is None
    outcome.counted["published reviews"] = len(published)
    outcome.count("reviews whose author did not receive the product", stray, expected=0)
    stars = Counter((one["product_id"], one["rating"]) for one in published)
    wrong = []
    for product in trial.db["products"].find({}, {"rating": 1, "title": 1}):
        shown = product.get("rating") or {}
        counted = [stars[product["_id"], number] for number in range(1, 6)]
        kept = list(shown.get("counts") or [shown.get(f"c{number}", 0) for number in range(1, 6)])
        if kept != counted:
            wrong.append(f"{product['title']}: {kept} instead of {counted}")
    outcome.count("products whose stars are not those of their reviews", wrong, expected=[])


def _expect(outcome: Outcome, who: str, answer: Answer, reason: str) -> None:
    said = answer.json.get("reason") if answer.status == 403 else answer.status
    outcome.count(who, said, expected=reason)


def _review(browser: Browser, product: dict[str, Any], rating: int = 1) -> Answer:
    return browser.ask("POST", f"/api/v1/products/{product['_id']}/reviews", body={"rating": rating})


def _buy(trial: Trial, member: Browser, sku: str = MUG) -> Buyer:
    buyer = Buyer(member).fill(trial.variant(sku))
    del buyer.order["email"]
    buyer.check_out().expect(201)
    return buyer


def _receive(trial: Trial, member: Browser, seller: Browser) -> None:
    buyer = _buy(trial, member)
    buyer.pay().expect(200, 303)
    _arrive(seller, buyer)


def _arrive(seller: Browser, buyer: Buyer) -> None:
    for order in buyer.purchase["orders"]:
        steps = f"/api/v1/seller/{order['shop']['slug']}/orders/{order['number']}/transitions"
        for name in ("ship", "mark_delivered"):
            seller.ask("POST", steps, body={"name": name}).expect(200)


def _user(trial: Trial, name: str) -> ObjectId:
    found: ObjectId = (trial.db["users"].find_one({"email": f"{name}@example.com"}) or {})["_id"]
    return found

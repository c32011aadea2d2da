"""Many buyers, few pieces, several processes."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from .browser import Answer, Buyer
from .outcome import Outcome
from .trial import MUG, SELLER, Trial

PIECES, BUYERS = 100, 200

#: How many of them press the button at the same moment.
AT_ONCE = 32


def run(trial: Trial, outcome: Outcome) -> None:
    """Have two hundred guests check out and pay one piece each of a hundred."""
    variant = put_on_the_shelf(trial, MUG, PIECES)
    held_before = _held(trial.stock(MUG))
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        buyers = list(crowd.map(lambda _: trial.site.buyer().fill(variant), range(BUYERS)))
        with _watching(trial, MUG) as seen:
            answers = list(crowd.map(_buy, buyers))
    outcome.did.append(
        f"{BUYERS} guests filled a cart each, then checked out and paid, {AT_ONCE} at a time, at "
        f"two processes."
    )
    sold = sum(answer.status in (200, 201) for answer in answers)
    refused = Counter(_why(answer) for answer in answers if answer.status not in (200, 201))
    stock = trial.stock(MUG)
    outcome.count("pieces on the shelf", PIECES, expected=PIECES)
    outcome.count("purchases", sold, expected=PIECES)
    outcome.count("refused because it was sold out", refused["sold out"], expected=BUYERS - PIECES)
    outcome.count("refused otherwise", sorted(set(refused) - {"sold out"}), expected=[])
    outcome.count("pieces in paid orders", _paid_pieces(trial, variant, buyers), expected=PIECES)
    outcome.count("available afterwards", stock["available"], expected=0)
    outcome.count("still held for them", _held(stock) - held_before, expected=0)
    outcome.counted["lowest stock ever seen"] = min(seen)
    outcome.counted["times that the stock was looked at meanwhile"] = len(seen)
    if min(seen) < 0:
        outcome.broken.append(f"{min(seen)} pieces were available at one moment.")
    if stock["on_hand"] != stock["available"] + stock["allocated"] + _held(stock):
        outcome.broken.append(
            f"{stock['on_hand']} pieces are on hand, but {stock['available']} available, "
            f"{stock['allocated']} allocated and {_held(stock)} held."
        )


def put_on_the_shelf(trial: Trial, sku: str, pieces: int) -> Any:
    """Have the shop count so that exactly so many pieces can be bought; answers with the variant's id."""
    stock = trial.stock(sku)
    promised = stock["allocated"] + _held(stock)
    shop = trial.db["shops"].find_one({"_id": stock["shop_id"]}) or {}
    seller = trial.member(SELLER)
    counted = {"on_hand": promised + pieces, "reason": "stocktake"}
    seller.ask("PUT", f"/api/v1/seller/{shop['slug']}/stock/{stock['_id']}", body=counted).expect(200)
    seller.sign_out()
    return stock["_id"]


def _held(stock: dict[str, Any]) -> int:
    return sum(one["quantity"] for one in stock["holds"])


def _buy(buyer: Buyer) -> Answer:
    answer = buyer.surely_check_out()
    if answer.status in (200, 201):
        buyer.surely_pay().expect(200, 303)
    buyer.browser.close()
    return answer


def _why(answer: Answer) -> str:
    """Both say it: the cart that is priced anew, and the stock that is not there any more."""
    code = answer.json.get("code")
    problems = {one.get("code") for one in answer.json.get("problems", ())}
    if code == "insufficient_stock" or (code == "cart_changed" and problems == {"insufficient_stock"}):
        return "sold out"
    return f"{answer.status} {code}"


@contextmanager
def _watching(trial: Trial, sku: str) -> Iterator[list[int]]:
    """What is available of it, again and again, as long as this lasts."""
    seen, over = [trial.stock(sku)["available"]], threading.Event()

    def watch() -> None:
        while not over.is_set():
            seen.append(trial.stock(sku)["available"])
            time.sleep(0.005)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _paid_pieces(trial: Trial, variant: Any, buyers: list[Buyer]) -> int:
    purchases = {buyer.purchase["id"] for buyer in buyers if buyer.purchase}
    orders = trial.db["orders"].find({"paid_at": {"$ne": None}, "items.variant_id": variant})
    return sum(
        item["quantity"] for one in orders if str(one["purchase_id"]) in purchases for item in one["items"]
    )

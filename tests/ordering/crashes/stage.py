"""What the crash tests need: processes to kill, time that passes at once, and what must hold afterwards."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from marketplace.operations.prove import Browser, Buyer
from marketplace.shared import connections

ROOT = Path(__file__).parents[3]

#: What has moments in it that something waits for.
TIMED = (
    "carts",
    "stock",
    "purchases",
    "orders",
    "payments",
    "outbox",
    "outbox_streams",
    "timers",
    "idempotency",
)


class Stage:
    """A zygote, the web process that answers now, and the database that all of them use."""

    def __init__(self, db: Any, environment: dict[str, str]) -> None:
        self.db, self.uri = db, environment["MARKETPLACE_MONGODB_URI"]
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.ordering.crashes.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | environment,
            text=True,
        )
        self.port = json.loads(self._zygote.stdout.readline())["port"]
        self._web: int | None = None
        self._browsers: list[Browser] = []

    def close(self) -> None:
        self.serve_no_more()
        self.leave()
        self._zygote.stdin.close()
        self._zygote.wait(10)
        self._zygote.stdout.close()

    def serve(self, at: str | None = None) -> None:
        """Have a new web process answer, which dies at this point."""
        self.serve_no_more()
        self._web = self._ask(do="web", at=at)["pid"]

    def serve_no_more(self) -> None:
        if self._web is not None:
            with suppress(ProcessLookupError):
                os.kill(self._web, signal.SIGKILL)
            self.died()

    def died(self) -> int:
        """How the web process ended; what it left open is ended, as gunicorn's master does it."""
        pid, self._web = self._web, None
        status = self._ask(do="wait", pid=pid)["status"]
        connections.end_sessions_of(self.uri, pid)
        return int(status)

    def run(self, what: str, *, at: str | None = None, **arguments: Any) -> dict[str, Any]:
        """Run one of the zygote's functions in a process of its own: its `status` and its `result`."""
        return self._ask(do="run", what=what, at=at, **{"with": arguments})

    def result(self, what: str, **arguments: Any) -> Any:
        """The result of a function that nothing interrupts."""
        answer = self.run(what, **arguments)
        assert answer["status"] == 0, answer
        return answer["result"]

    def browser(self) -> Browser:
        return Browser(self.port, opened=self._browsers)

    def buyer(self) -> Buyer:
        return Buyer(self.browser())

    def leave(self) -> None:
        """Close every connection; a process that was killed cannot."""
        for one in self._browsers:
            one.close()

    def pass_time(self, hours: int = 1) -> None:
        """Let everything that is stored be older by so much."""
        for name in TIMED:
            for row in self.db[name].find():
                older = _older(row, timedelta(hours=hours))
                if older != row:
                    self.db[name].replace_one({"_id": row["_id"]}, older)

    def _ask(self, **order: Any) -> dict[str, Any]:
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        return json.loads(self._zygote.stdout.readline())


def _older(value: Any, by: timedelta) -> Any:
    if isinstance(value, datetime):
        return value - by if value.year > 1980 else value
    if isinstance(value, dict):
        return {name: _older(part, by) for name, part in value.items()}
    if isinstance(value, list):
        return [_older(part, by) for part in value]
    return value


def left_behind(stage: Stage) -> list[str]:
    """What is wrong or stuck: empty when the marketplace is as if nothing had happened."""
    db = stage.db
    wrong = stage.result("check")
    stuck = {
        "carts that are being checked out": db["carts"].count_documents({"status": "converting"}),
        "purchases that wait for a payment": db["purchases"].count_documents(
            {"pay_until": {"$exists": True}}
        ),
        "orders that wait for a payment": db["orders"].count_documents({"status": "awaiting_payment"}),
        "pieces that are held": sum(len(one["holds"]) for one in db["stock"].find()),
        "refunds that are due": db["payments"].count_documents({"status": "refund_due"}),
        "deliveries that wait or failed": db["outbox"].count_documents({"state": {"$ne": "delivered"}}),
    }
    wrong += [f"{number} {what}" for what, number in stuck.items() if number]
    twice = db["purchases"].aggregate([{"$sortByCount": "$cart_id"}, {"$match": {"count": {"$gt": 1}}}])
    wrong += [f"cart {one['_id']} was bought {one['count']} times" for one in twice]
    return wrong + list(_charges_for_nothing(db)) + list(_unexplained_pieces(db))


def _charges_for_nothing(db: Any) -> Any:
    """Reports of money for which there is neither an order nor a refund."""
    for event in db["payment_events"].find({"outcome": "succeeded"}):
        payment = db["payments"].find_one({"_id": event["payment_id"]})
        paid = {"purchase_id": payment["purchase_id"], "paid_at": {"$exists": True}}
        served = payment["status"] == "succeeded" and db["orders"].count_documents(paid)
        if not served and payment["status"] != "refunded":
            yield f"payment {payment['_id']} is {payment['status']}, and the money was taken"


def _unexplained_pieces(db: Any) -> Any:
    """Stock that is allocated to no order: what is allocated is what was paid and not shipped."""
    for stock in db["stock"].find({"track": True}):
        orders = db["orders"].find(
            {"items.variant_id": stock["_id"], "status": {"$in": ["placed", "processing"]}}
        )
        owed = sum(
            item["quantity"] for one in orders for item in one["items"] if item["variant_id"] == stock["_id"]
        )
        if stock["allocated"] != owed:
            yield f"{stock['allocated']} pieces are allocated, and orders wait for {owed}"

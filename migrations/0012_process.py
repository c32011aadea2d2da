"""Orders are sent in parts, refunded in parts, and move on by themselves.

Each order gets the periods that were in force. The parcel that it had becomes the first of several and holds
everything; `shipment` stays for older code. Lines count what of them was sent. Orders that wait for somebody
get a timer; since nobody was reminded so far, none rings before a day has passed, and shops are reminded
before anything is cancelled.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel

from marketplace.operations.migrations.steps import collections, each, index

phase = "migrate"
depends_on = ("0011_editor",)

#: How many days orders wait that were placed before there were settings for it.
PERIODS = {
    "ship_reminder_days": 0,
    "cancel_days": 7,
    "arrival_reminder_days": 12,
    "delivered_days": 14,
    "complete_days": 14,
}

#: The states that orders came to by the steps that there were.
LED_TO = {
    "payment_ok": "placed",
    "late_payment": "placed",
    "paid_late_no_stock": "cancelled",
    "expire": "expired",
    "cancel": "cancelled",
    "start": "processing",
    "ship": "shipped",
    "confirm_received": "delivered",
    "mark_delivered": "delivered",
    "complete": "completed",
}

SENT = ("shipped", "delivered", "completed")


def _when(events: list[dict[str, Any]], status: str, otherwise: datetime) -> datetime:
    """When an order came to this state."""
    return next((event["at"] for event in reversed(events) if event.get("to") == status), otherwise)


def _timer(order: dict[str, Any], events: list[dict[str, Any]], soonest: datetime) -> dict[str, Any] | None:
    """What the order does next by itself, at the soonest then."""
    status = order["status"]
    since, kind, days = {
        "placed": (order.get("ships_by"), "remind_to_ship", 0),
        "processing": (order.get("ships_by"), "remind_to_ship", 0),
        "shipped": (_when(events, status, order["placed_at"]), "remind_to_confirm", 12),
        "delivered": (_when(events, status, order["placed_at"]), "auto_complete", 14),
    }.get(status, (None, "", 0))
    if since is None:
        return None
    return {"at": max(since + timedelta(days=days), soonest), "kind": kind, "failures": 0}


def bring_along(db: Any, order: dict[str, Any]) -> dict[str, Any]:
    """The change of an order from before."""
    sent = order["status"] in SENT
    events = [
        event | ({"to": LED_TO[event["name"]]} if event["name"] in LED_TO else {})
        for event in order.get("events", [])
    ]
    soonest = _utc(datetime.now(UTC) + timedelta(days=1), order["placed_at"])
    change: dict[str, Any] = {"periods": PERIODS, "events": events}
    for number, item in enumerate(order["items"]):
        change[f"items.{number}.shipped"] = item["quantity"] if sent else 0
        change[f"items.{number}.cancelled"] = 0
    if sent:
        parcel = order.get("shipment") or {"shipped_at": _when(events, "shipped", order["placed_at"])}
        lines = [{"item_id": item["id"], "quantity": item["quantity"]} for item in order["items"]]
        change["shipments"] = [parcel | {"lines": lines}]
    timer = _timer(order, events, soonest)
    if timer is not None:
        change["timer"] = timer
    return {"$set": change, "$inc": {"version": 1}}


def _utc(moment: datetime, like: datetime) -> datetime:
    """The moment with or without its zone, as the database's other moments come."""
    return (
        moment.replace(tzinfo=None, microsecond=0) if like.tzinfo is None else moment.replace(microsecond=0)
    )


#: Puts the first parcel back where it was; parcels after it are lost, and so is what was refunded.
UNDO = [
    {"$set": {"shipment": {"$first": "$shipments"}}},
    {"$unset": ["shipment.lines", "shipments", "periods", "timer", "shipping_refunded"]},
    {"$unset": ["items.shipped", "items.cancelled", "items.refunded", "events.to", "events.detail"]},
]


def _index(name: str, *fields: str, **options: Any) -> IndexModel:
    return IndexModel([(field, ASCENDING) for field in fields], name=name, **options)


steps = [
    collections(
        {
            "refunds": [
                _index("order", "order_id", "_id"),
                _index("status", "status", "_id"),
                _index("tried", "tried_at", "_id", partialFilterExpression={"status": "failed"}),
            ]
        }
    ),
    each("orders", {"periods": None}, bring_along, down=UNDO),
    index.create(
        "orders",
        "timer",
        {"timer.at": 1, "_id": 1},
        partialFilterExpression={"timer.at": {"$exists": True}},
    ),
    index.create(
        "orders",
        "timer_failed",
        {"timer.error": 1, "_id": 1},
        partialFilterExpression={"timer.error": {"$exists": True}},
    ),
    index.create(
        "orders",
        "late",
        {"status": 1, "ships_by": 1, "_id": 1},
        partialFilterExpression={"ships_by": {"$exists": True}},
    ),
]

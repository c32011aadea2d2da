"""Lines, states and timelines in the shape that the templates' macros draw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bson import ObjectId
from flask import url_for

from ...shared.formats import money_text
from .. import process
from ..documents import Order, OrderItem, Refund
from ..services import PricedLine
from ..values import Actor, Option, OrderStatus, RefundStatus

#: The colour of a state's chip.
TONES: dict[OrderStatus, str] = {
    OrderStatus.AWAITING_PAYMENT: "warn",
    OrderStatus.DELIVERED: "good",
    OrderStatus.COMPLETED: "good",
    OrderStatus.EXPIRED: "neutral",
    OrderStatus.CANCELLED: "neutral",
}

_ACTORS = {Actor.BUYER: "Buyer", Actor.SELLER: "Shop", Actor.SYSTEM: None, Actor.OPERATOR: "Marketplace"}

#: A refund's state in a buyer's words: that a provider does not take it is no concern of theirs.
_REFUNDS = {
    RefundStatus.SENT: "On its way",
    RefundStatus.PENDING: "Being sent",
    RefundStatus.FAILED: "Being sent",
}


def cart_line(line: PricedLine, shop_slug: str | None) -> dict[str, Any]:
    """A line of a cart."""
    url = _product_url(shop_slug, line.offer.slug) if line.offer and line.offer.on_sale else None
    return {
        "title": line.title,
        "url": url,
        "image": image_url(line.offer.image if line.offer else None),
        "options": options_text(line.options),
        "quantity": line.item.quantity,
        "unit_price": line.unit_price,
        "total": line.total,
        "problem": " ".join(problem.message for problem in line.problems) or None,
    }


def order_line(item: OrderItem, shop_slug: str, sold: set[ObjectId]) -> dict[str, Any]:
    """A line of an order, as it was bought; it leads to its listing while that is among what is `sold`."""
    return {
        "title": item.title,
        "url": _product_url(shop_slug, item.slug) if item.variant_id in sold else None,
        "image": image_url(item.image),
        "options": options_text(item.options),
        "quantity": item.quantity,
        "unit_price": item.unit_price,
        "total": item.total,
        "problem": None,
        "note": _course_of(item),
    }


def _course_of(item: OrderItem) -> str | None:
    """What became of a line's pieces and its price, where it is not simply all sent or all waiting."""
    parts = []
    if 0 < item.shipped < item.quantity:
        parts.append(f"{item.shipped} of {item.quantity} sent")
    if item.cancelled:
        parts.append(f"{item.cancelled} cancelled")
    if item.refunded:
        parts.append(f"{money_text(item.refunded)} refunded")
    return ", ".join(parts) or None


def options_text(options: list[Option]) -> str | None:
    """What was chosen, in one line."""
    return ", ".join(f"{option.name}: {option.value}" for option in options) or None


def state(status: OrderStatus) -> dict[str, str]:
    """A state's word and the colour of its chip."""
    return {"label": process.STATES[status].label, "tone": TONES.get(status, "info")}


def next_action(order: Order) -> str | None:
    """What the buyer can do next, in a word or two; None where it is not their turn."""
    if order.origin is not None:
        return None
    if order.status is OrderStatus.AWAITING_PAYMENT:
        return "Pay"
    steps = [step.label for step in order.available(Actor.BUYER) if not step.name.startswith("cancel")]
    return steps[0] if steps else None


def is_late(order: Order, moment: datetime) -> bool:
    """Whether a shop should have sent it on a day before this one."""
    waits = order.status in (OrderStatus.PLACED, OrderStatus.PROCESSING) and order.origin is None
    return waits and order.ships_by is not None and order.ships_by.date() < moment.date()


def progress(order: Order) -> list[dict[str, Any]]:
    """How far an order has come on the way of the process; empty when it left that way."""
    if order.status not in process.PROGRESS:
        return []
    reached = {event.to: event.at for event in reversed(order.events) if event.to}
    reached[OrderStatus.AWAITING_PAYMENT.value] = order.placed_at
    here = process.PROGRESS.index(order.status)
    finished = order.status is process.PROGRESS[-1]
    return [
        {
            "label": process.STATES[status].step,
            "state": "done" if place < here or finished else "current" if place == here else "todo",
            "at": reached.get(status.value),
            "note": None,
        }
        for place, status in enumerate(process.PROGRESS)
    ]


def by_itself(order: Order) -> dict[str, Any] | None:
    """What an order does if nobody does anything: a sentence with a place for the `day`, and the moment."""
    timer = order.next_by_itself
    return {"note": process.TIMERS[timer.kind].note, "at": timer.at} if timer else None


def timeline(order: Order) -> list[dict[str, Any]]:
    """What happened to an order, newest first."""
    return [
        {
            "at": event.at,
            "title": event.text,
            "text": event.detail or None,
            "actor": _ACTORS[Actor(event.actor)],
            "tone": "bad" if event.to in (OrderStatus.EXPIRED, OrderStatus.CANCELLED) else "",
        }
        for event in reversed(order.events)
    ]


def refund_rows(refunds: list[Refund]) -> list[dict[str, Any]]:
    """The refunds of an order: amount, state in a buyer's words, moment and reason."""
    return [
        {
            "amount": refund.amount,
            "state": _REFUNDS[refund.status],
            "at": refund.sent_at or refund.created_at,
            "reason": refund.reason,
        }
        for refund in refunds
    ]


def _product_url(shop_slug: str | None, slug: str) -> str | None:
    return url_for("catalog_pages.show_product", shop=shop_slug, slug=slug) if shop_slug else None


def image_url(name: str | None) -> str | None:
    """The address of a stored picture."""
    return url_for("catalog_pages.show_picture", name=name) if name else None

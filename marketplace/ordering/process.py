"""The process of an order: its states, and every step from one to another.

This table is the one place that says what may happen. Services, buttons, the API's
`available_transitions`, the timeline and the progress bar read it.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import InvalidTransition, NotYourRole
from .values import Actor, OrderStatus


@dataclass(frozen=True, slots=True)
class State:
    """A state: how it is called, as a step on the way, and what happens next in each side's words."""

    label: str
    step: str
    buyer_note: str
    seller_note: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from which states it leads where, whose it is, its button and its timeline sentence."""

    name: str
    sources: tuple[OrderStatus, ...]
    to: OrderStatus
    actor: Actor
    label: str
    text: str


_S = OrderStatus

STATES: dict[OrderStatus, State] = {
    _S.AWAITING_PAYMENT: State(
        "Awaiting payment", "Ordered", "Pay to place this order; your pieces are held meanwhile."
    ),
    _S.PLACED: State("Paid", "Paid", "The shop has your order and prepares it.", "Paid. Prepare the parcel."),
    _S.PROCESSING: State(
        "Packing", "Packing", "The shop is packing your parcel.", "Ship it when it is packed."
    ),
    _S.SHIPPED: State("Shipped", "Shipped", "Your parcel is on its way.", "On its way to the buyer."),
    _S.DELIVERED: State("Delivered", "Delivered", "Your parcel has arrived.", "The parcel has arrived."),
    _S.COMPLETED: State("Completed", "Completed", "All done. Thank you!", "All done."),
    _S.EXPIRED: State("Expired", "Expired", "Not paid in time: nothing is owed and nothing is sent."),
    _S.CANCELLED: State("Cancelled", "Cancelled", "This order was called off; nothing is sent."),
}

TRANSITIONS: tuple[Transition, ...] = (
    Transition("payment_ok", (_S.AWAITING_PAYMENT,), _S.PLACED, Actor.SYSTEM, "", "The payment arrived."),
    Transition(
        "late_payment", (_S.EXPIRED,), _S.PLACED, Actor.SYSTEM, "", "Late payment: it still could be placed."
    ),
    Transition(
        "paid_late_no_stock",
        (_S.AWAITING_PAYMENT, _S.EXPIRED),
        _S.CANCELLED,
        Actor.SYSTEM,
        "",
        "The payment came too late, and the pieces were sold meanwhile. The money goes back.",
    ),
    Transition("expire", (_S.AWAITING_PAYMENT,), _S.EXPIRED, Actor.SYSTEM, "", "It was not paid in time."),
    Transition(
        "cancel",
        (_S.AWAITING_PAYMENT,),
        _S.CANCELLED,
        Actor.BUYER,
        "Cancel purchase",
        "The buyer cancelled the purchase before paying.",
    ),
    Transition(
        "start", (_S.PLACED,), _S.PROCESSING, Actor.SELLER, "Start packing", "The shop is packing the parcel."
    ),
    Transition(
        "ship",
        (_S.PLACED, _S.PROCESSING),
        _S.SHIPPED,
        Actor.SELLER,
        "Mark shipped",
        "The shop handed the parcel over.",
    ),
    Transition(
        "confirm_received",
        (_S.SHIPPED,),
        _S.DELIVERED,
        Actor.BUYER,
        "I have received it",
        "The buyer received the parcel.",
    ),
    Transition(
        "mark_delivered",
        (_S.SHIPPED,),
        _S.DELIVERED,
        Actor.SELLER,
        "Mark delivered",
        "The shop reports the parcel as delivered.",
    ),
    Transition(
        "complete",
        (_S.DELIVERED,),
        _S.COMPLETED,
        Actor.BUYER,
        "All good",
        "The buyer is happy with everything.",
    ),
)

#: The steps by name.
BY_NAME: dict[str, Transition] = {transition.name: transition for transition in TRANSITIONS}

#: The way of an order on which nothing goes wrong, for the progress bar.
PROGRESS: tuple[OrderStatus, ...] = (
    _S.AWAITING_PAYMENT,
    _S.PLACED,
    _S.PROCESSING,
    _S.SHIPPED,
    _S.DELIVERED,
    _S.COMPLETED,
)

#: The states that a shop sees: an order exists for it once it is paid.
PAID: tuple[OrderStatus, ...] = PROGRESS[1:]


def available(status: OrderStatus, actor: Actor) -> list[Transition]:
    """The steps that this actor may take from this state."""
    return [step for step in TRANSITIONS if step.actor is actor and status in step.sources]


def step(status: OrderStatus, name: str, actor: Actor) -> Transition:
    """The step of this name, if this actor may take it now.

    Raises NotYourRole when it belongs to another actor, and InvalidTransition, with the names of the
    allowed ones, when it does not lead on from this state.
    """
    transition = BY_NAME.get(name)
    if transition is not None and transition.actor is not actor:
        raise NotYourRole("This step of an order is not yours to take.")
    if transition is None or status not in transition.sources:
        allowed = [one.name for one in available(status, actor)]
        label = STATES[status].label.lower()
        raise InvalidTransition(
            f"This order is {label}, so that step is not possible.", state=status.value, allowed=allowed
        )
    return transition


def purchase_status(statuses: list[OrderStatus]) -> str:
    """The status of a purchase out of its orders': theirs where they agree, else `partially_...`.

    Orders that were called off count only when all of them were.
    """
    ranks = sorted({PROGRESS.index(status) for status in statuses if status in PROGRESS})
    if not ranks:
        return (OrderStatus.EXPIRED if OrderStatus.EXPIRED in statuses else OrderStatus.CANCELLED).value
    furthest = PROGRESS[ranks[-1]].value
    return furthest if len(ranks) == 1 else f"partially_{furthest}"

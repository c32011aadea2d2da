"""The process of an order: its states, every step from one to another, and what it does by itself.

These tables are the one place that says what may happen. Services, buttons, the API's
`available_transitions`, the timeline, the progress bar, mails, timers and the diagram in `docs/model.md`
read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .errors import AlreadyShipped, InvalidTransition, NotYourRole
from .values import Actor, Fulfilment, OrderStatus, Periods


class Effect(StrEnum):
    """What a step does besides changing the order."""

    ALLOCATE = "allocate the pieces"
    RELEASE = "give up the payment, release the pieces"
    SHIP = "a parcel leaves the shelf"
    UNALLOCATE = "make what did not leave available again"
    REFUND_PIECES = "refund the cancelled pieces"
    REFUND_REST = "refund what was not refunded yet"


@dataclass(frozen=True, slots=True)
class State:
    """A state: how it is called, as a step on the way, and what happens next in each side's words.

    `timer` is the first of TIMERS that runs in it; the last two words are for when a part has left.
    """

    label: str
    step: str
    buyer_note: str
    seller_note: str = ""
    timer: str = ""
    buyer_partly: str = ""
    seller_partly: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """One step: from which states it leads where, whose it is, its button and its timeline sentence.

    It leads to `partly` while pieces are left to be sent, if that is given, and may be taken `when` so much
    has left. `asks` is what a person has to say with it; `notify` are those who are told by mail.
    """

    name: str
    sources: tuple[OrderStatus, ...]
    to: OrderStatus
    actor: Actor
    label: str
    text: str
    partly: OrderStatus | None = None
    when: tuple[Fulfilment, ...] = tuple(Fulfilment)
    effects: tuple[Effect, ...] = ()
    notify: tuple[Actor, ...] = ()
    asks: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """What an order does by itself: it takes a step, or reminds somebody and starts the timer `then`.

    It rings the days of `period` after its order promised to leave, left or arrived. `note` says to people
    what will happen, with the day in it; `text` is the timeline's sentence for a reminder.
    """

    period: str
    transition: str = ""
    topic: str = ""
    text: str = ""
    then: str = ""
    note: str = ""

    def days(self, periods: Periods) -> int:
        """How many days those are for an order with these periods."""
        return int(getattr(periods, self.period))


_S = OrderStatus
_BUYER, _SELLER, _SYSTEM, _OPERATOR = Actor.BUYER, Actor.SELLER, Actor.SYSTEM, Actor.OPERATOR
_NOTHING_LEFT = (Fulfilment.NONE,)
_CALLED_OFF = (Effect.UNALLOCATE, Effect.REFUND_REST)

STATES: dict[OrderStatus, State] = {
    _S.AWAITING_PAYMENT: State(
        "Awaiting payment", "Ordered", "Pay to place this order; your pieces are held meanwhile."
    ),
    _S.PLACED: State(
        "Paid",
        "Paid",
        "The shop has your order and prepares it.",
        "Paid. Prepare the parcel.",
        timer="remind_to_ship",
    ),
    _S.PROCESSING: State(
        "Packing",
        "Packing",
        "The shop is packing your parcel.",
        "Ship it when it is packed.",
        timer="remind_to_ship",
        buyer_partly="A part is on its way. The rest follows, or its money comes back.",
        seller_partly="A part has left. Send the rest when it is packed.",
    ),
    _S.SHIPPED: State(
        "Shipped",
        "Shipped",
        "Your parcel is on its way.",
        "On its way to the buyer.",
        timer="remind_to_confirm",
    ),
    _S.DELIVERED: State(
        "Delivered",
        "Delivered",
        "Your parcel has arrived.",
        "The parcel has arrived.",
        timer="auto_complete",
    ),
    _S.COMPLETED: State("Completed", "Completed", "All done. Thank you!", "All done."),
    _S.EXPIRED: State("Expired", "Expired", "Not paid in time: nothing is owed and nothing is sent."),
    _S.CANCELLED: State(
        "Cancelled",
        "Cancelled",
        "This order was called off; nothing more is sent.",
        "This order was called off; send nothing more.",
    ),
}

TRANSITIONS: tuple[Transition, ...] = (
    Transition(
        "payment_ok",
        (_S.AWAITING_PAYMENT,),
        _S.PLACED,
        _SYSTEM,
        "",
        "The payment arrived.",
        effects=(Effect.ALLOCATE,),
        notify=(_BUYER, _SELLER),
    ),
    Transition(
        "late_payment",
        (_S.EXPIRED,),
        _S.PLACED,
        _SYSTEM,
        "",
        "Late payment: it still could be placed.",
        effects=(Effect.ALLOCATE,),
        notify=(_BUYER, _SELLER),
    ),
    Transition(
        "paid_late_no_stock",
        (_S.AWAITING_PAYMENT, _S.EXPIRED),
        _S.CANCELLED,
        _SYSTEM,
        "",
        "The payment came too late, and the pieces were sold meanwhile. The money goes back.",
        effects=(Effect.RELEASE,),
    ),
    Transition(
        "expire",
        (_S.AWAITING_PAYMENT,),
        _S.EXPIRED,
        _SYSTEM,
        "",
        "It was not paid in time.",
        effects=(Effect.RELEASE,),
        notify=(_BUYER,),
    ),
    Transition(
        "cancel",
        (_S.AWAITING_PAYMENT,),
        _S.CANCELLED,
        _BUYER,
        "Cancel purchase",
        "The buyer cancelled the purchase before paying.",
        effects=(Effect.RELEASE,),
    ),
    Transition(
        "start",
        (_S.PLACED,),
        _S.PROCESSING,
        _SELLER,
        "Start packing",
        "The shop is packing the parcel.",
        notify=(_BUYER,),
    ),
    Transition(
        "cancel",
        (_S.PLACED,),
        _S.CANCELLED,
        _BUYER,
        "Cancel order",
        "The buyer cancelled the order. The money goes back.",
        when=_NOTHING_LEFT,
        effects=_CALLED_OFF,
        notify=(_SELLER,),
    ),
    Transition(
        "decline",
        (_S.PLACED, _S.PROCESSING),
        _S.CANCELLED,
        _SELLER,
        "Decline order",
        "The shop declined the order. The money goes back.",
        when=_NOTHING_LEFT,
        effects=_CALLED_OFF,
        notify=(_BUYER,),
        asks="Why you cannot send it",
    ),
    Transition(
        "auto_cancel",
        (_S.PLACED, _S.PROCESSING),
        _S.CANCELLED,
        _SYSTEM,
        "",
        "The shop sent nothing in time, so the order was cancelled. The money goes back.",
        when=_NOTHING_LEFT,
        effects=_CALLED_OFF,
        notify=(_BUYER, _SELLER),
    ),
    Transition(
        "ship",
        (_S.PLACED, _S.PROCESSING),
        _S.SHIPPED,
        _SELLER,
        "Mark shipped",
        "The shop handed a parcel over.",
        partly=_S.PROCESSING,
        effects=(Effect.SHIP,),
        notify=(_BUYER,),
    ),
    Transition(
        "cancel_rest",
        (_S.PROCESSING,),
        _S.SHIPPED,
        _SELLER,
        "Cancel what is left",
        "The shop cannot send the rest. The money for it goes back.",
        partly=_S.PROCESSING,
        when=(Fulfilment.PARTIAL,),
        effects=(Effect.UNALLOCATE, Effect.REFUND_PIECES),
        notify=(_BUYER,),
        asks="Why you cannot send it",
    ),
    Transition(
        "confirm_received",
        (_S.SHIPPED,),
        _S.DELIVERED,
        _BUYER,
        "I have received it",
        "The buyer received the parcel.",
        notify=(_SELLER,),
    ),
    Transition(
        "mark_delivered",
        (_S.SHIPPED,),
        _S.DELIVERED,
        _SELLER,
        "Mark delivered",
        "The shop reports the parcel as delivered.",
        notify=(_BUYER,),
    ),
    Transition(
        "auto_delivered",
        (_S.SHIPPED,),
        _S.DELIVERED,
        _SYSTEM,
        "",
        "Nobody missed the parcel, so it counts as delivered.",
        notify=(_BUYER, _SELLER),
    ),
    Transition(
        "complete",
        (_S.DELIVERED,),
        _S.COMPLETED,
        _BUYER,
        "All good",
        "The buyer is happy with everything.",
        notify=(_SELLER,),
    ),
    Transition(
        "auto_complete",
        (_S.DELIVERED,),
        _S.COMPLETED,
        _SYSTEM,
        "",
        "No problem was reported, so the order is completed.",
        notify=(_SELLER,),
    ),
    Transition(
        "operator_cancel",
        (_S.PLACED, _S.PROCESSING, _S.SHIPPED, _S.DELIVERED),
        _S.CANCELLED,
        _OPERATOR,
        "Cancel and refund",
        "The marketplace cancelled the order. The money goes back.",
        effects=_CALLED_OFF,
        notify=(_BUYER, _SELLER),
        asks="Why it is cancelled",
    ),
)

#: What an order does by itself, by the names that orders keep.
TIMERS: dict[str, Timer] = {
    "remind_to_ship": Timer(
        "ship_reminder_days",
        topic="order.ship_reminder",
        text="The shop was reminded to send it.",
        then="auto_cancel",
    ),
    "auto_cancel": Timer(
        "cancel_days",
        transition="auto_cancel",
        note="If nothing is sent by {day}, it is cancelled and the money goes back.",
    ),
    "remind_to_confirm": Timer(
        "arrival_reminder_days",
        topic="order.arrival_reminder",
        text="The buyer was asked whether it has arrived.",
        then="auto_delivered",
    ),
    "auto_delivered": Timer(
        "delivered_days",
        transition="auto_delivered",
        note="If nobody says otherwise, it counts as delivered on {day}.",
    ),
    "auto_complete": Timer(
        "complete_days",
        transition="auto_complete",
        note="If nobody says otherwise, it is completed on {day}.",
    ),
}

#: Whoever was reminded late has so many days still.
GRACE_DAYS = 2

#: The steps by name; those of one name are one actor's, and lead on from different states.
BY_NAME: dict[str, tuple[Transition, ...]] = {
    one.name: tuple(other for other in TRANSITIONS if other.name == one.name) for one in TRANSITIONS
}

#: The way of an order on which nothing goes wrong, for the progress bar.
PROGRESS: tuple[OrderStatus, ...] = (
    _S.AWAITING_PAYMENT,
    _S.PLACED,
    _S.PROCESSING,
    _S.SHIPPED,
    _S.DELIVERED,
    _S.COMPLETED,
)

#: The states that a shop works on or has worked on: an order exists for it once it is paid.
PAID: tuple[OrderStatus, ...] = PROGRESS[1:]

#: The states of a paid order in which something may happen still.
RUNNING: tuple[OrderStatus, ...] = PAID[:-1]

#: The states in which pieces can still leave.
TO_SHIP: tuple[OrderStatus, ...] = (_S.PLACED, _S.PROCESSING)


def actor_of(name: str) -> Actor:
    """Whose the step of this name is; raises KeyError when there is none."""
    return BY_NAME[name][0].actor


def leads_on(status: OrderStatus, name: str) -> bool:
    """Whether a step of this name starts from this state."""
    return any(status in one.sources for one in BY_NAME.get(name, ()))


def note_for(status: OrderStatus, actor: Actor, left: Fulfilment) -> str:
    """What a buyer, or anybody else, is told of an order in this state, of which so much has left."""
    state = STATES[status]
    if actor is Actor.BUYER:
        partly, whole = state.buyer_partly, state.buyer_note
    else:
        partly, whole = state.seller_partly, state.seller_note or state.buyer_note
    return (left is Fulfilment.PARTIAL and partly) or whole


def available(status: OrderStatus, actor: Actor, left: Fulfilment = Fulfilment.NONE) -> list[Transition]:
    """The steps that this actor may take from this state when so much has left."""
    return [one for one in TRANSITIONS if one.actor is actor and status in one.sources and left in one.when]


def step(status: OrderStatus, name: str, actor: Actor, left: Fulfilment = Fulfilment.NONE) -> Transition:
    """The step of this name, if this actor may take it now.

    Raises NotYourRole when it belongs to another actor, AlreadyShipped when too much has left for it, and
    InvalidTransition when it does not lead on from this state; both with the names of the allowed ones.
    """
    named = BY_NAME.get(name, ())
    if named and named[0].actor is not actor:
        raise NotYourRole("This step of an order is not yours to take.")
    found = next((one for one in named if status in one.sources), None)
    if found is not None and left in found.when:
        return found
    allowed = [one.name for one in available(status, actor, left)]
    label = STATES[status].label.lower()
    if found is not None and left not in _NOTHING_LEFT:
        raise AlreadyShipped(
            "A part of this order has left already, so that step is not possible.",
            state=status.value,
            allowed=allowed,
        )
    raise InvalidTransition(
        f"This order is {label}, so that step is not possible.", state=status.value, allowed=allowed
    )


def purchase_status(statuses: list[OrderStatus]) -> str:
    """The status of a purchase out of its orders': theirs where they agree, else `partially_...`.

    Orders that were called off count only when all of them were.
    """
    ranks = sorted({PROGRESS.index(status) for status in statuses if status in PROGRESS})
    if not ranks:
        return (OrderStatus.EXPIRED if OrderStatus.EXPIRED in statuses else OrderStatus.CANCELLED).value
    furthest = PROGRESS[ranks[-1]].value
    return furthest if len(ranks) == 1 else f"partially_{furthest}"

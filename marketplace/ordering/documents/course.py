"""An order on its way: the steps that it takes, the parcels that leave, and its timer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from ..errors import AlreadyShipped, InvalidTransition, LineNotFound, ReasonRequired
from ..process import GRACE_DAYS, STATES, TIMERS, TO_SHIP, TRANSITIONS, Timer, Transition
from ..process import available as steps_from
from ..process import step as step_from
from ..values import (
    Actor,
    Fulfilment,
    LinePieces,
    OrderEvent,
    OrderStatus,
    OrderTimer,
    Shipment,
    business_days_after,
)
from .lines import OrderItem

#: A payment that comes so soon leaves the promised date as the buyer saw it.
PROMISE_STANDS = timedelta(hours=24)


class Course:
    """How an order moves along its process; its fields are declared by `Order`."""

    items: Any
    status: Any
    events: Any
    handling_days: Any
    placed_at: Any
    paid_at: Any
    ships_by: Any
    shipments: Any
    periods: Any
    timer: Any
    origin: Any

    def move(self, name: str, actor: Actor, moment: datetime, *, detail: str = "") -> Transition:
        """Take a step of the process, write it on the timeline and start the timer of where it led.

        Raises NotYourRole, InvalidTransition, AlreadyShipped or ReasonRequired; the order is then untouched.
        """
        if self.origin is not None:
            raise InvalidTransition(
                "This order is history from elsewhere: nothing can be done with it here.",
                state=self.status.value,
                allowed=[],
            )
        transition = step_from(self.status, name, actor, self.fulfilment)
        if transition.asks and not detail:
            raise ReasonRequired("Say why, in a sentence: the other side reads it.", field="reason")
        self._move_to(transition, transition.to, moment, detail)
        return transition

    def note(
        self, name: str, text: str, actor: Actor, moment: datetime, *, detail: str = "", to: str = ""
    ) -> None:
        """Write a sentence on the timeline."""
        self.events.append(
            OrderEvent(at=moment, name=name, text=text, actor=actor.value, detail=detail, to=to)
        )

    def pay(self, moment: datetime) -> None:
        """Record that the payment arrived, in time or after the order had expired."""
        late = self.status is OrderStatus.EXPIRED
        self.paid_at = moment
        if self.ships_by is None or moment - self.placed_at > PROMISE_STANDS:
            self.ships_by = business_days_after(moment, self.handling_days)
        self.move("late_payment" if late else "payment_ok", Actor.SYSTEM, moment)

    def ship(
        self,
        moment: datetime,
        actor: Actor,
        *,
        lines: Sequence[LinePieces] = (),
        carrier: str = "",
        tracking: str = "",
    ) -> Shipment:
        """Record that a parcel was handed over, with these pieces or with all that are left.

        Raises also LineNotFound, and AlreadyShipped for more pieces than are left.
        """
        transition = step_from(self.status, "ship", actor, self.fulfilment)
        parcel = Shipment(moment, carrier, tracking, self._left(lines, "sent"))
        for line in parcel.lines:
            self.item(line.item_id).shipped += line.quantity
        self.shipments.append(parcel)
        self._move_on(transition, moment, "")
        return parcel

    def cancel_rest(
        self, moment: datetime, actor: Actor, *, lines: Sequence[LinePieces] = (), detail: str = ""
    ) -> tuple[LinePieces, ...]:
        """Call off these pieces, or all that are left, and answer them; raises as `move` and `ship`."""
        transition = step_from(self.status, "cancel_rest", actor, self.fulfilment)
        if not detail:
            raise ReasonRequired("Say why, in a sentence: the other side reads it.", field="reason")
        pieces = self._left(lines, "cancelled")
        self.call_off(pieces)
        self._move_on(transition, moment, detail)
        return pieces

    def call_off(self, pieces: Sequence[LinePieces]) -> None:
        """Count pieces as not to be sent any more."""
        for line in pieces:
            self.item(line.item_id).cancelled += line.quantity

    def remind(self, moment: datetime) -> Timer:
        """Record that its timer reminded somebody, and start the one that follows; answers what it was."""
        rang = TIMERS[self.timer.kind]
        self.note(self.timer.kind, rang.text, Actor.SYSTEM, moment)
        self.timer = self._after(rang, moment) if self._may_ring(rang.then) else None
        return rang

    def available(self, actor: Actor) -> list[Transition]:
        """The steps that this actor may take now."""
        return steps_from(self.status, actor, self.fulfilment) if self.origin is None else []

    @property
    def next_by_itself(self) -> OrderTimer | None:
        """The step that it takes by itself if nobody does anything, and when, or None."""
        if self.timer is None:
            return None
        timer = TIMERS[self.timer.kind]
        found = self.timer if timer.transition else self._after(timer, self.timer.at)
        return found if self._may_ring(found.kind) else None

    def item(self, item_id: ObjectId) -> OrderItem:
        """The line of this id; raises LineNotFound."""
        found = next((item for item in self.items if item.id == item_id), None)
        if found is None:
            raise LineNotFound("This order has no such line.", field="lines")
        return found

    @property
    def left_to_send(self) -> tuple[LinePieces, ...]:
        """The pieces that are to be sent still."""
        return tuple(LinePieces(item.id, item.open) for item in self.items if item.open)

    @property
    def fulfilment(self) -> Fulfilment:
        """How much of it has left."""
        if not any(item.shipped for item in self.items):
            return Fulfilment.NONE
        return Fulfilment.PARTIAL if self.left_to_send else Fulfilment.FULL

    @property
    def delivered_at(self) -> datetime | None:
        """When it arrived, or None."""
        arrived = [one.name for one in TRANSITIONS if one.to is OrderStatus.DELIVERED]
        return next((event.at for event in self.events if event.name in arrived), None)

    def _left(self, lines: Sequence[LinePieces], verb: str) -> tuple[LinePieces, ...]:
        """The pieces that are asked for, or all that are left; raises AlreadyShipped for more."""
        if not lines:
            return self.left_to_send
        wanted: dict[ObjectId, int] = {}
        for line in lines:
            wanted[line.item_id] = wanted.get(line.item_id, 0) + line.quantity
        for item_id, quantity in wanted.items():
            item = self.item(item_id)
            if quantity > item.open:
                left = f"Only {item.open} of {item.title} can" if item.open else f"No {item.title} can"
                raise AlreadyShipped(f"{left} be {verb} still.", item_id=str(item_id), left=item.open)
        return tuple(LinePieces(item_id, quantity) for item_id, quantity in wanted.items())

    def _move_on(self, transition: Transition, moment: datetime, detail: str) -> None:
        """Go where a step leads that is taken in parts: further once nothing is left."""
        whole = not self.left_to_send or transition.partly is None
        self._move_to(transition, transition.to if whole else transition.partly, moment, detail)

    def _move_to(self, transition: Transition, to: OrderStatus | None, moment: datetime, detail: str) -> None:
        before, self.status = self.status, to
        self.note(
            transition.name, transition.text, transition.actor, moment, detail=detail, to=self.status.value
        )
        first = STATES[self.status].timer
        if first and first == STATES[before].timer:
            if self.timer is not None and not self._may_ring(self.timer.kind):
                self.timer = None
        else:
            self._start(first, moment)

    def _after(self, rang: Timer, moment: datetime) -> OrderTimer:
        """The timer that follows a reminder of that moment."""
        since = self.ships_by if self.status in TO_SHIP else self._since
        at = since + timedelta(days=TIMERS[rang.then].days(self.periods))
        return OrderTimer(max(at, moment + timedelta(days=GRACE_DAYS)), rang.then)

    def _start(self, kind: str, moment: datetime) -> None:
        since = self.ships_by if self.status in TO_SHIP else moment
        days = TIMERS[kind].days(self.periods) if kind else 0
        self.timer = OrderTimer(since + timedelta(days=days), kind) if kind else None

    def _may_ring(self, kind: str) -> bool:
        """Whether what a timer does is possible when so much has left."""
        name = TIMERS[kind].transition
        return not name or name in [one.name for one in self.available(Actor.SYSTEM)]

    @property
    def _since(self) -> datetime:
        """When it came to the state that it is in."""
        reached = (event.at for event in reversed(self.events) if event.to == self.status.value)
        return next(reached, self.placed_at)

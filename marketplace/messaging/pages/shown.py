"""Conversations and what is said in them, in the shape that the templates draw."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ...ordering import services as ordering
from ...ordering.services import OrderState
from ...shared.clock import now
from ...shared.forms import Form
from ..documents import Conversation, Message
from ..services import Listed, Thread
from ..values import DELETE_WITHIN, Side, Subject, SubjectKind
from .desks import Desk

#: How many subjects a list names of each conversation.
NAMED = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in a list: with whom, about what, how its order stands, and what was said last."""

    id: Any
    name: str
    subjects: str
    order: str
    preview: str
    at: datetime
    is_today: bool
    unread: int
    muted: bool


def rows_of(found: Iterable[Listed]) -> list[Row]:
    """The rows of a list; one question for all of their orders."""
    rows = list(found)
    orders = [_order_of(one.conversation) for one in rows]
    states = ordering.states_of({order.id for order in orders if order})
    return [
        _row(one, states.get(order.id) if order else None) for one, order in zip(rows, orders, strict=True)
    ]


def _order_of(conversation: Conversation) -> Subject | None:
    """The order that it was about last."""
    found = [subject for subject in conversation.subjects if subject.kind == SubjectKind.ORDER]
    return found[-1] if found else None


def _row(one: Listed, state: OrderState | None) -> Row:
    conversation, last = one.conversation, one.conversation.last_message
    labels = [subject.label for subject in conversation.subjects]
    more = f" and {len(labels) - NAMED} more" if len(labels) > NAMED else ""
    said = last.preview if last else ""
    return Row(
        id=conversation.pk,
        name=one.name,
        subjects=f"{', '.join(labels[:NAMED])}{more}",
        order=state.label if state else "",
        preview=f"You: {said}" if last and last.side == one.side else said,
        at=conversation.last_at,
        is_today=conversation.last_at.date() == now().date(),
        unread=one.unread,
        muted=one.muted,
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a thread: a `day` that begins, a `message`, or a `note` of what happened to an order.

    `name` says who speaks where somebody begins to, `about` what of where that changes, `deletable` whether
    whoever looks can take it back.
    """

    kind: str
    at: datetime
    text: str = ""
    seq: int | None = None
    message: Message | None = None
    own: bool = False
    deletable: bool = False
    name: str = ""
    about: Subject | None = None


def lines_of(thread: Thread, *, history: bool = True) -> list[Line]:
    """The lines of a thread, oldest first; above its first message what happened to its orders before."""
    lines: list[Line] = []
    for line in [*(_before(thread) if history else ()), *_said(thread)]:
        if not lines or lines[-1].at.date() != line.at.date():
            lines.append(Line("day", line.at))
        before = lines[-1]
        goes_on = before.kind == line.kind == "message" and before.own == line.own and not line.about
        lines.append(replace(line, name="") if goes_on else line)
    return lines


def _said(thread: Thread) -> Iterator[Line]:
    several = len(thread.seat.conversation.subjects) > 1
    about: Subject | None = None
    moment = now()
    for message in thread.messages:
        if message.side is Side.SYSTEM:
            order = f"{message.context.label}: " if message.context else ""
            yield Line("note", message.at, f"{order}{message.body}", message.seq, message)
            continue
        name = thread.names.get(message.side, "")
        turns = several and message.context is not None and message.context != about
        about = message.context or about
        own = message.side is thread.seat.side
        shown = message.context if turns else None
        young = message.deleted_at is None and moment - message.at < DELETE_WITHIN
        deletable = young and message.sender_id == thread.seat.user_id
        yield Line("message", message.at, message.body, message.seq, message, own, deletable, name, shown)


def _before(thread: Thread) -> list[Line]:
    """What happened to the orders before anything was said; afterwards the marketplace tells it itself."""
    if thread.has_before or not thread.messages:
        return []
    subjects = thread.seat.conversation.subjects
    states = ordering.states_of({one.id for one in subjects if one.kind == SubjectKind.ORDER})
    began = thread.messages[0].at
    notes = [
        Line("note", event.at, f"Order {state.number}: {event.text}")
        for state in states.values()
        for event in state.events
        if event.at < began
    ]
    return sorted(notes, key=lambda line: line.at)


@dataclass(frozen=True, slots=True)
class Composer:
    """The form to say something: where it is sent, to whom, under which name, and what was typed.

    `draft` is where a browser keeps what was not sent yet; `label` names the field, where the page says
    already who is written to; `closed` says why nothing can be written.
    """

    action: str
    to: str
    draft: str
    form: Form = field(default_factory=Form)
    label: str = ""
    closed: str | None = None
    client_id: str = field(default_factory=lambda: secrets.token_urlsafe(12))


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation to read on and to write in; `earlier`, `later` and `newest` are addresses or None.

    `read_seq` is up to which message this side has read, with what this page shows.
    """

    desk: Desk
    thread: Thread
    lines: list[Line]
    composer: Composer
    page: str
    read_seq: int
    earlier: str | None = None
    later: str | None = None
    newest: str | None = None

    @property
    def conversation(self) -> Conversation:
        """What it is about, and how far each side has read."""
        return self.thread.seat.conversation

    @property
    def seen_seq(self) -> int:
        """Up to which message the other side has read."""
        return int(self.conversation.standing(self.desk.side.other).read_seq)

    @property
    def last_own(self) -> int | None:
        """The number of the last message of this side, beside which it says whether it was seen."""
        return next((line.seq for line in reversed(self.lines) if line.own), None)


def draft_key(desk: Desk, about: Any) -> str:
    """Under which a browser keeps what somebody typed: each person's own, for each conversation."""
    return f"{desk.user_id}:{desk.side}:{about}"

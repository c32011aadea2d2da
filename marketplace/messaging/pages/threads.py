"""The pages of a desk: its lists, a conversation beside them, and the form that begins one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from ...shared import cursors
from ...shared.errors import BadRequest
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..errors import SubjectNotFound
from ..schemas import InboxQuery, ThreadQuery
from ..services import ListedOne, Seat, Thread
from ..values import Box, SubjectKind
from . import header, shown, written
from .desks import Desk
from .shown import Composer, Talk

#: How many conversations a list shows at once, and how many messages a page.
LISTED, SHOWN = 20, 50

#: What the lists are called.
BOXES = {Box.INBOX: "All", Box.UNREAD: "Unread", Box.ORDERS: "Orders", Box.ARCHIVED: "Archived"}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a side sets of a conversation, and what is said when it is done."""

    take: Callable[[Seat], None]
    sentence: str


STEPS = {
    "mute": Step(partial(services.put, muted=True), "Muted. No mail tells you of it any more."),
    "unmute": Step(partial(services.put, muted=False), "Mail tells you of new messages here again."),
    "archive": Step(partial(services.put, archived=True), "Archived. A new message brings it back."),
    "unarchive": Step(partial(services.put, archived=False), "Back among your messages."),
    "block": Step(services.block, "Blocked. You can still talk about orders that run."),
    "unblock": Step(services.unblock, "Unblocked."),
}


def inbox_page(desk: Desk) -> str:
    """The list that the address asks for, with no conversation open."""
    return _page(desk, talk=None, subjects=[], listed=None)


def thread_page(desk: Desk, conversation_id: ObjectId, form: Form | None = None) -> str:
    """A conversation; looking at its end marks it read."""
    seat = desk.seat(conversation_id)
    asked = _asked(ThreadQuery(), "before", "after") if form is None else {}
    thread = services.thread(seat, before=asked.get("before"), after=asked.get("after"), limit=SHOWN)
    if seat.unread and thread.messages and not thread.has_after:
        services.mark_read(seat, thread.messages[-1].seq)
    listed = services.listed_one(seat)
    subjects = [
        (one.label, desk.subject_url(one, listed.shop_slug)) for one in reversed(seat.conversation.subjects)
    ]
    return _page(desk, talk=_talk(desk, thread, listed, form), subjects=subjects, listed=listed)


def reply(desk: Desk, conversation_id: ObjectId) -> ResponseReturnValue:
    """Say what was typed, then show the conversation."""
    seat, form = desk.seat(conversation_id), written.read()
    if form.accepted_by(lambda **said: services.send_message(seat, **said)):
        return redirect(desk.url("thread", conversation_id=conversation_id, **_kept()), 303)
    return thread_page(desk, conversation_id, form), form.status, form.headers


def take_step(desk: Desk, conversation_id: ObjectId, step: str) -> ResponseReturnValue:
    """Mute, archive or block, or take that back; then show the conversation, or the list that it left."""
    STEPS[step].take(desk.seat(conversation_id))
    notify(STEPS[step].sentence)
    if step == "archive":
        return redirect(desk.url("inbox", **_kept()), 303)
    return redirect(desk.url("thread", conversation_id=conversation_id, **_kept()), 303)


def delete(desk: Desk, conversation_id: ObjectId, seq: int) -> ResponseReturnValue:
    """Take back what one wrote a moment ago."""
    services.delete_message(desk.seat(conversation_id), seq=seq)
    return redirect(desk.url("thread", conversation_id=conversation_id, **_kept()), 303)


def new_page(desk: Desk) -> ResponseReturnValue:
    """The form that begins a conversation, or the one that there is about the same thing."""
    kind, ref = _subject()
    opening = desk.opening(kind, ref)
    if opening.conversation is not None:
        return redirect(desk.url("thread", conversation_id=opening.conversation.pk), 303)
    return _new_page(desk, opening, Form())


def start(desk: Desk) -> ResponseReturnValue:
    """Say what was typed about something; then show the conversation, or the order that it is about."""
    kind, ref = _subject()
    form = written.read()
    if form.accepted_by(desk.start, kind=kind, ref=ref):
        if kind is SubjectKind.ORDER and "beside" in request.args:
            return redirect(f"{desk.order_url(ref)}#messages", 303)
        return redirect(desk.url("thread", conversation_id=form.result.conversation.pk), 303)
    return _new_page(desk, desk.opening(kind, ref), form), form.status, form.headers


def start_url(desk: Desk, kind: str, ref: str, **about: Any) -> str:
    """Where something is said about this subject."""
    return (
        desk.url("start", order=ref, **about) if desk.shop else desk.url("start", type=kind, id=ref, **about)
    )


def _new_page(desk: Desk, opening: services.Opening, form: Form) -> str:
    subject = opening.subject
    ref = str(subject.id) if subject.kind == SubjectKind.PRODUCT else subject.ref
    action = start_url(desk, subject.kind, ref)
    draft = shown.draft_key(desk, subject.key)
    composer = Composer(action, opening.name, draft, form, label="Your message")
    return render_template(
        "messaging/new.html", desk=desk, shop=desk.shop, subject=subject, composer=composer
    )


def _talk(desk: Desk, thread: Thread, listed: ListedOne, form: Form | None) -> Talk:
    conversation_id = thread.seat.conversation.pk

    def at(**numbers: int) -> str:
        return desk.url("thread", conversation_id=conversation_id, **_kept(), **numbers)

    first, last = (thread.messages[0].seq, thread.messages[-1].seq) if thread.messages else (1, 0)
    action = desk.url("reply", conversation_id=conversation_id, **_kept())
    draft = shown.draft_key(desk, conversation_id)
    return Talk(
        desk=desk,
        thread=thread,
        lines=shown.lines_of(thread),
        composer=Composer(action, listed.name, draft, form or Form(), closed=listed.cannot_write),
        page=at(),
        read_seq=last,
        earlier=at(before=first) if thread.has_before else None,
        later=at(after=last) if thread.has_after else None,
        newest=at() if thread.has_after else None,
    )


def _page(desk: Desk, **about: Any) -> str:
    """A list, with the conversation that is open beside it."""
    query = _asked(InboxQuery(), "box", "cursor")
    box, listing = query["box"], f"inbox:{desk.owner_id}:{query['box']}"
    at = cursors.decode(query.get("cursor"), listing)
    page = services.inbox(desk.side, desk.owner_id, box=box, at=at, limit=LISTED)

    def link(cursor: str | None) -> str | None:
        return desk.url("inbox", box=box.value, cursor=cursor) if cursor else None

    return render_template(
        "messaging/inbox.html",
        desk=desk,
        shop=desk.shop,
        box=box,
        rows=shown.rows_of(page),
        kept=_kept(),
        pages={
            "prev_url": link(cursors.encode(page.previous, listing)),
            "next_url": link(cursors.encode(page.next, listing)),
        },
        tabs_items=[_tab(desk, one, box) for one in BOXES],
        **about,
    )


def _tab(desk: Desk, box: Box, current: Box) -> dict[str, Any]:
    waiting = header.unread(desk.side, desk.owner_id) if box is Box.UNREAD else None
    url = desk.url("inbox") if box is Box.INBOX else desk.url("inbox", box=box.value)
    return {"label": BOXES[box], "url": url, "current": box is current, "count": waiting or None}


def _kept() -> dict[str, str]:
    """The part of the address that says which list stands beside the conversation."""
    box = request.args.get("box", "")
    return {"box": box} if box in BOXES and box != Box.INBOX else {}


def _asked(schema: Schema, *names: str) -> dict[str, Any]:
    """What the address asks for; raises BadRequest."""
    form = Form.read(schema, {name: request.args[name] for name in names if name in request.args})
    if form.errors:
        field, messages = next(iter(form.errors.items()))
        raise BadRequest(f"This page cannot be shown like that. {messages[0]}", field=field)
    return form.data


def _subject() -> tuple[SubjectKind, str]:
    """What the address says that is to be talked about; raises SubjectNotFound."""
    if "order" in request.args:
        return SubjectKind.ORDER, request.args["order"]
    kind = request.args.get("type", "")
    if kind not in list(SubjectKind):
        raise SubjectNotFound("There is nothing to write about at this address.")
    return SubjectKind(kind), request.args.get("id", "")

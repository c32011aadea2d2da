"""What is said about an order, on the order's page."""

from __future__ import annotations

from typing import Any

from flask import current_app
from markupsafe import Markup

from ...ordering.values import Actor
from ...shared import identity
from .. import services
from ..services import Seat
from ..values import Side, SubjectKind
from . import shown
from .desks import Desk
from .shown import Composer, Talk
from .threads import start_url

#: How many messages the page of an order shows.
SHOWN = 10


def draw(order: Any, actor: Actor) -> str:
    """The last messages about an order, with a form to write one; a guest has no inbox."""
    if order.buyer_id is None:
        return _drawn("guest", order=order) if actor is Actor.SELLER else ""
    desk = _desk(order, actor)
    found = services.conversation_about_order(order)
    action = start_url(desk, SubjectKind.ORDER, order.number, beside="order")
    to = order.shop.name if actor is Actor.BUYER else "the buyer"
    draft = shown.draft_key(desk, found.pk if found else f"order:{order.pk}")
    seat = Seat(found, desk.side, desk.user_id) if found else None
    composer = Composer(action, to, draft, closed=services.can_write(seat) if seat else None)
    talk = None
    if found is not None and seat is not None:
        thread = services.thread(seat, limit=SHOWN)
        page, read = desk.order_url(order.number), found.standing(desk.side).read_seq
        talk = Talk(desk, thread, shown.lines_of(thread, history=False), composer, page, read)
    whole = desk.url("thread", conversation_id=found.pk) if found else None
    return _drawn("order_panel", talk=talk, composer=composer, whole=whole)


def _drawn(template: str, **shown: Any) -> str:
    """A part of a page; what belongs to the frame of a page, such as its notices, is left to the frame."""
    source = current_app.jinja_env.get_template(f"messaging/{template}.html")
    return Markup(source.render(shown))  # noqa: S704 - the template escaped what people wrote


def _desk(order: Any, actor: Actor) -> Desk:
    """The desk of whoever looks at the order, which its page made sure of."""
    user_id = identity.signed_in_user()
    if actor is Actor.BUYER:
        return Desk(Side.BUYER, user_id, user_id)
    return Desk(Side.SHOP, order.shop_id, user_id, order.shop)

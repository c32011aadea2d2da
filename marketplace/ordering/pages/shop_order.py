"""A shop's page of one order, and what the shop does there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from ...accounts import services as accounts
from ...shared import access, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import Order
from ..process import STATES, note_for
from ..repositories import refunds
from ..schemas import CancelRestForm, ReasonForm, ShipForm, give_back_form
from ..values import Actor
from . import blueprint, lines


@blueprint.get("/sell/<shop>/orders/<number>")
@access.seller("read:orders")
def show_shop_order(shop: str, number: str) -> ResponseReturnValue:
    """An order as its shop sees it."""
    found, order = _seen(shop, number)
    return _order_page(found, order, {})


@blueprint.post("/sell/<shop>/orders/<number>/ship")
@access.seller("write:orders")
def ship(shop: str, number: str) -> ResponseReturnValue:
    """Mark a parcel as handed over to the carrier."""
    return _step_with_form(shop, number, "ship", ShipForm(), "Marked as shipped.")


@blueprint.post("/sell/<shop>/orders/<number>/decline")
@access.seller("write:orders")
def decline(shop: str, number: str) -> ResponseReturnValue:
    """Decline the order; the money goes back."""
    return _step_with_form(shop, number, "decline", ReasonForm(), "The order is declined.")


@blueprint.post("/sell/<shop>/orders/<number>/cancel_rest")
@access.seller("write:orders")
def cancel_rest(shop: str, number: str) -> ResponseReturnValue:
    """Call off what cannot be sent; the money for it goes back."""
    return _step_with_form(shop, number, "cancel_rest", CancelRestForm(), "Those pieces are called off.")


@blueprint.post("/sell/<shop>/orders/<number>/refunds")
@access.seller("write:orders")
def give_back(shop: str, number: str) -> ResponseReturnValue:
    """Give a part of the money back."""
    _, order = _seen(shop, number)
    schema = give_back_form(order.totals.total.currency)
    return _done(shop, order, "refund", schema, services.give_back, "The money goes back.")


@blueprint.post("/sell/<shop>/orders/<number>/<transition>")
@access.seller("write:orders")
def take_shop_step(shop: str, number: str, transition: str) -> ResponseReturnValue:
    """Take a step of the order's process as its shop."""
    _, order = _seen(shop, number)
    moved = services.move_order(number=order.number, name=transition, actor=Actor.SELLER)
    notify(f"The order is {STATES[moved.status].label.lower()} now.")
    return redirect(url_for(".show_shop_order", shop=shop, number=order.number), 303)


def _step_with_form(shop: str, number: str, name: str, schema: Schema, done: str) -> ResponseReturnValue:
    _, order = _seen(shop, number)
    return _done(shop, order, name, schema, services.move_order, done, name=name, actor=Actor.SELLER)


def _done(
    shop: str,
    order: Order,
    form_name: str,
    schema: Schema,
    use_case: Callable[..., Any],
    sentence: str,
    **about: Any,
) -> ResponseReturnValue:
    """Back at the order once the use case took the form; else the page with what is wrong in it."""
    form = Form.read(schema)
    if form.accepted_by(use_case, number=order.number, **about):
        notify(sentence)
        return redirect(url_for(".show_shop_order", shop=shop, number=order.number), 303)
    found, fresh = _seen(shop, order.number)
    return _order_page(found, fresh, {form_name: form}), form.status


def _seen(shop: str, number: str) -> tuple[Any, Order]:
    found = accounts.own_shop(identity.signed_in_user(), shop)
    return found, services.shop_order(found.id, number)


def _order_page(shop: Any, order: Order, forms: dict[str, Form]) -> str:
    return render_template(
        "ordering/shop_order.html",
        shop=shop,
        order=order,
        forms={name: forms.get(name, Form()) for name in ("ship", "decline", "cancel_rest", "refund")},
        note=note_for(order.status, Actor.SELLER, order.fulfilment),
        steps={step.name: step for step in order.available(Actor.SELLER)},
        shown=lines,
        refunds=refunds.of_order(order.pk) if order.refunded else [],
        sold=services.still_sold([order]),
        panels=services.panels_of(order, Actor.SELLER),
    )

"""What ordering does in the background: mail about what happened, and what time brings."""

from __future__ import annotations

from typing import Any

from ..accounts import services as accounts
from ..shared import mail
from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from . import services
from .documents import Order
from .process import STATES, TO_SHIP
from .repositories import orders, payments, purchases, refunds
from .services import PurchaseView
from .values import OrderStatus, PaymentStatus


@delivers("purchase.paid")
def confirm_purchase(told: Delivery) -> None:
    """Tell the buyer what was bought, from whom, and where to follow it."""
    _to_the_buyer(told, "purchase_paid", services.view(purchases.get(told.about_id)))


@delivers("purchase.expired")
def tell_of_expiry(told: Delivery) -> None:
    """Tell the buyer that nothing is owed, unless the payment came after all."""
    view = services.view(purchases.get(told.about_id))
    if view.status == OrderStatus.EXPIRED and view.payment.status is not PaymentStatus.MISMATCH:
        _to_the_buyer(told, "purchase_expired", view)


@delivers("purchase.paid_late")
def tell_of_late_money(told: Delivery) -> None:
    """Tell the buyer that their money came too late, and goes back."""
    _to_the_buyer(told, "purchase_paid_late", services.view(purchases.get(told.about_id)))


@delivers("order.paid_late")
def tell_the_shop_of_late_money(told: Delivery) -> None:
    """Tell the shop's owner what they could have sold with more in stock."""
    _to_the_orders_shop(told, "order_paid_late", orders.get(told.about_id))


@delivers("payment.created")
def see_payment_begun(told: Delivery) -> None:
    """Tell the provider of a payment whose checkout died before that, and the buyer how to transfer money."""
    services.begin_again(told.about_id)
    payment = payments.get(told.about_id)
    view = services.view(purchases.get(payment.purchase_id))
    if view.payment.pk == payment.pk and view.by_hand:
        _to_the_buyer(told, "bank_transfer", view)


@delivers("payment.mismatch")
def tell_of_mismatch(told: Delivery) -> None:
    """Tell the buyer that somebody looks into what arrived."""
    payment = payments.get(told.about_id)
    _to_the_buyer(told, "payment_mismatch", services.view(purchases.get(payment.purchase_id)))


@delivers("order.placed")
def tell_the_shop(told: Delivery) -> None:
    """Tell the shop's owner what to send; nobody, when the account is gone or locked."""
    services.tell_followers(told.about_id)
    _to_the_orders_shop(told, "order_placed", orders.get(told.about_id))


@delivers("order.event")
def tell_followers(told: Delivery) -> None:
    """Tell others who follow orders of what is new on a timeline."""
    services.tell_followers(told.about_id)


@delivers("order.shipped")
def tell_of_shipping(told: Delivery) -> None:
    """Tell the buyer that a parcel is on its way, what is in it, and how it travels."""
    order = orders.get(told.about_id)
    number = told.payload.get("shipment", -1)
    about = {"parcel": order.shipments[number], "more": len(order.shipments) > 1 or order.left_to_send}
    _to_the_orders_buyer(told, "order_shipped", order, **about)


@delivers("order.news")
def tell_the_buyer_of_a_step(told: Delivery) -> None:
    """Tell the buyer of a step that somebody else took."""
    _to_the_orders_buyer(told, "order_news", orders.get(told.about_id), **_news(told))


@delivers("order.shop_news")
def tell_the_shop_of_a_step(told: Delivery) -> None:
    """Tell the shop's owner of a step that somebody else took."""
    _to_the_orders_shop(told, "order_shop_news", orders.get(told.about_id), **_news(told))


@delivers("order.ship_reminder")
def remind_to_ship(told: Delivery) -> None:
    """Remind the shop's owner of an order that should have left, unless it did meanwhile."""
    order = orders.get(told.about_id)
    if order.status in TO_SHIP and order.left_to_send:
        _to_the_orders_shop(told, "order_ship_reminder", order)


@delivers("order.arrival_reminder")
def ask_for_arrival(told: Delivery) -> None:
    """Ask the buyer whether it has arrived, unless they said so meanwhile."""
    order = orders.get(told.about_id)
    if order.status is OrderStatus.SHIPPED:
        _to_the_orders_buyer(told, "order_arrival_reminder", order)


@delivers("refund.requested")
def send_refund(told: Delivery) -> None:
    """Have the provider send money back; what it does not take is asked for again by a timer."""
    services.send_refund(told.about_id)


@delivers("refund.sent")
def tell_of_refund(told: Delivery) -> None:
    """Tell the buyer that money is on its way back."""
    refund = refunds.get(told.about_id)
    _to_the_orders_buyer(told, "refund_sent", orders.get(refund.order_id), refund=refund)


def _news(told: Delivery) -> dict[str, Any]:
    """What a mail about a step says: its sentence, what somebody said with it, and where it led."""
    status = OrderStatus(told.payload["status"])
    return {"text": told.payload["text"], "detail": told.payload["detail"], "state": STATES[status]}


def _to_the_orders_buyer(told: Delivery, template: str, order: Order, **about: Any) -> None:
    """Write to who bought; nobody, when the account was deleted."""
    if order.email is not None:
        key = services.key_of(order)
        mail.send(told, to=order.email, template=template, order=order, key=key, **about)


def _to_the_orders_shop(told: Delivery, template: str, order: Order, **about: Any) -> None:
    """Write to the shop's owner; nobody, when the account is gone or locked."""
    shop = accounts.get_shop(order.shop_id)
    owner = accounts.find_user(shop.owner_id)
    if owner is not None and owner.is_active:
        mail.send(told, to=owner.email, template=template, order=order, shop=shop, **about)


def _to_the_buyer(told: Delivery, template: str, view: PurchaseView) -> None:
    if view.purchase.email is not None:
        mail.send(told, to=view.purchase.email, template=template, view=view)


@timer("expire-unpaid", every=30)
def expire_unpaid() -> None:
    """End the purchases that nobody paid in time."""
    services.expire_unpaid(now())


@timer("send-refunds", every=60)
def send_refunds() -> None:
    """Send money back that stayed due."""
    services.send_refunds()


@timer("sandbox-webhooks", every=5)
def send_webhooks() -> None:
    """Send what the sandbox has to report."""
    services.send_webhooks(now())


@timer("reopen-carts", every=60)
def reopen_carts() -> None:
    """Open the carts again whose checkout died."""
    services.reopen_stuck()


@timer("order-timers", every=30)
def ring_order_timers() -> None:
    """Let orders do what they do by themselves: reminders, and steps that nobody took in time."""
    services.ring_timers(now())


@timer("open-refunds", every=120)
def send_open_refunds() -> None:
    """Ask providers again for refunds that they did not take."""
    services.send_open_refunds(now())

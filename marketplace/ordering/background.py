"""What ordering does in the background: telling people what happened, and what time brings.

Receipts and all that is about money are mailed always, the rest unless somebody turned it off. Guests have
nothing but mail.
"""

from __future__ import annotations

from typing import Any

from bson import ObjectId

from ..accounts import services as accounts
from ..accounts.values import NotificationEvent
from ..shared import formats, mail
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
    view = services.view(purchases.get(told.about_id))
    _to_the_buyer(told, "purchase_paid", view, said=f"Thank you! {_orders(view)} paid.")


@delivers("purchase.expired")
def tell_of_expiry(told: Delivery) -> None:
    """Tell the buyer that nothing is owed, unless the payment came after all."""
    view = services.view(purchases.get(told.about_id))
    if view.status == OrderStatus.EXPIRED and view.payment.status is not PaymentStatus.MISMATCH:
        said = f"{_orders(view)} called off, as nothing was paid in time. You owe nothing."
        _to_the_buyer(told, "purchase_expired", view, said=said)


@delivers("purchase.paid_late")
def tell_of_late_money(told: Delivery) -> None:
    """Tell the buyer that their money came too late, and goes back."""
    view = services.view(purchases.get(told.about_id))
    said = f"{_orders(view)} called off: your payment came too late, and goes back to you."
    _to_the_buyer(told, "purchase_paid_late", view, said=said)


@delivers("order.paid_late")
def tell_the_shop_of_late_money(told: Delivery) -> None:
    """Tell the shop's owner what they could have sold with more in stock."""
    order = orders.get(told.about_id)
    said = f"Order {order.number} was paid too late, and there is not enough in stock for it."
    _to_the_orders_shop(told, "order_paid_late", order, said=said)


@delivers("payment.created")
def see_payment_begun(told: Delivery) -> None:
    """Tell the provider of a payment whose checkout died before that, and the buyer how to transfer money."""
    services.begin_again(told.about_id)
    payment = payments.get(told.about_id)
    view = services.view(purchases.get(payment.purchase_id))
    if view.payment.pk == payment.pk and view.by_hand:
        _to_the_buyer(told, "bank_transfer", view, said=f"{_orders(view)} sent once your transfer arrives.")


@delivers("payment.mismatch")
def tell_of_mismatch(told: Delivery) -> None:
    """Tell the buyer that somebody looks into what arrived."""
    payment = payments.get(told.about_id)
    view = services.view(purchases.get(payment.purchase_id))
    said = "Your payment is not what we expected. Somebody looks into it, and you need not do anything."
    _to_the_buyer(told, "payment_mismatch", view, said=said)


@delivers("order.placed")
def tell_the_shop(told: Delivery) -> None:
    """Tell the shop's owner what to send; nobody, when the account is gone or locked."""
    services.tell_followers(told.about_id)
    order = orders.get(told.about_id)
    said = f"New order {order.number}, to be sent by {formats.date_text(order.ships_by)}."
    _to_the_orders_shop(told, "order_placed", order, said=said)


@delivers("order.event")
def tell_followers(told: Delivery) -> None:
    """Tell others who follow orders of what is new on a timeline."""
    services.tell_followers(told.about_id)


@delivers("order.shipped")
def tell_of_shipping(told: Delivery) -> None:
    """Tell the buyer that a parcel is on its way, what is in it, and how it travels."""
    order = orders.get(told.about_id)
    number = told.payload.get("shipment", -1)
    parcel, last = order.shipments[number], order.shipments[-1]
    if parcel is not last or order.left_to_send:
        what = "a part of your order"
    else:
        what = "the rest of your order" if len(order.shipments) > 1 else "your order"
    said = f"{order.shop.name} sent {what} {order.number}."
    _to_the_orders_buyer(told, "order_shipped", order, said=said, parcel=parcel, what=what)


@delivers("order.news")
def tell_the_buyer_of_a_step(told: Delivery) -> None:
    """Tell the buyer of a step that somebody else took."""
    order = orders.get(told.about_id)
    said = f"Your order {order.number} of {order.shop.name}: {told.payload['text']}"
    _to_the_orders_buyer(told, "order_news", order, said=said, **_news(told))


@delivers("order.shop_news")
def tell_the_shop_of_a_step(told: Delivery) -> None:
    """Tell the shop's owner of a step that somebody else took."""
    order = orders.get(told.about_id)
    said = f"Order {order.number}: {told.payload['text']}"
    _to_the_orders_shop(told, "order_shop_news", order, said=said, **_news(told))


@delivers("order.ship_reminder")
def remind_to_ship(told: Delivery) -> None:
    """Remind the shop's owner of an order that should have left, unless it did meanwhile."""
    order = orders.get(told.about_id)
    if order.status in TO_SHIP and order.left_to_send:
        said = f"Order {order.number} should have left. Please send it, or decline it."
        _to_the_orders_shop(told, "order_ship_reminder", order, said=said)


@delivers("order.arrival_reminder")
def ask_for_arrival(told: Delivery) -> None:
    """Ask the buyer whether it has arrived, unless they said so meanwhile."""
    order = orders.get(told.about_id)
    if order.status is OrderStatus.SHIPPED:
        said = f"Has your order {order.number} of {order.shop.name} arrived?"
        _to_the_orders_buyer(told, "order_arrival_reminder", order, said=said)


@delivers("refund.requested")
def send_refund(told: Delivery) -> None:
    """Have the provider send money back; what it does not take is asked for again by a timer."""
    services.send_refund(told.about_id)


@delivers("refund.sent")
def tell_of_refund(told: Delivery) -> None:
    """Tell the buyer that money is on its way back."""
    refund = refunds.get(told.about_id)
    order = orders.get(refund.order_id)
    said = f"{formats.money_text(refund.amount)} of your order {order.number} is on its way back to you."
    _to_the_orders_buyer(told, "refund_sent", order, said=said, is_receipt=True, refund=refund)


def _news(told: Delivery) -> dict[str, Any]:
    """What a mail about a step says: its sentence, what somebody said with it, and where it led."""
    status = OrderStatus(told.payload["status"])
    return {"text": told.payload["text"], "detail": told.payload["detail"], "state": STATES[status]}


def _orders(view: PurchaseView) -> str:
    """The beginning of a sentence about the orders of a purchase."""
    numbers = ", ".join(order.number for order in view.orders)
    return f"Your order {numbers} is" if len(view.orders) == 1 else f"Your orders {numbers} are"


def _to_the_orders_buyer(
    told: Delivery, template: str, order: Order, *, said: str, is_receipt: bool = False, **about: Any
) -> None:
    """Tell who bought; nobody, when the account was deleted."""
    if order.buyer_id is not None:
        _notify(told, order.buyer_id, said, f"/order/{order.number}")
    if order.email is not None and (is_receipt or _wants_mail(order.buyer_id)):
        key = services.key_of(order)
        mail.send(told, to=order.email, template=template, order=order, key=key, **about)


def _to_the_orders_shop(told: Delivery, template: str, order: Order, *, said: str, **about: Any) -> None:
    """Tell the shop's owner; nobody, when the account is gone or locked."""
    shop = accounts.get_shop(order.shop_id)
    _notify(told, shop.owner_id, said, f"/sell/{shop.slug}/orders/{order.number}")
    owner = accounts.find_user(shop.owner_id)
    if owner is not None and owner.is_active and _wants_mail(owner.pk):
        mail.send(told, to=owner.email, template=template, order=order, shop=shop, **about)


def _to_the_buyer(told: Delivery, template: str, view: PurchaseView, *, said: str) -> None:
    """Tell who bought about their money, which is mailed always."""
    if view.purchase.buyer_id is not None:
        _notify(told, view.purchase.buyer_id, said, f"/purchase/{view.purchase.pk}")
    if view.purchase.email is not None:
        mail.send(told, to=view.purchase.email, template=template, view=view)


def _notify(told: Delivery, user_id: ObjectId, said: str, path: str) -> None:
    accounts.notify(user_id=user_id, event=NotificationEvent.ORDER, text=said, path=path, key=told.id)


def _wants_mail(user_id: ObjectId | None) -> bool:
    """Whether to write to a buyer or a shop's owner; guests have nothing but mail."""
    return user_id is None or accounts.wants_mail(user_id, NotificationEvent.ORDER)


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

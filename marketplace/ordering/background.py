"""What ordering does in the background: mail about what happened, and what time brings."""

from __future__ import annotations

from ..accounts import services as accounts
from ..shared import mail
from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from . import services
from .repositories import orders, payments, purchases
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
    _to_the_shop(told, "order_paid_late")


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
    _to_the_shop(told, "order_placed")


@delivers("order.shipped")
def tell_of_shipping(told: Delivery) -> None:
    """Tell the buyer that a parcel is on its way, and how it travels."""
    order = orders.get(told.about_id)
    if order.email is None:
        return
    mail.send(told, to=order.email, template="order_shipped", order=order, key=services.key_of(order))


def _to_the_shop(told: Delivery, template: str) -> None:
    order = orders.get(told.about_id)
    shop = accounts.get_shop(order.shop_id)
    owner = accounts.find_user(shop.owner_id)
    if owner is not None and owner.is_active:
        mail.send(told, to=owner.email, template=template, order=order, shop=shop)


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

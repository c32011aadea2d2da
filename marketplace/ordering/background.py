"""What ordering does in the background: mail about what happened, and what time brings."""

from __future__ import annotations

from ..accounts import services as accounts
from ..shared import mail
from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from . import services
from .repositories import orders, purchases
from .services import PurchaseView
from .values import OrderStatus


@delivers("purchase.paid")
def confirm_purchase(told: Delivery) -> None:
    """Tell the buyer what was bought, from whom, and where to follow it."""
    _to_the_buyer(told, "purchase_paid", services.view(purchases.get(told.about_id)))


@delivers("purchase.expired")
def tell_of_expiry(told: Delivery) -> None:
    """Tell the buyer that nothing is owed, unless the payment came after all."""
    view = services.view(purchases.get(told.about_id))
    if view.status == OrderStatus.EXPIRED:
        _to_the_buyer(told, "purchase_expired", view)


@delivers("order.placed")
def tell_the_shop(told: Delivery) -> None:
    """Tell the shop's owner what to send; nobody, when the account is gone or locked."""
    order = orders.get(told.about_id)
    shop = accounts.get_shop(order.shop_id)
    owner = accounts.find_user(shop.owner_id)
    if owner is not None and owner.is_active:
        mail.send(told, to=owner.email, template="order_placed", order=order, shop=shop)


@delivers("order.shipped")
def tell_of_shipping(told: Delivery) -> None:
    """Tell the buyer that a parcel is on its way, and how it travels."""
    order = orders.get(told.about_id)
    if order.email is None:
        return
    mail.send(told, to=order.email, template="order_shipped", order=order, key=services.key_of(order))


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


@timer("reopen-carts", every=60)
def reopen_carts() -> None:
    """Open the carts again whose checkout died."""
    services.reopen_stuck()

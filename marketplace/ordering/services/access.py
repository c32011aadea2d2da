"""Who may see a purchase and its orders: the member who bought, or whoever holds a guest's link."""

from __future__ import annotations

from bson import ObjectId
from flask import current_app
from itsdangerous import Signer

from ..documents import Order, Payment, Purchase
from ..errors import OrderNotFound, PaymentNotFound, PurchaseNotFound
from ..repositories import orders, payments, purchases


def key_of(purchase: Purchase | Order) -> str | None:
    """The key that opens a guest's purchase and its orders; None for a member's, which need none."""
    if purchase.buyer_id is not None:
        return None
    return _signer().get_signature(str(_purchase_id(purchase))).decode()


def purchase_for(purchase_id: ObjectId, *, user_id: ObjectId | None, key: str | None) -> Purchase:
    """The purchase, if this person may see it; raises PurchaseNotFound."""
    purchase = purchases.find(pk=purchase_id)
    if purchase is None or not _opens(purchase, user_id, key):
        raise PurchaseNotFound("There is no such purchase here. If it is yours, sign in or use your link.")
    return purchase


def order_for(number: str, *, user_id: ObjectId | None, key: str | None) -> Order:
    """The order, if this person bought it; raises OrderNotFound."""
    order = orders.numbered(number)
    if not _opens(order, user_id, key):
        raise OrderNotFound("There is no order with this number.")
    return order


def payment_for(
    payment_id: ObjectId, *, user_id: ObjectId | None, key: str | None
) -> tuple[Payment, Purchase]:
    """The payment and its purchase, if this person is to pay it; raises PaymentNotFound."""
    payment = payments.get(payment_id)
    purchase = purchases.get(payment.purchase_id)
    if not _opens(purchase, user_id, key):
        raise PaymentNotFound("This payment does not exist.")
    return payment, purchase


def _opens(purchase: Purchase | Order, user_id: ObjectId | None, key: str | None) -> bool:
    if purchase.buyer_id is not None:
        return purchase.buyer_id == user_id
    return bool(key) and _signer().verify_signature(str(_purchase_id(purchase)), str(key))


def _purchase_id(purchase: Purchase | Order) -> ObjectId:
    return purchase.purchase_id if isinstance(purchase, Order) else purchase.pk


def _signer() -> Signer:
    return Signer(current_app.config["SECRET_KEY"], salt="purchase")

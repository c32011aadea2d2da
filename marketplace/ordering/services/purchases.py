"""A purchase as its buyer sees it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from bson import ObjectId

from ...catalog import services as catalog
from ...shared.clock import now
from .. import process
from ..documents import Order, Payment, Purchase
from ..errors import ProviderUnavailable
from ..providers import PROVIDERS, manual
from ..repositories import orders, payments, purchases
from ..values import PaymentStatus
from .access import key_of, purchase_for
from .confirming import look_up
from .expiry import up_to_date


@dataclass(frozen=True, slots=True)
class PurchaseView:
    """A purchase with its orders and the latest attempt to pay it."""

    purchase: Purchase
    orders: list[Order]
    payment: Payment

    @property
    def status(self) -> str:
        """Where it stands, out of its orders."""
        return process.purchase_status([order.status for order in self.orders])

    @property
    def payable(self) -> bool:
        """Whether the buyer can still pay it; not while somebody looks into what arrived."""
        return self.purchase.may_be_paid(now()) and self.payment.status is not PaymentStatus.MISMATCH

    @property
    def by_hand(self) -> bool:
        """Whether it waits for a bank transfer."""
        return self.payable and self.payment.open and self.payment.provider == manual.name

    @property
    def instructions(self) -> str | None:
        """What the buyer does to pay, in words; None where they are led to it, or nothing is to be paid."""
        waits = self.payable and self.payment.open
        return PROVIDERS[self.payment.provider].instructions(self.payment) if waits else None

    @property
    def key(self) -> str | None:
        """What opens it to a buyer without an account."""
        return key_of(self.purchase)


def view(purchase: Purchase) -> PurchaseView:
    """The purchase with all that belongs to it."""
    return PurchaseView(purchase, orders.of_purchase(purchase.pk), payments.latest(purchase.pk))


def still_sold(bought: Iterable[Order]) -> set[ObjectId]:
    """The variants of these orders whose listings can still be seen, in two queries."""
    offers = catalog.offers(item.variant_id for order in bought for item in order.items)
    return {variant_id for variant_id, offer in offers.items() if offer.on_sale}


def see_purchase(purchase_id: ObjectId, *, user_id: ObjectId | None, key: str | None) -> PurchaseView:
    """The purchase as this buyer sees it.

    While it waits for its payment the provider is asked first, as when the buyer's browser comes back from
    it; when its time to pay is over, it is ended. Raises PurchaseNotFound for everybody else.
    """
    purchase = purchase_for(purchase_id, user_id=user_id, key=key)
    if purchase.pay_until is not None:
        with suppress(ProviderUnavailable):  # it reports by itself later
            look_up(purchase_id)
        purchase = up_to_date(purchases.get(purchase_id), now())
    return view(purchase)

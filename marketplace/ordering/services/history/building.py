"""From a row of an order history to a purchase, an order for each seller, and what was paid."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from bson import ObjectId
from mongoengine.errors import ValidationError

from ....catalog.services import Archived
from ....shared.chance import new_id
from ....shared.errors import MarketplaceError
from ....shared.values import Address, Money, total
from ...documents import Order, OrderItem, Payment, Purchase
from ...values import (
    Actor,
    LinePieces,
    OrderStatus,
    Origin,
    PaymentStatus,
    Shipment,
    ShopSnapshot,
    Totals,
    new_order_number,
)
from .anomalies import difference_of
from .rows import ItemRow, OrderRow, RowRefused

#: What the states of the source are here.
STATUSES: dict[str, OrderStatus] = {
    "created": OrderStatus.AWAITING_PAYMENT,
    "approved": OrderStatus.PLACED,
    "invoiced": OrderStatus.PROCESSING,
    "processing": OrderStatus.PROCESSING,
    "shipped": OrderStatus.SHIPPED,
    "delivered": OrderStatus.DELIVERED,
    "canceled": OrderStatus.CANCELLED,
    "unavailable": OrderStatus.CANCELLED,
}

#: Where a parcel went is told by city alone.
NO_STREET = "Street not known"

_CALLED_OFF = {
    "canceled": "It was cancelled; the source does not say when.",
    "unavailable": "What was ordered was not to be had; the source does not say since when.",
}


@dataclass(frozen=True, slots=True)
class Sold:
    """Where an item of the history is now: its shop and its archived listing."""

    shop_id: ObjectId
    shop: ShopSnapshot
    listing: Archived
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """Everything that one row tells, as it is stored."""

    purchase: Purchase
    orders: list[Order]
    payments: list[Payment]


def digest_of(text: bytes, zone: tzinfo) -> str:
    """A hash of what a row says, read in this time zone."""
    return hashlib.blake2b(text.strip(), digest_size=16, key=str(zone).encode()[:64]).hexdigest()


def told(row: OrderRow, digest: str, zone: tzinfo, sold: Mapping[tuple[str, str], Sold]) -> Told:
    """The documents of a row, each valid by its own rules; `sold` is by seller and product.

    Raises RowRefused.
    """
    try:
        return _Teller(row, digest, zone, sold).told()
    except (MarketplaceError, ValidationError) as error:
        raise RowRefused(str(error)) from None


def checked(row: OrderRow) -> OrderRow:
    """The row, if it can be stored; raises RowRefused."""
    if row.status not in STATUSES:
        raise RowRefused(f"There is no status {row.status}. Known are {', '.join(STATUSES)}.")
    if not row.items and not row.payments:
        raise RowRefused("It has neither items nor payments, so nothing is known of it.")
    currencies = {one.currency for one in (*row.items, *(row.payments or ()))}
    if len(currencies) != 1:
        raise RowRefused(f"It is in several currencies: {', '.join(sorted(currencies))}.")
    amounts = [amount for item in row.items for amount in (item.price_minor, item.freight_minor)]
    if min([*amounts, *(payment.amount_minor for payment in row.payments or ())]) < 0:
        raise RowRefused("An amount is below zero.")
    return row


class _Teller:
    """Turns one row into documents."""

    def __init__(
        self, row: OrderRow, digest: str, zone: tzinfo, sold: Mapping[tuple[str, str], Sold]
    ) -> None:
        self._row, self._digest, self._zone, self._sold = row, digest, zone, sold
        self._currency = (row.items or row.payments or [])[0].currency
        self._status = STATUSES[row.status]
        self._placed_at = self._moment(row.purchased_at)

    def told(self) -> Told:
        by_seller: dict[str, list[ItemRow]] = {}
        for item in self._row.items:
            by_seller.setdefault(item.seller_id, []).append(item)
        purchase_id = new_id()
        orders = [self._order(purchase_id, items) for items in by_seller.values()]
        purchase = self._purchase(purchase_id, orders)
        payments = self._payments(purchase_id)
        for document in (purchase, *orders, *payments):
            document.validate()
        return Told(purchase, orders, payments)

    def _purchase(self, purchase_id: ObjectId, orders: list[Order]) -> Purchase:
        difference = difference_of(self._row)
        return Purchase(
            id=purchase_id,
            cart_id=purchase_id,  # there never was a cart; each purchase names one of its own
            order_ids=[order.pk for order in orders],
            total=total((order.totals.total for order in orders), self._currency),
            ship_to=self._ship_to(),
            created_at=self._placed_at,
            origin=Origin(
                reference=self._row.order_id,
                digest=self._digest,
                difference=None if difference is None else self._money(difference),
            ),
        )

    def _order(self, purchase_id: ObjectId, rows: list[ItemRow]) -> Order:
        items = [self._item(row) for row in rows]
        freight = total((self._money(row.freight_minor) for row in rows), self._currency)
        promised = [self._moment(row.ship_by) for row in rows if row.ship_by is not None]
        sold = self._sold[rows[0].seller_id, rows[0].product_id]
        order = Order(
            id=new_id(),
            number=new_order_number(),
            purchase_id=purchase_id,
            shop_id=sold.shop_id,
            shop=sold.shop,
            ship_to=self._ship_to(),
            items=items,
            totals=Totals.of((item.total for item in items), freight),
            status=self._status,
            placed_at=self._placed_at,
            handling_days=0,
            ships_by=min(promised, default=None),
            origin=Origin(reference=self._row.order_id),
        )
        self._tell_what_happened(order)
        return order

    def _item(self, row: ItemRow) -> OrderItem:
        sold = self._sold[row.seller_id, row.product_id]
        return OrderItem(
            product_id=sold.listing.product_id,
            variant_id=sold.listing.variant_id,
            title=sold.title,
            slug=sold.listing.slug,
            sku=row.product_id,
            quantity=1,
            unit_price=self._money(row.price_minor),
        )

    def _tell_what_happened(self, order: Order) -> None:
        """Write the dates on the timeline in the order of time, disorder and all."""
        row, happened = self._row, []
        if row.approved_at is not None:
            order.paid_at = self._moment(row.approved_at)
            happened.append((order.paid_at, "payment_ok", "The payment was approved."))
        if row.shipped_at is not None:
            shipped_at = self._moment(row.shipped_at)
            order.shipments = [Shipment(shipped_at, lines=_everything(order))]
            happened.append((shipped_at, "ship", "The shop handed the parcel over."))
        if row.delivered_at is not None:
            happened.append((self._moment(row.delivered_at), "mark_delivered", "The parcel was delivered."))
        happened.sort(key=lambda one: one[0])
        if row.estimated_delivery_at is not None:
            day = row.estimated_delivery_at.date().isoformat()
            order.note("promised", f"It was to arrive by {day}.", Actor.SYSTEM, self._placed_at)
        for moment, name, text in happened:
            order.note(name, text, Actor.SYSTEM, moment)
        if row.status in _CALLED_OFF:
            last = happened[-1][0] if happened else self._placed_at
            order.note("cancel", _CALLED_OFF[row.status], Actor.SYSTEM, last)

    def _payments(self, purchase_id: ObjectId) -> list[Payment]:
        """What was paid; parts that nobody approved are void, unless the order was sent all the same."""
        row = self._row
        approved = row.approved_at is not None or self._status is OrderStatus.DELIVERED
        return [
            Payment(
                id=new_id(),
                purchase_id=purchase_id,
                provider=f"history:{payment.type}"[:60],
                reference=f"{row.order_id}/{payment.seq}",
                amount=self._money(payment.amount_minor),
                status=PaymentStatus.SUCCEEDED if approved else PaymentStatus.VOID,
                created_at=self._moment(row.approved_at or row.purchased_at),
            )
            for payment in row.payments or ()
        ]

    def _ship_to(self) -> Address:
        buyer = self._row.buyer
        return Address(
            name=f"Buyer {buyer.buyer_id}"[:120],
            line1=NO_STREET,
            country=buyer.country[:2].upper(),
            postal=(buyer.postal_prefix or "")[:20],
            city=(buyer.city or "")[:120],
            region=(buyer.state or "")[:120],
        )

    def _money(self, amount: int) -> Money:
        return Money(amount, self._currency)

    def _moment(self, written: datetime) -> datetime:
        """The moment in UTC; without a zone of its own it is in that of the source."""
        return (written if written.tzinfo else written.replace(tzinfo=self._zone)).astimezone(UTC)


def _everything(order: Order) -> tuple[LinePieces, ...]:
    """All pieces of an order, which count as shipped from now on."""
    for item in order.items:
        item.shipped = item.quantity
    return tuple(LinePieces(item.id, item.quantity) for item in order.items)

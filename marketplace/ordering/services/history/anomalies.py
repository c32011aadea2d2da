"""What is odd about the rows of an order history: found and named, never mended."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from .rows import OrderRow, ProductRow, SellerRow

#: Each kind of anomaly, and what it means.
KINDS: dict[str, str] = {
    "approved_before_purchased": "approved before it was bought",
    "cancelled_after_payment": "called off after it was paid, and nothing tells of money that went back",
    "cancelled_with_delivery_date": "called off, and yet delivered on a date",
    "cancelled_with_shipping_date": "called off, and yet shipped on a date",
    "delivered_before_approved": "delivered before the payment was approved",
    "delivered_before_shipped": "delivered before it was shipped",
    "delivered_without_approval": "delivered, and the payment was never approved",
    "delivered_without_date": "delivered, and no date says when",
    "delivered_without_shipping_date": "delivered, and no date says when it was shipped",
    "no_items": "an order without items: the purchase is kept, and no shop has an order of it",
    "paid_differs": "more than a cent between what was paid and what items and freight cost",
    "paid_differs_by_a_cent": "a cent between what was paid and what items and freight cost",
    "payment_not_approved": "a payment that nobody approved",
    "payment_of_zero": "a payment of nothing",
    "payments_unknown": "the source does not know how it was paid",
    "product_never_sold": "a product that no order names: it belongs to no shop, and gets no listing",
    "product_unknown": "an item of a product that the list of products lacks",
    "product_without_category": "a product without a category",
    "product_without_measures": "a product without weight or sizes",
    "product_without_translation": "a product whose category has no English name",
    "product_without_weight": "a product that weighs nothing",
    "reviews_unknown": "the source does not know whether it was reviewed",
    "seller_city_odd": "a seller's city that is no name of a city",
    "seller_never_sold": "a seller whom no order names",
    "several_reviews": "several reviews of one order",
    "shared_review": "a review that an earlier order has too",
    "shipped_before_approved": "shipped before the payment was approved",
    "shipped_before_purchased": "shipped before it was bought",
}

#: The states of a source in which nothing was sold after all.
CALLED_OFF = ("canceled", "unavailable")

_CITY = re.compile(r"[^\W\d_][^\W\d_' .-]*(?:[' .-]+[^\W\d_]+)*\.?")


@dataclass(frozen=True, slots=True)
class Anomaly:
    """Something odd: its kind, where it stands, and what exactly is odd."""

    kind: str
    file: str
    line: int
    id: str
    detail: str = ""


@dataclass(slots=True)
class Reviews:
    """Which review stands on which line, as far as lines were read."""

    _lines: dict[int, int] = field(default_factory=dict)

    def shared(self, review_id: str, line: int) -> int | None:
        """The earlier line that has this review, or None; from then on this line has it."""
        earlier = self._lines.setdefault(hash(review_id), line)
        return earlier if earlier != line else None


def of_seller(row: SellerRow) -> Iterator[tuple[str, str]]:
    """What is odd about a seller, by kind."""
    city = (row.city or "").strip()
    if len(city) < 3 or not _CITY.fullmatch(city) or " - " in city:
        yield "seller_city_odd", city


def of_product(row: ProductRow) -> Iterator[tuple[str, str]]:
    """What is odd about a product, by kind."""
    if not row.category:
        yield "product_without_category", ""
    elif not row.category_en:
        yield "product_without_translation", row.category
    if None in (row.weight_g, row.length_cm, row.height_cm, row.width_cm):
        yield "product_without_measures", ""
    elif row.weight_g == 0:
        yield "product_without_weight", ""


def of_order(row: OrderRow, line: int, reviews: Reviews) -> Iterator[tuple[str, str]]:
    """What is odd about an order by itself, by kind."""
    yield from _of_items_and_money(row)
    yield from _of_dates(row)
    yield from _of_reviews(row, line, reviews)


def difference_of(row: OrderRow) -> int | None:
    """What was paid less what items and freight cost, in minor units; None where payments are unknown."""
    if row.payments is None:
        return None
    cost = sum(item.price_minor + item.freight_minor for item in row.items)
    return sum(payment.amount_minor for payment in row.payments) - cost


def _of_items_and_money(row: OrderRow) -> Iterator[tuple[str, str]]:
    difference = difference_of(row)
    if not row.items:
        yield "no_items", f"{row.status}; paid {difference} minor units" if difference is not None else ""
    elif difference:
        yield "paid_differs" if abs(difference) > 1 else "paid_differs_by_a_cent", f"{difference:+d}"
    if row.payments is None:
        yield "payments_unknown", ""
        return
    for payment in row.payments:
        if payment.amount_minor == 0:
            yield "payment_of_zero", f"payment {payment.seq}, {payment.type}"
    if row.payments and row.approved_at is None:
        yield "payment_not_approved", row.status
    elif row.payments and row.status in CALLED_OFF:
        yield "cancelled_after_payment", row.status


def _of_dates(row: OrderRow) -> Iterator[tuple[str, str]]:
    for kind, first, second in (
        ("approved_before_purchased", row.purchased_at, row.approved_at),
        ("shipped_before_purchased", row.purchased_at, row.shipped_at),
        ("shipped_before_approved", row.approved_at, row.shipped_at),
        ("delivered_before_approved", row.approved_at, row.delivered_at),
        ("delivered_before_shipped", row.shipped_at, row.delivered_at),
    ):
        if first is not None and second is not None and second < first:
            yield kind, f"{_day(second)} before {_day(first)}"
    if row.status == "delivered":
        for kind, moment in (
            ("delivered_without_date", row.delivered_at),
            ("delivered_without_shipping_date", row.shipped_at),
            ("delivered_without_approval", row.approved_at),
        ):
            if moment is None:
                yield kind, ""
    if row.status in CALLED_OFF:
        for kind, moment in (
            ("cancelled_with_shipping_date", row.shipped_at),
            ("cancelled_with_delivery_date", row.delivered_at),
        ):
            if moment is not None:
                yield kind, _day(moment)


def _of_reviews(row: OrderRow, line: int, reviews: Reviews) -> Iterator[tuple[str, str]]:
    if row.reviews is None:
        yield "reviews_unknown", ""
        return
    if len(row.reviews) > 1:
        yield "several_reviews", f"{len(row.reviews)} reviews"
    for review in row.reviews:
        earlier = reviews.shared(review.review_id, line)
        if earlier is not None:
            yield "shared_review", f"{review.review_id}, also on line {earlier}"


def _day(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")

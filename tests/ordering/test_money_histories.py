"""What becomes of paid orders: parcels in parts, pieces called off, money back in pieces or whole.

Ten thousand histories of an order alone, and some of whole purchases through the services: at every step
each sum is exact, in currencies with no, two and three decimals.
"""

from __future__ import annotations

import random
from contextlib import suppress

import pytest
from bson import ObjectId
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.values import ShippingTerms
from marketplace.catalog import services as catalog
from marketplace.catalog.values import VariantDraft
from marketplace.ordering import services as ordering
from marketplace.ordering.documents import Order, OrderItem
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import orders, refunds
from marketplace.ordering.services import refunds as parts
from marketplace.ordering.services.orders import Said, take_step
from marketplace.ordering.values import (
    Actor,
    Allocation,
    LinePieces,
    OrderStatus,
    PaymentOutcome,
    ShopSnapshot,
    Totals,
)
from marketplace.shared.clock import now
from marketplace.shared.errors import MarketplaceError
from marketplace.shared.transactions import transactional
from marketplace.shared.values import Money
from tests.builders import a_cart, a_shop, an_address, checked_out, put_on_sale

pytestmark = pytest.mark.slow

CURRENCIES = ("JPY", "USD", "KWD")

#: The odd ones leave remainders everywhere.
PRICES = (0, 1, 7, 99, 1_999, 333_333)


def a_history(chance: random.Random) -> None:
    """Let all kinds of things happen to a paid order; every sum is looked at after each."""
    order = an_order(chance)
    given_back: list[list[Allocation]] = []
    for _ in range(chance.randrange(1, 9)):
        with suppress(MarketplaceError):
            for allocations in chance.choice(HAPPENINGS)(order, chance):
                before = order.refundable
                order.refund(allocations)
                given_back.append(allocations)
                assert order.refundable == before - summed(allocations, order)
        check(order, given_back)
    order.refund(rest := parts.everything(order))
    check(order, [*given_back, rest])
    assert order.refundable.amount == 0
    assert order.refunded == order.totals.total


def an_order(chance: random.Random) -> Order:
    """A paid order of one to five lines."""
    currency, moment = chance.choice(CURRENCIES), now()
    items = [
        OrderItem(
            id=ObjectId(),
            product_id=ObjectId(),
            variant_id=ObjectId(),
            title="A mug",
            sku="mug",
            quantity=chance.randrange(1, 20),
            unit_price=Money(chance.choice(PRICES), currency),
        )
        for _ in range(chance.randrange(1, 6))
    ]
    shipping = Money(chance.choice((0, 5, 1_250)), currency)
    return Order(
        number="0000-0000",
        purchase_id=ObjectId(),
        shop_id=ObjectId(),
        ship_to=ADDRESS,
        shop=ShopSnapshot("Kiln", "kiln"),
        items=items,
        totals=Totals.of((item.total for item in items), shipping),
        status=OrderStatus.PROCESSING,
        handling_days=1,
        placed_at=moment,
        paid_at=moment,
        ships_by=moment,
    )


ADDRESS = an_address()


def some_pieces(order: Order, chance: random.Random) -> list[LinePieces]:
    """Some of the pieces that are still to be sent."""
    return [
        LinePieces(line.item_id, chance.randint(1, line.quantity))
        for line in order.left_to_send
        if chance.random() < 0.6
    ]


def ship(order: Order, chance: random.Random) -> list[list[Allocation]]:
    order.ship(now(), Actor.SELLER, lines=some_pieces(order, chance))
    return []


def call_off(order: Order, chance: random.Random) -> list[list[Allocation]]:
    pieces = order.cancel_rest(now(), Actor.SELLER, lines=some_pieces(order, chance), detail="Broken")
    return [parts.of_pieces(order, pieces)]


def refund_amount(order: Order, chance: random.Random) -> list[list[Allocation]]:
    left = order.refundable
    amount = Money(chance.randint(0, left.amount + 1), left.currency)
    allocations = parts.of_amount(order, amount)
    assert summed(allocations, order) == amount
    return [allocations]


def refund_lines(order: Order, chance: random.Random) -> list[list[Allocation]]:
    found = [one for one in parts.everything(order) if chance.random() < 0.5]
    return [
        [Allocation(Money(chance.randint(1, one.amount.amount), one.amount.currency), one.item_id)]
        for one in found
    ]


HAPPENINGS = (ship, call_off, refund_amount, refund_lines)


def summed(allocations: list[Allocation], order: Order) -> Money:
    return Money(sum(one.amount.amount for one in allocations), order.totals.total.currency)


def check(order: Order, given_back: list[list[Allocation]]) -> None:
    """The order's counts are those of its parts, and nothing is beyond what was paid."""
    order.clean()
    every = [one for allocations in given_back for one in allocations]
    assert all(one.amount.amount > 0 for one in every)
    assert order.refunded == summed(every, order)
    assert order.refunded + order.refundable == order.totals.total
    for item in order.items:
        of_line = sum(one.amount.amount for one in every if one.item_id == item.id)
        assert of_line == item.total.amount - item.unrefunded.amount <= item.total.amount
        assert 0 <= item.shipped + item.cancelled <= item.quantity


@pytest.mark.alone
def test_ten_thousand_histories_of_an_order_add_up():
    @settings(max_examples=10_000, derandomize=True, database=None)
    @given(seed=st.integers(0, 2**32))
    def adds_up(seed):
        a_history(random.Random(seed))  # noqa: S311 - a history that can be had again

    adds_up()


#: What may be done with the paid orders of a purchase: with which of them, what, and thousandths of how much.
steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(("ship", "cancel_rest", "decline", "cancel", "operator_cancel", "amount", "line")),
        st.integers(0, 1000),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def variants(app):
    """In each currency three shops, with a price that leaves remainders."""
    category, found = catalog.category_path(["Home", "Mugs"]), {}
    for currency in CURRENCIES:
        for number, price in enumerate((1, 999, 33_333)):
            terms = ShippingTerms(price=Money(7 * number, currency), handling_days=1)
            shop = a_shop(currency=currency, shipping=terms)
            draft = VariantDraft(sku="mug", price=Money(price, currency), on_hand=10**6)
            product = catalog.create_product(
                shop_id=shop.id, title="A mug", category_id=category.id, variants=[draft]
            )
            found[currency, number] = put_on_sale(product).variants[0].id
    return found


def test_every_refund_is_what_its_order_counts_whatever_is_done(variants):
    @settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(currency=st.sampled_from(CURRENCIES), quantity=st.integers(1, 9), done=steps)
    def holds(currency, quantity, done):
        bought = [variants[currency, number] for number in range(3)]
        placed = checked_out(a_cart(*bought, quantity=quantity))
        ordering.apply_event(sandbox.report(placed.payment, PaymentOutcome.SUCCEEDED))
        numbers = [order.number for order in orders.of_purchase(placed.purchase.pk)]

        for index, name, share in done:
            with suppress(MarketplaceError):
                take(orders.numbered(numbers[index]), name, share)

        found = orders.of_purchase(placed.purchase.pk)
        back = {order.pk: refunds.of_order(order.pk) for order in found}
        for order in found:
            check(order, [list(one.allocations) for one in back[order.pk]])
            assert all(one.amount == summed(one.allocations, order) for one in back[order.pk])
            assert order.status is not OrderStatus.CANCELLED or order.refundable.amount == 0
        kept = placed.purchase.total.amount - sum(
            one.amount.amount for every in back.values() for one in every
        )
        assert kept == sum(order.refundable.amount for order in found)

    holds()


@transactional
def operator_cancels(order: Order) -> None:
    """What `operator_cancel` does, without the operator."""
    take_step(orders.numbered(order.number), "operator_cancel", Actor.OPERATOR, now(), Said(reason="Fraud"))


def take(order: Order, name: str, share: int) -> None:
    """Do that with an order: with so many thousandths of what there is."""
    left = [LinePieces(one.item_id, max(1, one.quantity * share // 1000)) for one in order.left_to_send]
    if name == "amount":
        amount = Money(order.refundable.amount * share // 1000, order.refundable.currency)
        ordering.give_back(number=order.number, reason="Late", version=None, amount=amount)
    elif name == "line":
        item = order.items[share % len(order.items)]
        amount = Money(item.unrefunded.amount * share // 1000, order.refundable.currency)
        ordering.give_back(
            number=order.number, reason="Scratched", version=None, lines=[Allocation(amount, item.id)]
        )
    elif name == "operator_cancel":
        operator_cancels(order)
    else:
        actor = Actor.BUYER if name == "cancel" else Actor.SELLER
        lines = left if name in ("ship", "cancel_rest") else []
        ordering.move_order(number=order.number, name=name, actor=actor, lines=lines, reason="Sold out")

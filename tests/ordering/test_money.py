"""Random carts in currencies with no, two and three decimals, and all that may become of them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.accounts.values import ShippingTerms
from marketplace.catalog import services as catalog
from marketplace.catalog.values import VariantDraft
from marketplace.ordering import services as ordering
from marketplace.ordering.documents import Order, Payment, Purchase
from marketplace.ordering.errors import InvalidTransition
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import orders, payments, purchases
from marketplace.ordering.values import Actor, CartOwner, PaymentOutcome, PaymentStatus, new_cart_token
from marketplace.shared.clock import at, now
from marketplace.shared.values import LARGEST_PRICE, Money
from tests.builders import a_shop, a_user, checked_out, put_on_sale

CURRENCIES = ("JPY", "USD", "KWD")

#: Prices at both ends and between; the odd ones leave remainders everywhere.
PRICES = (0, 1, 99, 1_999, 333_333, LARGEST_PRICE)

FATES = ("pay", "pay twice", "decline and pay", "cancel", "expire", "pay late", "pay late and sold out")

lines = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, len(PRICES) - 1), st.integers(1, 99)),
    min_size=1,
    max_size=8,
    unique_by=lambda line: line[:2],
)


@pytest.fixture
def shelves(app):
    """For each currency three shops, each with a variant at every price, of which there is enough."""
    category = catalog.category_path(["Home", "Mugs"])
    found = {}
    for currency in CURRENCIES:
        owner = a_user()
        for number, shipping in enumerate((0, 7, 1_250)):
            free_over = Money(50_000, currency) if number else None
            terms = ShippingTerms(price=Money(shipping, currency), handling_days=1, free_over=free_over)
            shop = a_shop(owner=owner, currency=currency, shipping=terms)
            drafts = [
                VariantDraft(sku=f"{currency}-{number}-{price}", price=Money(price, currency), on_hand=10**6)
                for price in PRICES
            ]
            for at_price, draft in enumerate(drafts):
                product = catalog.create_product(
                    shop_id=shop.id, title="A mug", category_id=category.id, variants=[draft]
                )
                found[currency, number, at_price] = put_on_sale(product).variants[0].id
    return found


def test_every_sum_is_exact_whatever_is_bought_and_whatever_becomes_of_it(shelves):
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(currency=st.sampled_from(CURRENCIES), chosen=lines, fate=st.sampled_from(FATES))
    def holds(currency, chosen, fate):
        owner = CartOwner(token=new_cart_token())
        for shop, price, quantity in chosen:
            ordering.add_item(owner, variant_id=shelves[currency, shop, price], quantity=quantity)
        shown = ordering.priced_cart(owner)
        done = checked_out(owner)
        _live(done, fate)

        placed = orders.of_purchase(done.purchase.pk)
        assert done.purchase.total == shown.total
        assert shown.total.amount == _bill(placed)
        assert sum(PRICES[price] * quantity for _, price, quantity in chosen) == sum(
            order.totals.items.amount for order in placed
        )
        _check_payments(done.purchase, placed)

    holds()


def _bill(placed: list[Order]) -> int:
    """What the orders cost, added up from their lines and what each shop asks for shipping."""
    amount = 0
    for order in placed:
        items = sum(item.unit_price.amount * item.quantity for item in order.items)
        assert order.totals.items.amount == items
        assert order.totals.total.amount == items + order.totals.shipping.amount
        amount += items + order.totals.shipping.amount
    return amount


def _live(done: ordering.CheckedOut, fate: str) -> None:
    """Let that become of the purchase. What else an order may go through is added here."""
    succeeded = sandbox.report(done.payment, PaymentOutcome.SUCCEEDED)
    later = now() + timedelta(days=1)
    if fate == "decline and pay":
        ordering.apply_event(sandbox.report(done.payment, PaymentOutcome.FAILED))
        ordering.pay_again(purchases.get(done.purchase.pk))
        again = payments.latest(done.purchase.pk)
        ordering.apply_event(sandbox.report(again, PaymentOutcome.SUCCEEDED))
    elif fate == "cancel":
        number = orders.of_purchase(done.purchase.pk)[0].number
        ordering.move_order(number=number, name="cancel", actor=Actor.BUYER)
    elif fate == "expire":
        with at(later):
            ordering.expire_unpaid(later)
    elif fate.startswith("pay late"):
        with at(later):
            ordering.expire_unpaid(later)
            if fate.endswith("sold out"):
                _call_off(done)
            ordering.apply_event(succeeded)
    else:
        for _ in range(fate.count("twice") + 1):
            ordering.apply_event(succeeded)


def _call_off(done: ordering.CheckedOut) -> None:
    """Cancel what expired, as for pieces that others bought: the payment that comes then is too late."""
    for order in orders.of_purchase(done.purchase.pk):
        with suppress(InvalidTransition):
            order.move("paid_late_no_stock", Actor.SYSTEM, now())
            orders.save(order)


def _check_payments(purchase: Purchase, placed: list[Order]) -> None:
    """What was taken and not sent back is what the paid orders cost."""
    found: list[Payment] = list(payments.all().filter(purchase_id=purchase.pk))
    kept = sum(one.amount.amount for one in found if one.status is PaymentStatus.SUCCEEDED)
    owed = sum(order.totals.total.amount for order in placed if order.paid_at is not None)
    assert kept == owed
    assert all(one.amount == purchase.total for one in found)
    assert not [one for one in found if one.status is PaymentStatus.REFUND_DUE]

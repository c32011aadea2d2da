"""Carts in every state, and purchases that went every way that a purchase can go."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from marketplace.accounts.documents import User
from marketplace.catalog.documents import Product
from marketplace.ordering.documents import Cart, Refund
from marketplace.ordering.values import (
    LONGEST_NOTE,
    MOST_PIECES,
    Actor,
    Allocation,
    CartStatus,
    LinePieces,
    PaymentOutcome,
    PaymentStatus,
)
from marketplace.shared import clock
from marketplace.shared.values import Money

from ..world import Buyer, Deal, Line, World
from .goods import Goods
from .people import LONGEST_EMAIL, People

#: The cookies of visitors with a cart.
OPEN_TOKEN = "edge-visitors-cart-000"  # noqa: S105 - published on purpose
MERGED_TOKEN = "edge-visitors-cart-001"  # noqa: S105 - the same

#: The listing that several people received, and how many they are.
REVIEWED, REVIEWERS = "two", 6


class Till:
    """Fills carts and buys them, each purchase an hour after the one before."""

    def __init__(self, world: World, people: People, goods: Goods, begin: datetime, until: datetime) -> None:
        self._world, self._people, self._goods = world, people, goods
        self._moment, self._until = begin, until

    def lines(self, *names: str, quantity: int = 1) -> list[Line]:
        """A line of each of these listings' first variants."""
        return [(self._goods.sold[name], 0, quantity) for name in names]

    def every_variant(self, name: str, quantity: int = 1) -> list[Line]:
        """A line of each variant of this listing."""
        product = self._goods.sold[name]
        return [(product, index, quantity) for index in range(len(product.variants))]

    def cart(self, lines: list[Line], user: User | None = None, **parts: object) -> Cart:
        """A cart that lasts."""
        return self._world.cart(lines, user=user, expires_at=self._until, **parts)

    def buy(
        self,
        *names: str,
        quantity: int = 1,
        lines: list[Line] | None = None,
        guest: str = "",
        user: User | None = None,
    ) -> Deal:
        """A purchase that waits for its payment, of a member or of a visitor with that e-mail address."""
        self._moment += timedelta(hours=1)
        member = None if guest else user or self._people.buyer
        with clock.at(self._moment):
            wanted = lines or self.lines(*names, quantity=quantity)
            token = None if member else f"edge-{guest[:17]:-<17}"
            cart = self.cart(wanted, user=member, token=token)
            buyer = Buyer(
                email=member.email if member else guest,
                ship_to=self._people.address,
                user_id=member.pk if member else None,
            )
            return self._world.check_out(cart, self._products(), buyer, self._until)

    def later(self, minutes: int = 10) -> datetime:
        """A moment after the latest purchase."""
        return self._moment + timedelta(minutes=minutes)

    def paid(self, *names: str, **parts: object) -> Deal:
        """A purchase that was paid in time."""
        deal = self.buy(*names, **parts)  # type: ignore[arg-type]
        with clock.at(self.later()):
            _pay(deal)
        return deal

    def _products(self) -> list[Product]:
        return [*self._goods.sold.values(), *self._goods.unsold.values()]


def trade(world: World, people: People, goods: Goods, begin: datetime, until: datetime) -> None:
    """Everything that people mean to buy and bought, from `begin` on; what waits does so until `until`.

    At last several people receive what is `REVIEWED`.
    """
    till = Till(world, people, goods, begin, until)
    _carts(till, people, goods)
    _unpaid(till)
    _paid(till)
    _gone_wrong(till)
    _called_off(till)
    _by_itself(till)
    for reader in list(people.others.values())[:REVIEWERS]:
        _work(till, till.paid(REVIEWED, user=reader), 4)


def _carts(till: Till, people: People, goods: Goods) -> None:
    others = list(people.others.values())
    till.cart(till.every_variant("fullest", quantity=MOST_PIECES), others[0])
    till.cart([], others[1])
    till.cart(till.lines("plain", "free", "uncounted"), token=OPEN_TOKEN)
    till.cart(till.lines("plain"), token=MERGED_TOKEN, status=CartStatus.MERGED)
    with clock.at(till.later(0)):
        till.cart(till.lines("two"), others[2], status=CartStatus.CONVERTING, converting_at=clock.now())
    cart = till.cart(till.lines("plain", "none", "low", quantity=9), others[3])
    cart.items[0].seen_price = Money(1, "USD")  # its price changed since
    till.cart([(goods.unsold["archived"], 0, 1)], others[4])  # it is not sold any more


def _unpaid(till: Till) -> None:
    till.buy("plain")
    transfer = till.buy("plain", guest="edge-guest@example.com")
    with clock.at(till.later(5)):
        transfer.payment.void()
        transfer.attempt(by_hand=True)
    transfer.purchase.bill_to = transfer.orders[0].bill_to = transfer.purchase.ship_to
    transfer.orders[0].buyer_note = "Ünder the mat\n" + "x" * (LONGEST_NOTE - 14)
    again = till.buy("two", "free")
    with clock.at(till.later(5)):
        _decline(again)
        again.purchase.extend(again.purchase.pay_until)
        again.attempt()
    expired = till.buy("plain", "uncounted", guest="edge-guest@example.com")
    with clock.at(till.later(30)):
        expired.each("expire", Actor.SYSTEM)
        expired.give_up()
    cancelled = till.buy("plain", "free")
    with clock.at(till.later(5)):
        cancelled.each("cancel", Actor.BUYER)
        cancelled.give_up()


def _paid(till: Till) -> None:
    till.paid("plain")
    till.paid("free", quantity=MOST_PIECES)  # it costs nothing at all
    till.paid("dearest", quantity=MOST_PIECES)
    till.paid("yen")
    till.paid("dinar", guest=LONGEST_EMAIL)
    twice = till.buy("two")
    with clock.at(till.later(5)):
        _decline(twice)
        twice.attempt()
        _pay(twice)
    _work(till, till.paid("plain", "uncounted"), 1)
    _work(till, till.paid("plain"), 2, carrier="", tracking="")
    _work(till, till.paid("shortest"), 2, carrier="Edge Parcel", tracking="É" * 40)
    _work(till, till.paid("plain", guest="edge-guest@example.com"), 3)
    _work(till, till.paid("emoji", "right to left", "markup"), 3, by_seller=True)
    _work(till, till.paid("uncounted"), 4)
    parted = till.paid("plain", "free", "dearest")  # three shops, each at another point
    with clock.at(till.later(60)):
        parted.ship(parted.orders[0], carrier="Edge Parcel", tracking="1")
        parted.orders[1].move("start", Actor.SELLER, clock.now())
    _work(till, till.paid(lines=till.every_variant("fullest")), 4)


def _gone_wrong(till: Till) -> None:
    late = till.buy("plain")
    with clock.at(till.later(30)):
        late.each("expire", Actor.SYSTEM)
        late.give_up()
    with clock.at(till.later(50)):
        _pay(late)
    for status in (PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED):
        sold_out = till.buy("low")
        with clock.at(till.later(40)):
            sold_out.reported(PaymentOutcome.SUCCEEDED)
            sold_out.each("paid_late_no_stock", Actor.SYSTEM)
            sold_out.give_up()
            sold_out.payment.status = status
    mismatch = till.buy("plain")
    with clock.at(till.later()):
        mismatch.reported(PaymentOutcome.SUCCEEDED, amount=Money(1, "USD"))
        mismatch.payment.mismatch(Money(1, "USD"))
        for order in mismatch.orders:
            order.note("payment_mismatch", "We are checking the payment.", Actor.SYSTEM, clock.now())


def _called_off(till: Till) -> None:
    """Paid orders that are not sent, or not all of them, in every way; and what became of their money."""
    withdrawn, declined, forgotten = till.paid("plain"), till.paid("two"), till.paid("plain", "free")
    with clock.at(till.later(30)):
        _sent(withdrawn.call_off(withdrawn.orders[0], "cancel", Actor.BUYER))
        refused = declined.call_off(declined.orders[0], "decline", Actor.SELLER, reason="É" * 1000)
        assert refused is not None  # noqa: S101 - it was not for nothing
        refused.fail("È" * 1000, clock.now())
    with clock.at(till.later(60)):
        for order in forgotten.orders:  # the one that was free has nothing to give back
            order.remind(clock.now())
            forgotten.call_off(order, "auto_cancel", Actor.SYSTEM)
    parted = till.paid("two", "plain", quantity=4)
    with clock.at(till.later(60)):
        for order in parted.orders:
            first = order.items[0].id
            parted.ship(order, LinePieces(first, 1), carrier="Edge Parcel", tracking="1 of 2")
            parted.ship(order, LinePieces(first, 1), carrier="Edge Parcel", tracking="2 of 2")
            _sent(parted.cancel_rest(order, LinePieces(first, 1), reason="One of them broke."))
            _sent(parted.cancel_rest(order, reason="The other one broke as well."))
    stopped = till.paid("plain", quantity=2)
    _work(till, stopped, 3)
    with clock.at(till.later(500)):
        order = stopped.orders[0]
        part = [Allocation(Money(1, order.totals.total.currency), order.items[0].id)]
        _sent(stopped.refund(order, part, Actor.SELLER, reason="For the scratch."))
        _sent(stopped.call_off(order, "operator_cancel", Actor.OPERATOR, reason="Others complained."))


def _by_itself(till: Till) -> None:
    """Orders that nobody cared for: they were delivered and completed by themselves, or could not be."""
    alone = till.paid("plain")
    _work(till, alone, 2)
    with clock.at(till.later(300)):
        for order in alone.orders:
            order.remind(clock.now())
            order.move("auto_delivered", Actor.SYSTEM, clock.now())
            alone.arrived(order)
            order.move("auto_complete", Actor.SYSTEM, clock.now())
    stuck = till.paid("plain").orders[0]
    stuck.timer = replace(stuck.timer, failures=3, error="The database did not answer.")


def _sent(refund: Refund | None) -> None:
    if refund is not None:
        refund.succeed(clock.now())


def _pay(deal: Deal) -> None:
    deal.reported(PaymentOutcome.SUCCEEDED)
    deal.pay()
    deal.payment.status = PaymentStatus.SUCCEEDED


def _decline(deal: Deal) -> None:
    deal.reported(PaymentOutcome.FAILED)
    deal.payment.fail()


def _work(till: Till, deal: Deal, steps: int, *, by_seller: bool = False, **about: str) -> None:
    """Take every order of a paid purchase so many steps on: packed, shipped, received, completed."""
    for number in range(steps):
        with clock.at(till.later(60 * (number + 1))):
            for order in deal.orders:
                if number == 0:
                    order.move("start", Actor.SELLER, clock.now())
                elif number == 1:
                    deal.ship(order, **about)
                elif number == 2:
                    actor = Actor.SELLER if by_seller else Actor.BUYER
                    order.move("mark_delivered" if by_seller else "confirm_received", actor, clock.now())
                    deal.arrived(order)
                else:
                    order.move("complete", Actor.BUYER, clock.now())

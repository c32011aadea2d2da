"""What a cart costs now, and what stands in the way of buying it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from bson import ObjectId

from ...accounts.values import ShippingOption, ShippingProfile
from ...catalog.values import Offer
from ...shared.clock import now
from ...shared.formats import country_name, money_text
from ...shared.values import Money, total
from ..documents import Cart, CartItem
from ..values import MOST_PIECES, Mending, Option
from .shipping import Sending, choose, options_of

#: What is told of an option besides its days.
_OF_OPTION = ("id", "name", "price", "tracked", "pickup")


class SellingShop(Protocol):
    """What the price of a cart takes from a shop."""

    id: ObjectId
    owner_id: ObjectId
    name: str
    slug: str
    sells: bool

    def profile(self, profile_id: ObjectId | None) -> ShippingProfile:
        """The shipping profile with this id, or its default."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the buyer should know about a line: a sentence, and the button that mends it.

    Setting the line to `quantity` pieces mends it; none takes it out, or puts it on the list for later where
    `mending` says so. A `blocking` problem must be mended before checking out. `details` are its facts for
    programs.
    """

    code: str
    message: str
    fix: str
    quantity: int
    blocking: bool = True
    mending: Mending = Mending.SET_QUANTITY
    details: Mapping[str, Any] = field(default_factory=dict)
    item_id: ObjectId | None = None

    @property
    def fixing(self) -> Problem:
        """Itself, as what its button does is read from it."""
        return self


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line of the cart at today's price; `offer` is None when the variant is gone altogether."""

    item: CartItem
    offer: Offer | None
    problems: tuple[Problem, ...] = ()

    @property
    def title(self) -> str:
        """What it is called."""
        return self.offer.title if self.offer else "A product that is no longer here"

    @property
    def options(self) -> list[Option]:
        """What was chosen of the product."""
        return [Option(name, value) for name, value in self.offer.options] if self.offer else []

    @property
    def unit_price(self) -> Money:
        """What one piece costs now."""
        return self.offer.price if self.offer else self.item.seen_price

    @property
    def total(self) -> Money:
        """What the pieces cost together."""
        return self.unit_price * self.item.quantity

    @property
    def counts(self) -> bool:
        """Whether it can be bought, in whatever quantity, and so is part of the sums."""
        return not any(problem.blocking and problem.quantity == 0 for problem in self.problems)


@dataclass(frozen=True, slots=True)
class PricedGroup:
    """The lines of one shop, which become one order; `shop` is None when the shop is gone.

    `options` are the ways in which the shop would send them, `option` the one that the buyer chose, or the
    cheapest.
    """

    shop: SellingShop | None
    lines: tuple[PricedLine, ...]
    subtotal: Money
    options: tuple[ShippingOption, ...] = ()
    option: ShippingOption | None = None
    moment: datetime = field(default_factory=now)

    @property
    def shipping(self) -> Money:
        """What sending it costs."""
        return self.option.price if self.option else Money.zero(self.subtotal.currency)

    @property
    def ships_by(self) -> datetime | None:
        """Until when it leaves, if it is bought now."""
        return self.option.ships_by(self.moment) if self.option else None

    @property
    def arrives(self) -> tuple[datetime, datetime] | None:
        """Between when it arrives, if it is bought now and the shop says how long it travels."""
        return self.option.arrives(self.moment) if self.option else None

    @property
    def shipping_options(self) -> list[dict[str, Any]]:
        """The options with the days on which they would leave and arrive."""
        rows = []
        for one in self.options:
            earliest, latest = one.arrives(self.moment) or (None, None)
            days = {"arrives_from": earliest, "arrives_until": latest, "ships_by": one.ships_by(self.moment)}
            rows.append({name: getattr(one, name) for name in _OF_OPTION} | days)
        return rows

    @property
    def shipping_method(self) -> ObjectId | None:
        """The id of the option that the sums are of."""
        return self.option.id if self.option else None

    @property
    def total(self) -> Money:
        """What this order will cost."""
        return self.subtotal + self.shipping

    @property
    def buyable(self) -> tuple[PricedLine, ...]:
        """The lines that are part of the sums."""
        return tuple(line for line in self.lines if line.counts)

    @property
    def problems(self) -> list[tuple[PricedLine, Problem]]:
        """Everything that the buyer should know of its lines."""
        return [(line, problem) for line in self.lines for problem in line.problems]

    @property
    def line_problems(self) -> list[Problem]:
        """The same without the lines, which each names by its id."""
        return [problem for _, problem in self.problems]


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart as it would be bought now; `saved` is what was kept for later."""

    cart: Cart | None
    currency: str
    groups: tuple[PricedGroup, ...] = ()
    saved: tuple[PricedLine, ...] = ()
    sending: Sending = field(default_factory=Sending.as_guessed)

    @property
    def lines(self) -> list[PricedLine]:
        """Every line, by shop."""
        return [line for group in self.groups for line in group.lines]

    @property
    def pieces(self) -> int:
        """How many pieces it holds."""
        return sum(line.item.quantity for line in self.lines)

    @property
    def subtotal(self) -> Money:
        """What the pieces cost."""
        return total((group.subtotal for group in self.groups), self.currency)

    @property
    def shipping(self) -> Money:
        """What all parcels cost."""
        return total((group.shipping for group in self.groups), self.currency)

    @property
    def total(self) -> Money:
        """What the buyer pays."""
        return self.subtotal + self.shipping

    @property
    def ways(self) -> dict[ObjectId, ObjectId]:
        """How each shop sends, by shop, as `check_out` takes it for its `shipping`."""
        return {group.shop.id: group.option.id for group in self.groups if group.shop and group.option}

    @property
    def problems(self) -> list[tuple[PricedLine, Problem]]:
        """Everything that the buyer should know, with its line."""
        return [found for group in self.groups for found in group.problems]

    @property
    def line_problems(self) -> list[Problem]:
        """The same without the lines, which each names by its id."""
        return [problem for _, problem in self.problems]

    @property
    def ready(self) -> bool:
        """Whether it can be checked out as it is."""
        return bool(self.lines) and not any(problem.blocking for _, problem in self.problems)


def price_cart(
    cart: Cart,
    offers: Mapping[ObjectId, Offer],
    shops: Mapping[ObjectId, SellingShop],
    *,
    buyer_id: ObjectId | None,
    sending: Sending | None = None,
) -> PricedCart:
    """The cart at these offers' prices, grouped by shop in the order in which they were first added.

    Without `sending` it goes to where the visitor seems to be.
    """
    sending = sending or Sending.as_guessed()

    def line(item: CartItem) -> PricedLine:
        offer, shop = offer_of(item, offers), shops.get(item.shop_id)
        problems = _problems(item, offer, shop, cart.currency, buyer_id, sending.country)
        return PricedLine(item, offer, tuple(replace(one, item_id=item.id) for one in problems))

    by_shop: dict[ObjectId, list[PricedLine]] = {}
    for item in cart.items:
        by_shop.setdefault(item.shop_id, []).append(line(item))
    groups = (_group(shops.get(shop_id), lines, cart.currency, sending) for shop_id, lines in by_shop.items())
    return PricedCart(cart, cart.currency, tuple(groups), tuple(map(line, cart.saved)), sending)


def offer_of(item: CartItem, offers: Mapping[ObjectId, Offer]) -> Offer | None:
    """The offer that the line was made of, or None when the variant is no longer that product's."""
    offer = offers.get(item.variant_id)
    same = offer and (offer.shop_id, offer.product_id) == (item.shop_id, item.product_id)
    return offer if same else None


def _group(shop: SellingShop | None, lines: list[PricedLine], currency: str, sending: Sending) -> PricedGroup:
    buyable = [line for line in lines if line.counts]
    subtotal = total((line.total for line in buyable), currency)
    if shop is None:
        return PricedGroup(shop, tuple(lines), subtotal)
    options = options_of(shop, buyable, sending.country, currency)
    option = choose(options, sending.chosen.get(shop.id))
    return PricedGroup(shop, tuple(lines), subtotal, options, option)


def _problems(
    item: CartItem,
    offer: Offer | None,
    shop: SellingShop | None,
    currency: str,
    buyer_id: ObjectId | None,
    country: str,
) -> Iterable[Problem]:
    gone = why_not(offer, shop, buyer_id) or why_not_in(currency, offer)
    if gone or offer is None or shop is None:
        code, message = gone or ("product_unavailable", "")
        yield Problem(code, message, "Remove it", 0)
        return
    if not shop.profile(offer.profile_id).serves(country):
        yield _not_sent(shop, country)
        return
    if offer.price != item.seen_price:
        yield Problem(
            "price_changed",
            f"The price changed from {money_text(item.seen_price)} to {money_text(offer.price)}.",
            "Use the new price",
            item.quantity,
            blocking=False,
            details={"old": item.seen_price, "new": offer.price},
        )
    left = MOST_PIECES if offer.available is None else max(offer.available, 0)
    if left == 0:
        yield Problem("insufficient_stock", "This is sold out.", "Remove it", 0, details={"available": 0})
    elif left < item.quantity:
        details = {"available": left}
        yield Problem("insufficient_stock", f"Only {left} left.", f"Take {left}", left, details=details)


def _not_sent(shop: SellingShop, country: str) -> Problem:
    return Problem(
        "no_shipping_to",
        f"{shop.name} does not send this to {country_name(country)}.",
        "Save it for later",
        0,
        mending=Mending.SAVE_FOR_LATER,
        details={"country": country},
    )


def why_not(
    offer: Offer | None, shop: SellingShop | None, buyer_id: ObjectId | None
) -> tuple[str, str] | None:
    """Why this buyer cannot buy the offer at all, as a code and a sentence; None when they can."""
    if offer is None or not offer.on_sale or shop is None:
        return "product_unavailable", "This is no longer sold."
    if not shop.sells:
        return "shop_not_selling", f"{shop.name} does not sell right now."
    if buyer_id is not None and shop.owner_id == buyer_id:
        return "own_product", "This is from your own shop; you cannot buy it yourself."
    return None


def why_not_in(currency: str, offer: Offer | None) -> tuple[str, str] | None:
    """Why the offer does not fit into a cart of this currency; None when it does."""
    if offer is not None and offer.price.currency != currency:
        return "currency_mismatch", f"This is sold in {offer.price.currency}, your cart is in {currency}."
    return None

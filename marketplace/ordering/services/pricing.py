"""What a cart costs now, and what stands in the way of buying it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bson import ObjectId

from ...catalog.values import Offer
from ...shared.formats import money_text
from ...shared.values import Money, total
from ..documents import Cart, CartItem
from ..values import MOST_PIECES, Option


class SellingShop(Protocol):
    """What the price of a cart takes from a shop."""

    id: ObjectId
    owner_id: ObjectId
    name: str
    slug: str
    sells: bool
    shipping: Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the buyer should know about a line: a sentence, and the button that mends it.

    Setting the line to `quantity` pieces mends it; none removes it. A `blocking` problem must be mended
    before checking out.
    """

    code: str
    message: str
    fix: str
    quantity: int
    blocking: bool = True


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
    """The lines of one shop, which become one order; `shop` is None when the shop is gone."""

    shop: SellingShop | None
    lines: tuple[PricedLine, ...]
    subtotal: Money
    shipping: Money

    @property
    def total(self) -> Money:
        """What this order will cost."""
        return self.subtotal + self.shipping

    @property
    def buyable(self) -> tuple[PricedLine, ...]:
        """The lines that are part of the sums."""
        return tuple(line for line in self.lines if line.counts)


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart as it would be bought now."""

    cart: Cart | None
    currency: str
    groups: tuple[PricedGroup, ...] = ()

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
    def problems(self) -> list[tuple[PricedLine, Problem]]:
        """Everything that the buyer should know, with its line."""
        return [(line, problem) for line in self.lines for problem in line.problems]

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
) -> PricedCart:
    """The cart at these offers' prices, grouped by shop in the order in which they were first added."""
    by_shop: dict[ObjectId, list[PricedLine]] = {}
    for item in cart.items:
        offer, shop = offer_of(item, offers), shops.get(item.shop_id)
        problems = _problems(item, offer, shop, cart.currency, buyer_id)
        by_shop.setdefault(item.shop_id, []).append(PricedLine(item, offer, tuple(problems)))
    groups = (_group(shops.get(shop_id), lines, cart.currency) for shop_id, lines in by_shop.items())
    return PricedCart(cart, cart.currency, tuple(groups))


def offer_of(item: CartItem, offers: Mapping[ObjectId, Offer]) -> Offer | None:
    """The offer that the line was made of, or None when the variant is no longer that product's."""
    offer = offers.get(item.variant_id)
    same = offer and (offer.shop_id, offer.product_id) == (item.shop_id, item.product_id)
    return offer if same else None


def _group(shop: SellingShop | None, lines: list[PricedLine], currency: str) -> PricedGroup:
    buyable = [line for line in lines if line.counts]
    subtotal = total((line.total for line in buyable), currency)
    shipping = shop.shipping.quote(subtotal) if shop and buyable else Money.zero(currency)
    return PricedGroup(shop, tuple(lines), subtotal, shipping)


def _problems(
    item: CartItem,
    offer: Offer | None,
    shop: SellingShop | None,
    currency: str,
    buyer_id: ObjectId | None,
) -> Iterable[Problem]:
    gone = why_not(offer, shop, buyer_id) or why_not_in(currency, offer)
    if gone or offer is None:
        code, message = gone or ("product_unavailable", "")
        yield Problem(code, message, "Remove it", 0)
        return
    if offer.price != item.seen_price:
        yield Problem(
            "price_changed",
            f"The price changed from {money_text(item.seen_price)} to {money_text(offer.price)}.",
            "Use the new price",
            item.quantity,
            blocking=False,
        )
    left = MOST_PIECES if offer.available is None else max(offer.available, 0)
    if left == 0:
        yield Problem("insufficient_stock", "This is sold out.", "Remove it", 0)
    elif left < item.quantity:
        yield Problem("insufficient_stock", f"Only {left} left.", f"Take {left}", left)


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

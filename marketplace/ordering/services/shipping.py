"""How the orders of a cart would be sent: the ways that each shop offers, and the one that was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bson import ObjectId

from ...accounts.values import Parcel, ShippingOption, shipping_options
from ...shared import destination
from ...shared.values import total
from ..errors import NoShipping, ShippingMethodRequired
from ..values import ShippingChoice

if TYPE_CHECKING:
    from .pricing import PricedCart, PricedGroup, PricedLine, SellingShop


@dataclass(frozen=True, slots=True)
class Sending:
    """Where everything goes, and by which option each shop sends it as far as that was chosen, by shop id."""

    country: str
    chosen: Mapping[ObjectId, ObjectId] = field(default_factory=dict)

    @classmethod
    def as_guessed(cls) -> Sending:
        """To where the visitor seems to be, in no particular way."""
        return cls(destination.country())


def options_of(
    shop: SellingShop, lines: Iterable[PricedLine], country: str, currency: str
) -> tuple[ShippingOption, ...]:
    """The ways in which a shop would send these lines together, the cheapest first."""
    by_profile: dict[ObjectId, list[PricedLine]] = {}
    for line in lines:
        profile = shop.profile(line.offer.profile_id if line.offer else None)
        by_profile.setdefault(profile.id, []).append(line)
    parcels = [
        Parcel(
            shop.profile(profile_id),
            sum(line.item.quantity for line in sent),
            total((line.total for line in sent), currency),
        )
        for profile_id, sent in by_profile.items()
    ]
    return shipping_options(parcels, country, currency)


def choose(options: tuple[ShippingOption, ...], wanted: ObjectId | None) -> ShippingOption | None:
    """The option that was asked for; else the cheapest that is sent, and fetching it where nothing is."""
    named = next((option for option in options if option.id == wanted), None)
    return named or next((option for option in options if not option.pickup), options[0] if options else None)


def require(view: PricedCart) -> None:
    """Raise unless it is settled how each shop sends what can be bought of the cart.

    Raises NoShipping where a shop does not send to the country, and ShippingMethodRequired at the shop where
    there are several ways and none was chosen, or one was that it does not offer.
    """
    unsent = [
        {"item_id": str(line.item.id), "title": line.title}
        for line, problem in view.problems
        if problem.code == "no_shipping_to"
    ]
    if unsent:
        titles = ", ".join(line["title"] for line in unsent)
        raise NoShipping(
            f"Not sent to this address: {titles}. Take it out of the cart, or choose another address.",
            country=view.sending.country,
            lines=unsent,
        )
    errors = {} if not view.ready else dict(filter(None, map(_unsettled(view.sending), view.groups)))
    if errors:
        shops = [name.partition(".")[2] for name in errors]
        raise ShippingMethodRequired(next(iter(errors.values()))[0], errors=errors, shop_ids=shops)


def _unsettled(sending: Sending) -> Any:
    def look(group: PricedGroup) -> tuple[str, list[str]] | None:
        assert group.shop is not None  # noqa: S101 - a cart without its shop is not ready to be bought
        wanted = sending.chosen.get(group.shop.id)
        known = {option.id for option in group.options}
        if wanted in known or (wanted is None and len(known) == 1):
            return None
        sentence = f"Choose how {group.shop.name} sends it."
        if wanted is not None:
            sentence = f"{group.shop.name} does not send it like this any more. Choose another way."
        return f"shipping.{group.shop.id}", [sentence]

    return look


def frozen(group: PricedGroup) -> ShippingChoice:
    """How the order will be sent, as it is kept with it."""
    option = group.option
    assert option is not None  # noqa: S101 - `require` came before
    return ShippingChoice(
        method_id=option.id,
        name=option.name,
        days_min=option.days_min,
        days_max=option.days_max,
        tracked=option.tracked,
        pickup=option.pickup,
    )

"""What a product's page says of sending it to the visitor's country."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...accounts import services as accounts
from ...accounts.values import ShippingMethod, ShippingOption
from ...shared import destination
from ...shared.clock import now
from ...shared.values import Money
from ..documents import Product
from ..values import ShownProduct


@dataclass(frozen=True, slots=True)
class Sending:
    """The ways to send one piece to a country as if it were bought at `placed_at`, the cheapest first.

    `method` is the cheapest one's with its further prices, or None where nothing is sent there.
    """

    country: str
    placed_at: datetime
    options: tuple[ShippingOption, ...]
    method: ShippingMethod | None


def sending_of(product: Product | ShownProduct, shop: Any) -> Sending:
    """How one piece of the product would be sent to where the visitor is."""
    country, profile = destination.country(), shop.profile(product.shipping_profile_id)
    price = Money(product.price_min, product.currency)
    options = accounts.quote_shipping(shop, country=country, profile_id=profile.id, subtotal=price)
    ways = {method.id: method for method in profile.methods_to(country)}
    method = ways.get(options[0].id) if options else None
    return Sending(country, now(), options, method)

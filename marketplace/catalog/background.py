"""What the catalog does in the background: mail about what moderators decided, and clearing up."""

from __future__ import annotations

from ..accounts import services as accounts
from ..shared import mail
from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from .repositories import products
from .services import pictures


@delivers("listing.moderated")
def tell_the_owner(told: Delivery) -> None:
    """Tell the shop's owner what was decided about a listing, and why; nobody, when either is gone."""
    product = products.find(pk=told.about_id)
    shop = accounts.get_shop(product.shop_id) if product else None
    owner = accounts.find_user(shop.owner_id) if shop else None
    if owner is not None:
        mail.send(told, to=owner.email, template="listing_moderated", product=product, shop=shop)


@timer("sweep-pictures", every=60)
def sweep_pictures() -> None:
    """Clear away the uploads that no listing has shown for a day."""
    pictures.sweep(now())

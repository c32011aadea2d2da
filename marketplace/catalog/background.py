"""What the catalog does in the background."""

from __future__ import annotations

from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from . import services
from .services import pictures


@timer("sweep-pictures", every=60)
def sweep_pictures() -> None:
    """Clear away the uploads that no listing has shown for a day."""
    pictures.sweep(now())


@delivers("category.moved")
def follow_category(told: Delivery) -> None:
    """File the products of a category that moved."""
    services.follow_category(told.about_id)


@delivers("category.emptied")
def empty_category(told: Delivery) -> None:
    """Move the products of a category that is to go, then remove it."""
    services.empty_category(told.about_id)


@delivers("attribute.changed")
def follow_attribute(told: Delivery) -> None:
    """State the facts of an attribute anew after it changed."""
    services.follow_attribute(told.about_id, told.payload.get("after"))

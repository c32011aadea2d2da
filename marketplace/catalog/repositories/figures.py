"""Single figures about the whole catalog, by name."""

from __future__ import annotations

from bson import ObjectId

from ...shared.clock import now
from ..documents import Figure
from ..values.tokens import NO_MEAN

_MEAN, _WALK = "mean of stars", "walk of tokens"


def mean_of_stars() -> float:
    """The mean of all stars that products are ranked by now."""
    found = Figure.objects(pk=_MEAN).first()
    return NO_MEAN if found is None else float(found.value)


def put_mean_of_stars(mean: float) -> None:
    """Rank by this mean from now on."""
    Figure.objects(pk=_MEAN).update_one(set__value=mean, set__at=now(), upsert=True)


def walked_to() -> ObjectId | None:
    """Behind which product the walk through all of them goes on; None at its beginning."""
    found = Figure.objects(pk=_WALK).first()
    return found.product_id if found else None


def walk_to(product_id: ObjectId | None) -> None:
    """Go on behind this product."""
    Figure.objects(pk=_WALK).update_one(set__product_id=product_id, set__at=now(), upsert=True)

"""A product's stars, counted as reviews enter and leave what is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bson import ObjectId

from ....shared.documents import restored
from ....shared.transactions import transactional
from ...repositories import ratings
from ...values import Rating, rating_change


@dataclass(frozen=True, slots=True)
class Miscount:
    """A product whose rating is not what its published reviews make."""

    product_id: ObjectId
    said: Rating
    real: Rating

    @property
    def sentence(self) -> str:
        """What is wrong, in words."""
        return f"It says {_in_words(self.said)}; its reviews make {_in_words(self.real)}."


def count_in(
    product_id: ObjectId, *, leaving: int | None = None, entering: int | None = None
) -> Rating | None:
    """The product's rating after these stars left and those came, in the open transaction.

    None when nothing changed, or the product is gone. Whatever follows from a product's rating is to be
    brought up to date here: the rating changes in no other place.
    """
    change = rating_change(leaving=leaving, entering=entering)
    return ratings.change(product_id, change) if change else None


def miscounted_ratings() -> Iterator[Miscount]:
    """The products whose rating is not what their published reviews make, as a stream."""
    for row in ratings.apart():
        yield Miscount(row["_id"], restored(Rating, row["said"]), restored(Rating, row["real"]))


def mend_ratings() -> int:
    """Count the rating of every such product anew, each in a transaction; answers how many."""
    wrong = list(miscounted_ratings())
    for found in wrong:
        _recount(found.product_id)
    return len(wrong)


@transactional
def _recount(product_id: ObjectId) -> None:
    ratings.put(product_id, ratings.recounted(product_id))


def _in_words(rating: Rating) -> str:
    buckets = ", ".join(str(getattr(rating, f"c{stars}")) for stars in range(1, 6))
    return f"{rating.n} reviews with {rating.sum} stars ({buckets})"

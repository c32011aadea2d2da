"""Who bought what, and so may review it.

Each step is one conditional update of a line's own document: told twice, it happens once, and what came to
an end stays ended in whatever order ordering tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bson import ObjectId

from ..documents import ReviewRight
from ..values import BoughtLine


class ReviewRightRepository:
    """The lines that were bought, as far as reviews are concerned."""

    def add(
        self, author_id: ObjectId, shop_id: ObjectId, lines: Iterable[BoughtLine], moment: datetime
    ) -> None:
        """Note that these lines were bought; those that are known stay as they are."""
        bought = list(lines)
        known = set(ReviewRight.objects(pk__in=[line.id for line in bought]).scalar("id"))
        new = [
            ReviewRight(id=line.id, **_bought(author_id, shop_id, line), bought_at=moment)
            for line in bought
            if line.id not in known
        ]
        if new:
            ReviewRight.objects.insert(new, load_bulk=False)

    def deliver(
        self, author_id: ObjectId, shop_id: ObjectId, lines: Iterable[BoughtLine], moment: datetime
    ) -> None:
        """Note that these lines arrived; the first time counts."""
        for line in lines:
            change = {
                "$min": {"delivered_at": moment},
                "$setOnInsert": _bought(author_id, shop_id, line) | {"bought_at": moment},
            }
            ReviewRight.objects(pk=line.id).update_one(__raw__=change, upsert=True)

    def end(
        self, author_id: ObjectId, shop_id: ObjectId, lines: Iterable[BoughtLine], moment: datetime
    ) -> None:
        """Note that nothing is left of these lines; the first time counts."""
        for line in lines:
            change = {
                "$min": {"ended_at": moment},
                "$setOnInsert": _bought(author_id, shop_id, line) | {"bought_at": moment},
            }
            ReviewRight.objects(pk=line.id).update_one(__raw__=change, upsert=True)

    def use(self, line_id: ObjectId, moment: datetime, *, delivered_since: datetime) -> bool:
        """Note that the right was used, unless it ended or its time was over; False then.

        It writes where an end would write: of a review and a refund at once, one sees the other.
        """
        usable = ReviewRight.objects(pk=line_id, delivered_at__gte=delivered_since, ended_at=None)
        return bool(usable.update_one(__raw__={"$set": {"used_at": moment}}))

    def give_back(self, line_id: ObjectId) -> None:
        """Note that the review which used the right is no more."""
        ReviewRight.objects(pk=line_id).update_one(__raw__={"$unset": {"used_at": 1}})

    def of(self, author_id: ObjectId, product_id: ObjectId) -> list[ReviewRight]:
        """Every line in which this person bought the product."""
        return list(ReviewRight.objects(author_id=author_id, product_id=product_id))

    def of_lines(self, line_ids: Iterable[ObjectId]) -> list[ReviewRight]:
        """The rights of these lines, those that there are."""
        return list(ReviewRight.objects(pk__in=list(line_ids)))


def _bought(author_id: ObjectId, shop_id: ObjectId, line: BoughtLine) -> dict[str, Any]:
    return {"author_id": author_id, "shop_id": shop_id, "product_id": line.product_id}


review_rights = ReviewRightRepository()

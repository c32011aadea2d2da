"""The stored reviews and votes.

Lists are read as rows with their authors' names, which the database joins: a page of reviews is one round
trip.
"""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from pymongo import ReturnDocument

from ...accounts.values import NAME_OF_NOBODY
from ...shared import paging
from ...shared.documents import restored
from ...shared.paging import Page, Position
from ...shared.repository import Repository
from ..documents import Review, ReviewVote
from ..errors import ReviewNotFound
from ..values import Hiding, Reply, ReviewCard, ReviewSort, ReviewStatus, wilson

_NEWEST: paging.Sort = [("_id", -1)]

#: The sort keys of each order; the last one is unique.
KEYS: dict[ReviewSort, paging.Sort] = {
    ReviewSort.HELPFUL: [("helpful_score", -1), ("_id", -1)],
    ReviewSort.NEWEST: _NEWEST,
    ReviewSort.RATING_DOWN: [("rating", -1), ("_id", -1)],
    ReviewSort.RATING_UP: [("rating", 1), ("_id", 1)],
}

#: What a list reads of a review, and of its author's account.
SHOWN = (
    *("product_id", "shop_id", "author_id", "rating", "title", "body", "status", "hiding", "reply"),
    *("helpful", "unhelpful", "helpful_score", "created_at", "edited_at", "version"),
)


class ReviewRepository(Repository[Review]):
    """What buyers say of products."""

    document = Review
    missing = ReviewNotFound

    def by_author(self, author_id: ObjectId, product_id: ObjectId) -> Review | None:
        """What this person said of the product, in whatever state, or None."""
        return self.find(author_id=author_id, product_id=product_id)

    def own(self, author_id: ObjectId, review_id: ObjectId) -> Review:
        """This person's own review, unless they deleted it; raises ReviewNotFound."""
        criteria = {"pk": review_id, "author_id": author_id, "status__ne": ReviewStatus.DELETED}
        return self._found(self.find(**criteria))

    def published(self, review_id: ObjectId) -> Review:
        """The review, as everybody may see it; raises ReviewNotFound."""
        return self._found(self.find(pk=review_id, status=ReviewStatus.PUBLISHED))

    def of_shop(self, shop_id: ObjectId, review_id: ObjectId) -> Review:
        """A published review of something that this shop sells; raises ReviewNotFound."""
        return self._found(self.find(pk=review_id, shop_id=shop_id, status=ReviewStatus.PUBLISHED))

    def _found(self, review: Review | None) -> Review:
        if review is None:
            raise ReviewNotFound("There is no such review, or it is no longer shown.")
        return review

    def remove(self, review: Review) -> None:
        """Forget a deleted review, to make room for another one of its author."""
        self.all().filter(pk=review.pk, version=review.version).delete()

    # Lists

    def of_product(
        self, product_id: ObjectId, sort: ReviewSort, *, stars: int | None, at: Position | None, limit: int
    ) -> Page[ReviewCard]:
        """A product's published reviews; those with so many stars alone have no order by rating."""
        criteria: dict[str, Any] = {"product_id": product_id, "status": ReviewStatus.PUBLISHED.value}
        keys = KEYS[sort]
        if stars is not None:
            criteria["rating"] = stars
            keys = _NEWEST if keys[0][0] == "rating" else keys
        return self._cards(criteria, keys, at, limit)

    def about_shop(
        self,
        shop_id: ObjectId,
        *,
        unanswered: bool,
        alone: ObjectId | None,
        at: Position | None,
        limit: int,
    ) -> Page[ReviewCard]:
        """The published reviews of what a shop sells, newest first; or one of them `alone`."""
        criteria: dict[str, Any] = {"shop_id": shop_id, "status": ReviewStatus.PUBLISHED.value}
        if alone is not None:
            criteria["_id"] = alone
        elif unanswered:
            criteria["answered"] = False
        return self._cards(criteria, _NEWEST, at, limit)

    def in_status(
        self, status: ReviewStatus, *, alone: ObjectId | None, at: Position | None, limit: int
    ) -> Page[ReviewCard]:
        """Everybody's reviews in one state, newest first; or one `alone`, in whatever state."""
        criteria = {"status": status.value} if alone is None else {"_id": alone}
        return self._cards(criteria, _NEWEST, at, limit)

    def _cards(
        self, criteria: dict[str, Any], keys: paging.Sort, at: Position | None, limit: int
    ) -> Page[ReviewCard]:
        after = paging.predicate(keys, at)
        author = {"from": "users", "localField": "author_id", "foreignField": "_id", "as": "author"}
        rows = self.document._get_collection().aggregate(
            [
                {"$match": {"$and": [criteria, after]} if after else criteria},
                {"$sort": dict(paging.direction(keys, at))},
                {"$limit": limit + 1},
                {"$lookup": author},
                {"$project": dict.fromkeys((*SHOWN, "author.display_name"), 1)},
            ]
        )
        page = paging.cut(list(rows), keys, at, limit)
        return Page([_card(row) for row in page.items], page.next, page.previous)

    # Votes

    def count_votes(self, review_id: ObjectId, *, helpful: int, unhelpful: int) -> Review:
        """The review after so many votes more of each kind; raises ReviewNotFound unless it is published.

        Inside the vote's transaction: the score is that of the numbers that the first update left.
        """
        collection = self.document._get_collection()
        row = collection.find_one_and_update(
            {"_id": review_id, "status": ReviewStatus.PUBLISHED.value},
            {"$inc": {"helpful": helpful, "unhelpful": unhelpful}},
            return_document=ReturnDocument.AFTER,
        )
        if row is None:
            return self._found(None)
        row["helpful_score"] = wilson(row["helpful"], row["unhelpful"])
        collection.update_one({"_id": review_id}, {"$set": {"helpful_score": row["helpful_score"]}})
        counted: Review = Review._from_son(row)
        return counted


class ReviewVoteRepository:
    """Who was helped by which review."""

    def of(self, review_id: ObjectId, user_id: ObjectId) -> bool | None:
        """Whether the review helped this person; None where they did not say."""
        found = ReviewVote.objects(review_id=review_id, user_id=user_id).first()
        return found.helpful if found else None

    def of_reader(self, user_id: ObjectId, review_ids: list[ObjectId]) -> dict[ObjectId, bool]:
        """What this person said of each of the reviews."""
        found = ReviewVote.objects(user_id=user_id, review_id__in=review_ids)
        return dict(found.scalar("review_id", "helpful"))

    def put(self, vote: ReviewVote) -> None:
        """Keep what this person says, in place of what they said before."""
        change = {"$set": {"helpful": vote.helpful, "at": vote.at}, "$setOnInsert": {"_id": vote.pk}}
        mine = ReviewVote.objects(review_id=vote.review_id, user_id=vote.user_id)
        mine.update_one(__raw__=change, upsert=True)

    def remove(self, review_id: ObjectId, user_id: ObjectId) -> None:
        """Forget what this person said."""
        ReviewVote.objects(review_id=review_id, user_id=user_id).delete()

    def remove_all(self, review_id: ObjectId) -> None:
        """Forget what everybody said of a review."""
        ReviewVote.objects(review_id=review_id).delete()


def _card(row: dict[str, Any]) -> ReviewCard:
    hiding, reply, authors = row.get("hiding"), row.get("reply"), row["author"]
    plain = {name: row[name] for name in ("product_id", "shop_id", "author_id", "rating", "created_at")}
    return ReviewCard(
        id=row["_id"],
        author=authors[0]["display_name"] if authors else NAME_OF_NOBODY,
        title=row.get("title", ""),
        body=row.get("body", ""),
        status=ReviewStatus(row["status"]),
        hiding=restored(Hiding, hiding) if hiding else None,
        reply=restored(Reply, reply) if reply else None,
        helpful=row["helpful"],
        unhelpful=row["unhelpful"],
        edited_at=row.get("edited_at"),
        version=row["version"],
        **plain,
    )


reviews = ReviewRepository()
votes = ReviewVoteRepository()

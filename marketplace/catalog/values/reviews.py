"""What reviews speak of: the right to write one, its states, stars counted by bucket, and helpfulness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import sqrt

from bson import ObjectId

#: The least and the most stars.
LEAST_STARS, MOST_STARS = 1, 5

#: How long a title, a text, a shop's reply and a moderator's reason may be, in characters.
TITLE_LENGTH, BODY_LENGTH, REPLY_LENGTH, REASON_LENGTH = 100, 3000, 2000, 1000

#: So many earlier wordings of a review are kept: the first and the latest.
WORDINGS = 20

#: How long a shop may reword its reply.
REPLY_OPEN = timedelta(hours=24)


class ReviewStatus(StrEnum):
    """Where a review stands; only a published one counts and is seen."""

    PUBLISHED = "published"
    HIDDEN = "hidden"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """A step of a review: from which states, and to which; None stays where it is."""

    sources: frozenset[ReviewStatus]
    target: ReviewStatus | None


_THERE = frozenset({ReviewStatus.PUBLISHED, ReviewStatus.HIDDEN})

#: Every step of a review: its author edits and deletes, a moderator hides and restores, a refund withdraws.
REVIEW_STEPS: dict[str, ReviewStep] = {
    "edit": ReviewStep(_THERE, None),
    "delete": ReviewStep(_THERE, ReviewStatus.DELETED),
    "hide": ReviewStep(frozenset({ReviewStatus.PUBLISHED}), ReviewStatus.HIDDEN),
    "restore": ReviewStep(frozenset({ReviewStatus.HIDDEN}), ReviewStatus.PUBLISHED),
    "withdraw": ReviewStep(_THERE, ReviewStatus.HIDDEN),
    "reply": ReviewStep(frozenset({ReviewStatus.PUBLISHED}), None),
}


class HidingCause(StrEnum):
    """Why a review is hidden."""

    MODERATOR = "moderator"
    REFUNDED = "refunded"


class NoReview(StrEnum):
    """Why somebody may not review a product, in the words of the API."""

    NOT_BOUGHT = "not_bought"
    NOT_DELIVERED = "not_delivered"
    REFUNDED = "refunded"
    OWN_SHOP = "own_shop"
    WINDOW_CLOSED = "window_closed"


class ReviewSort(StrEnum):
    """The orders in which a product's reviews are listed."""

    HELPFUL = "helpful"
    NEWEST = "newest"
    RATING_DOWN = "-rating"
    RATING_UP = "rating"


@dataclass(frozen=True, slots=True)
class Rating:
    """How many published reviews gave how many stars; `sum` is that of all their stars."""

    n: int = 0
    c1: int = 0
    c2: int = 0
    c3: int = 0
    c4: int = 0
    c5: int = 0
    sum: int = 0

    @property
    def mean(self) -> float | None:
        """The stars on average with one decimal, a half rounded up; None while nobody gave any."""
        return (self.sum * 20 + self.n) // (self.n * 2) / 10 if self.n else None

    @property
    def bars(self) -> list[tuple[int, int, int]]:
        """For five stars down to one: the stars, how many gave them, and which share of all in percent."""
        counts = [(stars, getattr(self, f"c{stars}")) for stars in range(MOST_STARS, 0, -1)]
        return [(stars, count, round(100 * count / self.n) if self.n else 0) for stars, count in counts]


def rating_change(*, leaving: int | None = None, entering: int | None = None) -> dict[str, int]:
    """What each number of a Rating changes by when these stars leave and those enter; empty for nothing."""
    change = {"n": 0, "sum": 0}
    for stars, sign in ((leaving, -1), (entering, 1)):
        if stars is not None:
            bucket = f"c{stars}"
            change["n"] += sign
            change["sum"] += sign * stars
            change[bucket] = change.get(bucket, 0) + sign
    return {name: amount for name, amount in change.items() if amount}


def wilson(helpful: int, unhelpful: int) -> float:
    """How helpful a review surely is: the lower bound of Wilson's 95 % interval for the share of its votes.

    Few votes prove little: one of one is below nine of ten. Zero without votes.
    See E. B. Wilson, Probable inference, the law of succession, and statistical inference (1927).
    """
    votes = helpful + unhelpful
    if not votes:
        return 0.0
    z, share = 1.96, helpful / votes
    spread = z * sqrt(share * (1 - share) / votes + z * z / (4 * votes * votes))
    return max(0.0, (share + z * z / (2 * votes) - spread) / (1 + z * z / votes))


@dataclass(frozen=True, slots=True)
class BoughtLine:
    """A line of an order, as the catalog is told of it: its own id, and what was bought."""

    id: ObjectId
    product_id: ObjectId


@dataclass(frozen=True, slots=True)
class Wording:
    """What a review said before it was edited."""

    at: datetime
    rating: int
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the shop answers."""

    text: str
    at: datetime
    edited_at: datetime | None = None

    def open(self, moment: datetime) -> bool:
        """Whether the shop may still reword it."""
        return moment < self.at + REPLY_OPEN


@dataclass(frozen=True, slots=True)
class Hiding:
    """Why a review is hidden, since when, and the reason that a moderator wrote."""

    cause: HidingCause
    at: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "cause", HidingCause(self.cause))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCard:
    """A review in a list, with its author's name; `product` is {title, url, shop} where the list needs it."""

    id: ObjectId
    product_id: ObjectId
    shop_id: ObjectId
    author_id: ObjectId
    author: str
    rating: int
    title: str
    body: str
    status: ReviewStatus
    hiding: Hiding | None
    reply: Reply | None
    helpful: int
    unhelpful: int
    created_at: datetime
    edited_at: datetime | None
    version: int
    product: ReviewedProduct | None = None


@dataclass(frozen=True, slots=True)
class ReviewedProduct:
    """The product that a review is about; `url` is None while nobody can see it."""

    title: str
    url: str | None
    shop: str


@dataclass(frozen=True, slots=True)
class ReviewStanding:
    """Whether somebody may review a product now: `refusal` says why not, `reviewed` that they did."""

    refusal: NoReview | None = None
    reviewed: bool = False
    line_id: ObjectId | None = None

    @property
    def may_write(self) -> bool:
        """Whether a first review may be written."""
        return self.refusal is None and not self.reviewed

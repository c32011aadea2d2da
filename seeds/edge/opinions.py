"""Reviews in every state and with every number of stars: the longest, the shortest, hidden and taken back."""

from __future__ import annotations

from collections.abc import Iterable

from marketplace.accounts.documents import User
from marketplace.catalog.documents import Product, Review, ReviewVote
from marketplace.catalog.values import (
    BODY_LENGTH,
    MOST_STARS,
    REASON_LENGTH,
    REPLY_LENGTH,
    TITLE_LENGTH,
    WORDINGS,
    Rating,
    rating_change,
    wilson,
)
from marketplace.shared import clock

from ..world import World
from .goods import Goods
from .people import People
from .sales import REVIEWED, REVIEWERS
from .texts import TEXTS, longest


def discuss(world: World, people: People, goods: Goods) -> None:
    """What people say of what they received, after all of it was sold."""
    buyer, others = people.buyer, list(people.others.values())
    fullest = _say(world, buyer, goods.sold["fullest"], 5, longest(TITLE_LENGTH), longest(BODY_LENGTH))
    fullest.answer(longest(REPLY_LENGTH), clock.now())
    fullest.reword_answer(longest(REPLY_LENGTH, "Ñandú "), clock.now())
    for number in range(WORDINGS + 1):
        said = {"title": fullest.title, "body": fullest.body[:-1] + str(number % 10)}
        fullest.reword(rating=MOST_STARS - number % MOST_STARS, moment=clock.now(), **said)
    _vote(world, fullest, helpful=others[:9], unhelpful=others[9:12])
    hidden = _say(world, buyer, goods.sold["emoji"], 1, TEXTS["emoji"], TEXTS["markup"])
    hidden.hide(longest(REASON_LENGTH), clock.now())
    refunded = _say(world, buyer, goods.sold["markup"], 1, "", TEXTS["lines"])
    world.rights[refunded.line_id].ended_at = clock.now()
    refunded.withdraw(clock.now())
    deleted = _say(world, buyer, goods.sold["right to left"], 2, "Gone", "Taken back.")
    deleted.delete_by_author()
    world.rights[deleted.line_id].used_at = None
    for number, author in enumerate(others[:REVIEWERS]):
        review = _say(world, author, goods.sold[REVIEWED], 1 + number % MOST_STARS, "", "")
        if number < MOST_STARS - 1:  # the last ones have no vote
            _vote(world, review, helpful=others[REVIEWERS : REVIEWERS + number], unhelpful=[buyer])
    for product in goods.sold.values():
        _count(product, [one for one in world.made(Review) if one.product_id == product.pk])


def _say(world: World, author: User, product: Product, rating: int, title: str, body: str) -> Review:
    """A review that uses the first right which is left."""
    right = next(
        one
        for one in world.rights.values()
        if (one.author_id, one.product_id) == (author.pk, product.pk) and one.delivered_at and not one.used_at
    )
    right.used_at = clock.now()
    review: Review = world.add(
        Review(
            author_id=author.pk,
            product_id=product.pk,
            shop_id=product.shop_id,
            line_id=right.pk,
            rating=rating,
            title=title,
            body=body,
            created_at=clock.now(),
        )
    )
    return review


def _vote(world: World, review: Review, *, helpful: Iterable[User], unhelpful: Iterable[User]) -> None:
    voters = [(one, True) for one in helpful] + [(one, False) for one in unhelpful]
    for voter, said in voters:
        world.add(ReviewVote(review_id=review.pk, user_id=voter.pk, helpful=said))
    review.helpful = sum(said for _, said in voters)
    review.unhelpful = len(voters) - review.helpful
    review.helpful_score = wilson(review.helpful, review.unhelpful)


def _count(product: Product, reviews: Iterable[Review]) -> None:
    numbers = dict.fromkeys(Rating.__slots__, 0)
    for review in reviews:
        for name, amount in rating_change(entering=review.counts).items():
            numbers[name] += amount
    product.rating = Rating(**numbers)

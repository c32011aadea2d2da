"""Reviews as lists show them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bson import ObjectId

from ....accounts import services as accounts
from ....accounts.values import NAME_OF_NOBODY
from ....shared.paging import Page, Position
from ...documents import Product, Review
from ...repositories import products, reviews, votes
from ...values import ReviewCard, ReviewedProduct, ReviewSort, ReviewStatus


def reviews_of_product(
    product_id: ObjectId,
    *,
    sort: ReviewSort = ReviewSort.HELPFUL,
    stars: int | None = None,
    at: Position | None = None,
    limit: int = 10,
) -> Page[ReviewCard]:
    """A product's published reviews in this order; `stars` shows those with so many alone. One query."""
    return reviews.of_product(product_id, sort, stars=stars, at=at, limit=limit)


def reviews_of_shop(
    shop: Any,
    *,
    unanswered: bool = False,
    alone: ObjectId | None = None,
    at: Position | None = None,
    limit: int = 24,
) -> Page[ReviewCard]:
    """The published reviews of what the shop sells, newest first.

    Perhaps only those without a reply, or the one that is asked for `alone`.
    """
    page = reviews.about_shop(shop.id, unanswered=unanswered, alone=alone, at=at, limit=limit)
    return _with_products(page, {shop.id: shop})


def listed_reviews(
    status: ReviewStatus,
    *,
    alone: ObjectId | None = None,
    at: Position | None = None,
    limit: int = 24,
) -> Page[ReviewCard]:
    """Everybody's reviews in one state, newest first, as moderators look at them; perhaps one `alone`."""
    page = reviews.in_status(status, alone=alone, at=at, limit=limit)
    return _with_products(page, accounts.find_shops(card.shop_id for card in page))


def votes_of(user_id: ObjectId, cards: list[ReviewCard]) -> dict[ObjectId, bool]:
    """Whether each of these reviews helped this person, for those where they said so."""
    return votes.of_reader(user_id, [card.id for card in cards]) if cards else {}


def review_of(author_id: ObjectId, product: Product) -> Review | None:
    """What this person says of the product, hidden or not; None where they say nothing."""
    found = reviews.by_author(author_id, product.pk)
    return None if found is None or found.status is ReviewStatus.DELETED else found


def names_of_authors(author_ids: list[ObjectId]) -> dict[ObjectId, str]:
    """How these authors are called."""
    found = accounts.find_users(author_ids)
    return {one: found[one].display_name if one in found else NAME_OF_NOBODY for one in author_ids}


def _with_products(page: Page[ReviewCard], shops: dict[ObjectId, Any]) -> Page[ReviewCard]:
    """The page with the product of each review, of those that there still are."""
    found = products.by_ids(card.product_id for card in page)
    cards = [replace(card, product=_product(found.get(card.product_id), shops)) for card in page]
    return Page(cards, page.next, page.previous)


def _product(product: Product | None, shops: dict[ObjectId, Any]) -> ReviewedProduct | None:
    if product is None:
        return None
    shop = shops.get(product.shop_id)
    seen = product.visible and shop is not None
    return ReviewedProduct(
        product.title, f"/p/{shop.slug}/{product.slug}" if shop and seen else None, shop.name if shop else ""
    )

"""Tells the reviews of a scene to the services: what was said, answered, found helpful, and hidden.

Each step is taken once: what an interrupted load left out is made up for by the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bson import ObjectId

from marketplace.accounts import repositories as people
from marketplace.catalog import repositories as catalogue
from marketplace.catalog import services as catalog
from marketplace.catalog.values import ReviewStatus
from marketplace.shared import clock
from marketplace.shared.chance import drawn_from

from . import scene
from .plan import Plan

#: How long after a review its votes and the shop's reply come.
ANSWERED_AFTER = timedelta(hours=20)


def say(
    told: scene.Review,
    plan: Plan,
    *,
    users: Mapping[str, ObjectId],
    shop: Any,
    variants: Mapping[tuple[str, str], ObjectId],
    anchor: datetime,
) -> None:
    """Let somebody review what they received, and others react, all before the scene ends."""
    services, author_id = catalog.reviews, users[told.author]
    product_id = catalog.offers([variants[told.shop, told.sku]])[variants[told.shop, told.sku]].product_id
    moment = min(_delivered(author_id, product_id) + timedelta(days=told.days_after), anchor)
    key = plan.key("review", told.author, told.shop, told.sku)
    review = catalogue.reviews.by_author(author_id, product_id)
    if review is None:
        with clock.at(moment), drawn_from(key):
            review = services.write_review(
                author_id=author_id,
                product_id=product_id,
                rating=told.rating,
                title=told.title,
                body=told.body,
            )
    with clock.at(min(moment + ANSWERED_AFTER, anchor)), drawn_from(f"{key}/after"):
        if review.status is not ReviewStatus.PUBLISHED:
            return
        for helpful, voters in ((True, told.helpful), (False, told.unhelpful)):
            for voter in voters:
                services.vote(user_id=users[voter], review_id=review.pk, helpful=helpful)
        if told.reply and not review.answered:
            services.reply_to_review(shop_id=shop.id, review_id=review.pk, text=told.reply)
        if told.hidden:
            moderator = people.users.find(roles="moderator")
            if moderator is not None:
                services.hide_review(moderator_id=moderator.pk, review_id=review.pk, reason=told.hidden)


def _delivered(author_id: ObjectId, product_id: ObjectId) -> datetime:
    """When this person first received the product."""
    found = catalogue.review_rights.of(author_id, product_id)
    arrived: datetime = min(right.delivered_at for right in found if right.delivered_at is not None)
    return arrived

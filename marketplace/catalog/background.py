"""What the catalog does in the background: telling of decisions and reviews, clearing up, and lists."""

from __future__ import annotations

from ..accounts import services as accounts
from ..accounts.values import NotificationEvent
from ..shared import mail
from ..shared.clock import now
from ..shared.outbox import Delivery, delivers, timer
from . import services
from .repositories import products, reviews
from .services import pictures
from .services.reviews import names_of_authors
from .values import ReviewStatus

#: What a step of a moderator did to a listing, as its owner reads it.
DECIDED = {
    "approve": "Approved",
    "request_changes": "Changes needed",
    "reject": "Rejected",
    "hide": "Hidden",
    "hold": "Hidden for now",
    "restore": "Shown again",
}


@delivers("listing.moderated")
def tell_the_owner(told: Delivery) -> None:
    """Tell the shop's owner what was decided about a listing, and why; nobody, when either is gone."""
    product = products.find(pk=told.about_id)
    shop = accounts.get_shop(product.shop_id) if product else None
    owner = accounts.find_user(shop.owner_id) if shop else None
    if product is None or shop is None or owner is None:
        return
    decided = DECIDED.get(told.payload["step"], "A moderator decided")
    accounts.notify(
        user_id=owner.pk,
        event=NotificationEvent.MODERATION,
        text=f"{decided}: {product.title}. {told.payload['reason'] or ''}",
        path=f"/sell/{shop.slug}/listings/{product.pk}",
        key=told.id,
    )
    if accounts.wants_mail(owner.pk, NotificationEvent.MODERATION):
        mail.send(told, to=owner.email, template="listing_moderated", product=product, shop=shop)


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


@delivers("review.published")
def tell_the_shop_of_a_review(told: Delivery) -> None:
    """Tell the shop's owner what somebody says of a product, unless it was taken back meanwhile."""
    review = reviews.find(pk=told.about_id, status=ReviewStatus.PUBLISHED)
    product = products.find(pk=review.product_id) if review else None
    if review is None or product is None:
        return
    shop = accounts.get_shop(review.shop_id)
    owner = accounts.find_user(shop.owner_id)
    accounts.notify(
        user_id=shop.owner_id,
        event=NotificationEvent.REVIEW,
        text=f"{review.rating} of 5 stars for {product.title}.",
        path=f"/sell/{shop.slug}/reviews",
        key=told.id,
    )
    author = names_of_authors([review.author_id])[review.author_id]
    if owner is not None and owner.is_active and accounts.wants_mail(owner.pk, NotificationEvent.REVIEW):
        mail.send(
            told,
            to=owner.email,
            template="review_published",
            review=review,
            product=product,
            shop=shop,
            author=author,
        )


@delivers("review.replied")
def tell_the_author_of_a_reply(told: Delivery) -> None:
    """Tell a review's author what the shop answers, unless the review was taken back meanwhile."""
    review = reviews.find(pk=told.about_id, status=ReviewStatus.PUBLISHED)
    product = products.find(pk=review.product_id) if review else None
    if review is None or review.reply is None or product is None:
        return
    author = accounts.find_user(review.author_id)
    shop, own = accounts.get_shop(review.shop_id), f"/review/{product.pk}"
    accounts.notify(
        user_id=review.author_id,
        event=NotificationEvent.REVIEW,
        text=f"{shop.name} replied to your review of {product.title}.",
        path=f"/p/{shop.slug}/{product.slug}#review-{review.pk}" if product.visible else own,
        key=told.id,
    )
    if author is not None and author.is_active and accounts.wants_mail(author.pk, NotificationEvent.REVIEW):
        mail.send(told, to=author.email, template="review_replied", review=review, product=product, shop=shop)


@timer("search-follow", every=60)
def follow_catalogue() -> None:
    """Let the search know new words, so that they are suggested and corrected to."""
    services.follow_catalogue()


@timer("search-rebuild", every=86_400)
def rebuild_dictionary() -> None:
    """Count all words of the catalogue anew."""
    services.rebuild_dictionary()


@timer("follow-products", every=60)
def follow_products() -> None:
    """Look whether the next products stand in the lists as they should."""
    services.walk_on()


@timer("mean-of-stars", every=3600)
def refresh_mean() -> None:
    """Work out anew what products with few reviews are taken to have."""
    services.refresh_mean()

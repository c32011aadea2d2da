"""Shops are told of reviews and of what moderators decide, and authors of replies, where they want to be."""

from __future__ import annotations

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Channel, NotificationEvent, Role
from marketplace.catalog import services
from tests.builders import a_product, a_review, a_shop, a_user
from tests.mailbox import deliver


@pytest.fixture
def shop(app):
    return a_shop(name="Kiln")


@pytest.fixture
def mug(shop):
    return a_product(shop=shop, title="Mug")


def told(user_id):
    return [(one.event, one.text, one.path) for one in accounts.notifications_of(user_id)]


def no_mail(user_id, event):
    accounts.choose_notifications(user_id=user_id, choices={event: {Channel.MAIL: False}})


def hide(product):
    moderator = a_user(roles=(Role.MODERATOR,))
    return services.moderate_listing(
        moderator_id=moderator.pk, product_id=product.pk, step="hide", reason="The picture is not yours."
    )


def reply(shop, review):
    services.reviews.reply_to_review(shop_id=shop.pk, review_id=review.pk, text="Thank you.")


def test_a_shop_is_told_of_a_review(shop, mug):
    a_review(mug, rating=4)
    deliver()

    assert told(shop.owner_id) == [("review", "4 of 5 stars for Mug.", f"/sell/{shop.slug}/reviews")]


def test_a_shop_that_turned_reviews_off_is_not_mailed(shop, mug):
    no_mail(shop.owner_id, NotificationEvent.REVIEW)
    a_review(mug)

    assert deliver() == []
    assert len(told(shop.owner_id)) == 1


def test_an_author_is_told_of_a_reply(shop, mug):
    author = a_user()
    review = a_review(mug, author=author)
    deliver()
    reply(shop, review)
    deliver()

    ((event, text, path),) = told(author.pk)
    assert (event, text) == ("review", "Kiln replied to your review of Mug.")
    assert path == f"/p/{shop.slug}/{mug.slug}#review-{review.pk}"


def test_an_author_who_turned_reviews_off_is_not_mailed(shop, mug):
    author = a_user()
    review = a_review(mug, author=author)
    deliver()
    no_mail(author.pk, NotificationEvent.REVIEW)
    reply(shop, review)

    assert deliver() == []


def test_a_shop_is_told_what_was_decided_about_a_listing(shop, mug):
    hide(mug)
    mails = deliver()

    assert told(shop.owner_id) == [
        ("moderation", "Hidden: Mug. The picture is not yours.", f"/sell/{shop.slug}/listings/{mug.pk}")
    ]
    assert len(mails) == 1


def test_a_decision_reaches_who_turned_its_mail_off(shop, mug):
    no_mail(shop.owner_id, NotificationEvent.MODERATION)
    hide(mug)

    assert deliver() == []
    assert len(told(shop.owner_id)) == 1

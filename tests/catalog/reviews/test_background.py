"""Mail about reviews."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from marketplace.accounts import services as accounts
from marketplace.catalog import services as catalog
from marketplace.catalog.repositories import products
from marketplace.shared import connections
from tests.builders import PASSWORD, a_product, a_review, a_shop, a_user
from tests.ordering.test_background import deliver, to

services = catalog.reviews


@pytest.fixture
def mails(app) -> list[EmailMessage]:
    """The mails that were sent."""
    taken: list[EmailMessage] = app.extensions["mail"].taken
    taken.clear()
    app.config["BASE_URL"] = "http://localhost"
    return taken


@pytest.fixture
def review(mails):
    """A review by Bea of the mug of Kim's shop."""
    shop = a_shop(name="Kiln", slug="kiln", owner=a_user(email="kim@example.com"))
    bea = a_user(email="bea@example.com", display_name="Bea")
    product = a_product(shop=shop, title="Mug")
    return a_review(product, author=bea, rating=2, title="Meh", body="Too small.\nStill pretty.")


def test_the_shop_is_told_what_was_said_of_what_and_where_to_reply(mails, review):
    deliver()

    mail = to(mails, "kim@example.com")
    assert mail["Subject"] == "Bea reviewed Mug: 2 of 5 stars"
    assert "Meh\n\nToo small.\nStill pretty.\n" in mail.get_content()
    assert "http://localhost/sell/kiln/reviews" in mail.get_content()


def test_the_author_is_told_what_the_shop_replies(mails, review):
    services.reply_to_review(shop_id=review.shop_id, review_id=review.pk, text="Try the large one.")

    deliver()

    mail = to(mails, "bea@example.com")
    slug = products.get(review.product_id).slug
    assert mail["Subject"] == "Kiln replied to your review of Mug"
    assert "Try the large one." in mail.get_content()
    assert f"http://localhost/p/kiln/{slug}#review-{review.pk}" in mail.get_content()


def test_the_link_of_a_product_that_is_off_sale_leads_to_the_authors_own_page(mails, review):
    services.reply_to_review(shop_id=review.shop_id, review_id=review.pk, text="Thank you.")
    catalog.change_status(shop_id=review.shop_id, product_id=review.product_id, step="pause")

    deliver()

    assert f"http://localhost/review/{review.product_id}" in to(mails, "bea@example.com").get_content()


def test_nobody_is_told_of_a_review_that_was_taken_back_meanwhile(mails, review):
    services.reply_to_review(shop_id=review.shop_id, review_id=review.pk, text="Thank you.")
    services.delete_review(author_id=review.author_id, review_id=review.pk)

    deliver()

    assert mails == []


def test_nobody_is_told_whose_account_is_gone(mails, review):
    services.reply_to_review(shop_id=review.shop_id, review_id=review.pk, text="Thank you.")
    for email in ("kim@example.com", "bea@example.com"):
        accounts.delete_account(user_id=accounts.user_with_email(email).id, password=PASSWORD)
    connections.database()["outbox"].delete_many({"topic": {"$regex": "^user"}})

    deliver()

    assert mails == []

"""Who may review: the right comes from a delivered line that the money did not go back for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.catalog import services as catalog
from marketplace.catalog.errors import NotVerifiedPurchase, ProductNotFound
from marketplace.catalog.repositories import products, review_rights, reviews
from marketplace.catalog.values import BoughtLine
from marketplace.ordering import services as ordering
from marketplace.ordering.services.reviewing import tell_of_step
from marketplace.ordering.values import Actor, CartOwner, OrderStatus
from marketplace.shared import clock
from tests.builders import (
    a_bought_product,
    a_delivered_order,
    a_placed_order,
    a_product,
    a_review,
    a_shop,
    a_user,
)


def refusal(buyer, product):
    """Why this person may not review the product; fails when they may."""
    with pytest.raises(NotVerifiedPurchase) as caught:
        catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=5)
    return caught.value.details["reason"]


def line_of(order):
    item = order.items[0]
    return {
        "author_id": order.buyer_id,
        "shop_id": order.shop_id,
        "lines": [BoughtLine(item.id, item.product_id)],
    }


def bought_by(buyer, product, make=a_delivered_order):
    return make(product.variants[0].id, owner=CartOwner(user_id=buyer.id))


def test_who_received_a_product_may_review_it(app):
    buyer = a_user()
    product = a_bought_product(buyer)

    review = catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=5)

    assert (review.author_id, review.product_id, review.shop_id) == (buyer.id, product.pk, product.shop_id)


def test_who_bought_nothing_may_not(app):
    assert refusal(a_user(), a_product()) == "not_bought"


def test_who_waits_for_the_parcel_may_not_yet(app):
    buyer, product = a_user(), a_product()
    bought_by(buyer, product, a_placed_order)

    assert refusal(buyer, product) == "not_delivered"


def test_who_got_the_money_back_may_not(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product)
    catalog.reviews.no_longer_may_review(**line_of(order), at=clock.now())

    assert refusal(buyer, product) == "refunded"


def test_the_shops_own_people_may_not(app):
    owner = a_user()

    assert refusal(owner, a_product(shop=a_shop(owner=owner))) == "own_shop"


def test_after_the_window_nobody_may(app):
    buyer, product = a_user(), a_product()
    bought_by(buyer, product)

    with clock.at(clock.now() + timedelta(days=app.config["REVIEW_DAYS"], minutes=1)):
        assert refusal(buyer, product) == "window_closed"


def test_until_the_windows_last_minute_one_may(app):
    buyer, product = a_user(), a_product()
    bought_by(buyer, product)

    with clock.at(clock.now() + timedelta(days=app.config["REVIEW_DAYS"], minutes=-1)):
        assert catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=1)


def test_a_product_that_nobody_sees_is_not_there_for_a_stranger(app):
    with pytest.raises(ProductNotFound):
        catalog.reviews.write_review(
            author_id=a_user().id, product_id=a_product(published=False).pk, rating=5
        )


def test_a_product_that_was_taken_off_sale_can_still_be_reviewed_by_its_buyers(app):
    buyer = a_user()
    product = a_bought_product(buyer)
    catalog.change_status(shop_id=product.shop_id, product_id=product.pk, step="pause")

    assert catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=3)


def test_what_a_visitor_bought_gives_nobody_a_right(app):
    product = a_product()
    order = a_delivered_order(product.variants[0].id)

    assert review_rights.of_lines([order.items[0].id]) == []


def test_a_delivery_that_is_told_twice_counts_once_and_from_its_first_time(app):
    order = bought_by(a_user(), a_product())
    (before,) = review_rights.of_lines([order.items[0].id])

    catalog.reviews.may_review(**line_of(order), delivered_at=clock.now() + timedelta(days=9))

    (after,) = review_rights.of_lines([order.items[0].id])
    assert after.delivered_at == before.delivered_at


def test_a_refund_that_is_told_before_the_delivery_still_ends_the_right(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product, a_placed_order)
    catalog.reviews.no_longer_may_review(**line_of(order), at=clock.now())
    catalog.reviews.may_review(**line_of(order), delivered_at=clock.now())

    assert refusal(buyer, product) == "refunded"


def test_a_completed_order_tells_what_an_older_version_did_not(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product)
    review_rights.of_lines([order.items[0].id])[0].delete()

    ordering.move_order(number=order.number, name="complete", actor=Actor.BUYER)

    (found,) = review_rights.of_lines([order.items[0].id])
    assert found.delivered_at == order.delivered_at


def test_a_paid_order_that_is_cancelled_ends_the_right(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product)
    order.status = OrderStatus.CANCELLED
    tell_of_step(order, clock.now())

    assert refusal(buyer, product) == "refunded"


# The money goes back


def test_a_refund_hides_the_review_and_takes_its_stars_out_of_the_rating(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product)
    review = catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=5)

    catalog.reviews.no_longer_may_review(**line_of(order), at=clock.now())

    review = reviews.get(review.pk)
    assert (review.status, review.hiding.cause) == ("hidden", "refunded")
    assert products.get(product.pk).rating.n == 0


def test_a_refund_that_is_told_twice_takes_the_stars_out_once(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product)
    a_review(product, rating=2)
    catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=5)

    for _ in range(2):
        catalog.reviews.no_longer_may_review(**line_of(order), at=clock.now())

    assert (products.get(product.pk).rating.n, products.get(product.pk).rating.sum) == (1, 2)


def test_who_bought_it_another_time_too_keeps_the_review(app):
    buyer, product = a_user(), a_product()
    first, second = bought_by(buyer, product), bought_by(buyer, product)
    review = catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=5)

    catalog.reviews.no_longer_may_review(**line_of(first), at=clock.now())
    kept = reviews.get(review.pk).status
    catalog.reviews.no_longer_may_review(**line_of(second), at=clock.now())

    assert (kept, reviews.get(review.pk).status) == ("published", "hidden")


def test_a_refund_leaves_a_deleted_review_alone(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product)
    review = catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=5)
    catalog.reviews.delete_review(author_id=buyer.id, review_id=review.pk)

    catalog.reviews.no_longer_may_review(**line_of(order), at=clock.now())

    assert reviews.get(review.pk).status == "deleted"


# Which lines of an order can be reviewed


def test_a_delivered_line_can_be_reviewed_and_then_says_that_it_was(app):
    buyer, product = a_user(), a_product()
    order = bought_by(buyer, product)
    (line,) = order.items

    before = ordering.reviewable([order], reader_id=buyer.id)[line.id]
    catalog.reviews.write_review(author_id=buyer.id, product_id=product.pk, rating=5)
    after = ordering.reviewable([order], reader_id=buyer.id)[line.id]

    assert (before.may_write, before.reviewed) == (True, False)
    assert (after.may_write, after.reviewed) == (False, True)


def test_a_line_on_its_way_and_a_line_of_somebody_else_cannot_be_reviewed(app):
    buyer, product = a_user(), a_product()
    on_its_way, arrived = bought_by(buyer, product, a_placed_order), bought_by(buyer, product)

    assert ordering.reviewable([on_its_way], reader_id=buyer.id) == {}
    assert ordering.reviewable([arrived], reader_id=a_user().id) == {}

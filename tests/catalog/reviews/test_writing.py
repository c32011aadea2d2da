"""What becomes of a review: its author, readers, the shop and moderators, and the stars of the product."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.errors import NotYourRole, ShopNotActive
from marketplace.accounts.values import Role
from marketplace.catalog import services as catalog
from marketplace.catalog.documents import Review
from marketplace.catalog.errors import (
    AlreadyReviewed,
    InvalidReviewStep,
    NotVerifiedPurchase,
    NotYourVote,
    ReplyClosed,
    ReplyExists,
    ReviewNotFound,
)
from marketplace.catalog.repositories import products, reviews, votes
from marketplace.catalog.values import (
    REPLY_OPEN,
    REVIEW_STEPS,
    WORDINGS,
    BoughtLine,
    Hiding,
    HidingCause,
    Rating,
    ReviewSort,
    ReviewStatus,
    rating_change,
    wilson,
)
from marketplace.shared import clock
from marketplace.shared.errors import VersionConflict
from tests.builders import PASSWORD, a_bought_product, a_product, a_review, a_shop, a_user

services = catalog.reviews


def rating_of(review):
    return products.get(review.product_id).rating


def edited(review, **said):
    """The review after its author edited what is stored now."""
    stored = reviews.get(review.pk)
    plain = {"rating": stored.rating, "title": stored.title, "body": stored.body, "version": stored.version}
    return services.edit_review(author_id=review.author_id, review_id=review.pk, **plain | said)


def hidden(review, reason="Rude."):
    return services.hide_review(
        moderator_id=a_user(roles=(Role.MODERATOR,)).id, review_id=review.pk, reason=reason
    )


def restored(review):
    return services.restore_review(
        moderator_id=a_user(roles=(Role.MODERATOR,)).id, review_id=review.pk, reason="Not rude after all."
    )


# The author


def test_a_second_review_of_a_product_is_refused(app):
    review = a_review()

    with pytest.raises(AlreadyReviewed):
        services.write_review(author_id=review.author_id, product_id=review.product_id, rating=1)


def test_editing_keeps_what_was_said_before(app):
    review = a_review(rating=2, title="Meh")

    edited(review, rating=5, title="Grew on me")

    stored = reviews.get(review.pk)
    assert (stored.rating, stored.title) == (5, "Grew on me")
    assert [(one.rating, one.title) for one in stored.history] == [(2, "Meh")]
    assert stored.edited_at is not None


def test_saving_the_same_again_is_no_edit(app):
    assert edited(a_review()).edited_at is None


def test_of_many_edits_the_first_wording_and_the_latest_are_kept(app):
    review = a_review(title="0")
    for number in range(1, WORDINGS + 5):
        review.reword(rating=4, title=str(number), body="", moment=clock.now())

    titles = [one.title for one in review.history]

    assert len(titles) == WORDINGS
    assert (titles[0], titles[-1]) == ("0", str(WORDINGS + 3))


def test_who_edits_an_older_version_is_told(app):
    review = a_review()
    edited(review, rating=1)

    with pytest.raises(VersionConflict):
        edited(review, rating=5, version=review.version)


def test_nobody_edits_or_deletes_somebody_elses_review(app):
    review, other = a_review(), a_user()

    with pytest.raises(ReviewNotFound):
        services.edit_review(author_id=other.id, review_id=review.pk, version=0, rating=1)
    with pytest.raises(ReviewNotFound):
        services.delete_review(author_id=other.id, review_id=review.pk)


def test_after_the_window_nothing_can_be_edited_but_still_deleted(app):
    review = a_review()

    with clock.at(clock.now() + timedelta(days=app.config["REVIEW_DAYS"] + 1)):
        with pytest.raises(NotVerifiedPurchase) as caught:
            edited(review, rating=1)
        services.delete_review(author_id=review.author_id, review_id=review.pk)

    assert caught.value.details["reason"] == "window_closed"
    assert rating_of(review).n == 0


def test_a_deleted_review_leaves_no_word_behind(app):
    review = a_review(title="Secret", body="My address is …")
    edited(review, title="Other")
    services.vote(user_id=a_user().id, review_id=review.pk, helpful=True)

    services.delete_review(author_id=review.author_id, review_id=review.pk)

    stored = Review._get_collection().find_one({"_id": review.pk})
    assert "Secret" not in str(stored)
    assert "address" not in str(stored)
    assert (stored["helpful"], stored["status"]) == (0, "deleted")


def test_after_deleting_one_may_write_again(app):
    review = a_review(rating=1)
    services.delete_review(author_id=review.author_id, review_id=review.pk)

    again = services.write_review(author_id=review.author_id, product_id=review.product_id, rating=5)

    assert again.pk != review.pk
    assert (rating_of(again).n, rating_of(again).sum) == (1, 5)


def test_deleting_does_not_get_around_a_moderator(app):
    review = a_review()
    hidden(review)
    services.delete_review(author_id=review.author_id, review_id=review.pk)

    with pytest.raises(AlreadyReviewed, match="moderator"):
        services.write_review(author_id=review.author_id, product_id=review.product_id, rating=5)


# Stars


def test_the_rating_follows_every_way_in_and_out_of_what_is_published(app):
    product = a_product()
    first, second = a_review(product, rating=5), a_review(product, rating=2)
    assert rating_of(first) == Rating(n=2, c2=1, c5=1, sum=7)
    edited(second, rating=4)
    assert rating_of(first) == Rating(n=2, c4=1, c5=1, sum=9)
    hidden(second)
    assert rating_of(first) == Rating(n=1, c5=1, sum=5)
    edited(second, rating=1)
    assert rating_of(first) == Rating(n=1, c5=1, sum=5)
    restored(second)
    assert rating_of(first) == Rating(n=2, c1=1, c5=1, sum=6)
    services.delete_review(author_id=second.author_id, review_id=second.pk)
    assert rating_of(first) == Rating(n=1, c5=1, sum=5)


def test_a_review_does_not_disturb_a_seller_who_edits_the_listing(app):
    product = a_product()

    a_review(product)

    assert products.get(product.pk).version == product.version


def test_the_change_of_a_rating_names_only_what_changes():
    assert rating_change(entering=5) == {"n": 1, "sum": 5, "c5": 1}
    assert rating_change(leaving=5) == {"n": -1, "sum": -5, "c5": -1}
    assert rating_change(leaving=5, entering=3) == {"sum": -2, "c5": -1, "c3": 1}
    assert rating_change(leaving=3, entering=3) == {}
    assert rating_change() == {}


@pytest.mark.parametrize(
    ("n", "total", "mean"), [(0, 0, None), (3, 13, 4.3), (4, 17, 4.3), (8, 34, 4.3), (1, 5, 5.0)]
)
def test_the_average_has_one_decimal_and_a_half_is_rounded_up(n, total, mean):
    assert Rating(n=n, sum=total).mean == mean


# Votes


def test_a_vote_counts_once_for_each_reader_and_can_be_taken_back(app):
    review, reader = a_review(), a_user()

    for _ in range(2):
        services.vote(user_id=reader.id, review_id=review.pk, helpful=True)
    once = reviews.get(review.pk)
    services.vote(user_id=reader.id, review_id=review.pk, helpful=None)
    never = reviews.get(review.pk)

    assert (once.helpful, once.unhelpful) == (1, 0)
    assert (never.helpful, never.unhelpful, never.helpful_score) == (0, 0, 0.0)


def test_who_thinks_again_moves_the_vote(app):
    review, reader = a_review(), a_user()
    services.vote(user_id=reader.id, review_id=review.pk, helpful=True)

    voted = services.vote(user_id=reader.id, review_id=review.pk, helpful=False)

    assert (voted.helpful, voted.unhelpful) == (0, 1)
    assert votes.of(review.pk, reader.id) is False


def test_a_vote_leaves_the_reviews_version_alone_and_keeps_its_score(app):
    review = a_review()

    services.vote(user_id=a_user().id, review_id=review.pk, helpful=True)

    stored = reviews.get(review.pk)
    assert stored.version == review.version
    assert stored.helpful_score == wilson(1, 0)


def test_nobody_votes_for_themselves_or_for_their_shop(app):
    owner = a_user()
    review = a_review(a_product(shop=a_shop(owner=owner)))

    with pytest.raises(NotYourVote) as own:
        services.vote(user_id=review.author_id, review_id=review.pk, helpful=True)
    with pytest.raises(NotYourVote) as shop:
        services.vote(user_id=owner.id, review_id=review.pk, helpful=False)

    assert (own.value.details["reason"], shop.value.details["reason"]) == ("own_review", "own_shop")


def test_what_is_hidden_takes_no_votes(app):
    review = a_review()
    hidden(review)

    with pytest.raises(ReviewNotFound):
        services.vote(user_id=a_user().id, review_id=review.pk, helpful=True)


def test_many_good_votes_are_worth_more_than_a_single_one():
    assert wilson(0, 0) == 0 == wilson(0, 9)
    assert wilson(1, 0) < wilson(9, 1) < wilson(90, 10)
    assert wilson(1, 0) == pytest.approx(0.2065, abs=1e-3)


# Lists


def listed(product, **wanted):
    return [(card.title, card.rating) for card in services.reviews_of_product(product.pk, **wanted)]


def test_reviews_are_sorted_by_help_time_and_stars_and_filtered_by_stars(app):
    product = a_product()
    for title, rating in (("a", 5), ("b", 1), ("c", 5)):
        review = a_review(product, rating=rating, title=title)
        if title == "b":
            services.vote(user_id=a_user().id, review_id=review.pk, helpful=True)

    assert listed(product) == [("b", 1), ("c", 5), ("a", 5)]
    assert listed(product, sort=ReviewSort.NEWEST) == [("c", 5), ("b", 1), ("a", 5)]
    assert listed(product, sort=ReviewSort.RATING_DOWN) == [("c", 5), ("a", 5), ("b", 1)]
    assert listed(product, sort=ReviewSort.RATING_UP) == [("b", 1), ("a", 5), ("c", 5)]
    assert listed(product, stars=5, sort=ReviewSort.RATING_UP) == [("c", 5), ("a", 5)]
    assert listed(product, stars=3) == []


@pytest.mark.parametrize("sort", ReviewSort)
def test_pages_show_every_review_once_in_every_order(app, sort):
    product = a_product()
    for number in range(5):
        a_review(product, rating=1 + number % 3, title=str(number))
    at, seen = None, []
    while True:
        page = services.reviews_of_product(product.pk, sort=sort, at=at, limit=2)
        seen += [card.title for card in page]
        at = page.next
        if at is None:
            break

    whole = [card.title for card in services.reviews_of_product(product.pk, sort=sort)]
    back = services.reviews_of_product(product.pk, sort=sort, at=page.previous, limit=4)

    assert seen == whole
    assert [card.title for card in back] == whole[:4]


def test_a_list_names_the_author_and_nobody_when_the_account_is_gone(app):
    bea = a_user(display_name="Bea B.")
    review = a_review(author=bea)
    product = products.get(review.product_id)

    (card,) = services.reviews_of_product(product.pk)
    bea.delete()
    (orphan,) = services.reviews_of_product(product.pk)

    assert (card.author, orphan.author) == ("Bea B.", "Deleted user")


def test_a_review_stays_without_the_name_of_whom_it_was_by(app):
    review = a_review(author=a_user(display_name="Bea B."))

    accounts.delete_account(user_id=review.author_id, password=PASSWORD)

    (card,) = services.reviews_of_product(review.product_id)
    assert (card.author, card.rating) == ("Deleted user", review.rating)


# The shop


def test_a_shop_replies_once_and_may_reword_it_for_a_day(app):
    review = a_review()
    about = {"shop_id": review.shop_id, "review_id": review.pk}
    services.reply_to_review(**about, text="Thank you!")

    with pytest.raises(ReplyExists):
        services.reply_to_review(**about, text="And again.")
    services.edit_reply(**about, text="Thank you, Bea!")
    with clock.at(clock.now() + REPLY_OPEN), pytest.raises(ReplyClosed):
        services.edit_reply(**about, text="Too late.")

    reply = reviews.get(review.pk).reply
    assert (reply.text, reply.edited_at is not None) == ("Thank you, Bea!", True)


def test_a_reply_that_was_not_written_cannot_be_changed(app):
    review = a_review()

    with pytest.raises(ReplyClosed):
        services.edit_reply(shop_id=review.shop_id, review_id=review.pk, text="What?")


def test_a_closed_shop_changes_no_reply(app):
    review = a_review()
    about = {"shop_id": review.shop_id, "review_id": review.pk}
    services.reply_to_review(**about, text="Thank you!")
    shop = accounts.get_shop(review.shop_id)
    accounts.close_shop(owner_id=shop.owner_id, slug=shop.slug)

    with pytest.raises(ShopNotActive):
        services.edit_reply(**about, text="Buy from my new shop.")


def test_another_shop_does_not_reply(app):
    review, other = a_review(), a_shop()

    with pytest.raises(ReviewNotFound):
        services.reply_to_review(shop_id=other.id, review_id=review.pk, text="Buy from us.")


def test_the_list_of_what_is_not_answered_ends_with_the_reply(app):
    shop = a_shop()
    review = a_review(a_product(shop=shop))

    before = len(services.reviews_of_shop(shop, unanswered=True))
    services.reply_to_review(shop_id=shop.id, review_id=review.pk, text="Thank you!")

    assert (before, len(services.reviews_of_shop(shop, unanswered=True))) == (1, 0)
    assert len(services.reviews_of_shop(shop)) == 1


# Moderators


def test_only_moderators_hide_and_restore(app):
    review, seller = a_review(), a_user()

    with pytest.raises(NotYourRole):
        services.hide_review(moderator_id=seller.id, review_id=review.pk, reason="I dislike it.")
    with pytest.raises(NotYourRole):
        services.restore_review(moderator_id=seller.id, review_id=review.pk, reason="I like it.")


def test_a_hidden_review_says_why_and_comes_back(app):
    review = a_review()

    assert hidden(review, "Names a person.").hiding.reason == "Names a person."
    assert (restored(review).status, reviews.get(review.pk).hiding) == ("published", None)


def test_what_the_money_went_back_for_stays_hidden(app):
    review = a_review()
    hidden(review)
    services.no_longer_may_review(
        author_id=review.author_id,
        shop_id=review.shop_id,
        lines=[BoughtLine(review.line_id, review.product_id)],
        at=clock.now(),
    )

    with pytest.raises(InvalidReviewStep, match="money back"):
        restored(review)
    assert rating_of(review).n == 0


# The table of steps

TAKE = {
    "edit": lambda review: review.reword(rating=1, title="x", body="", moment=clock.now()),
    "delete": lambda review: review.delete_by_author(),
    "hide": lambda review: review.hide("Rude.", clock.now()),
    "restore": lambda review: review.restore(),
    "withdraw": lambda review: review.withdraw(clock.now()),
    "reply": lambda review: review.answer("Thank you!", clock.now()),
}


def test_every_step_of_the_table_can_be_tried():
    assert set(TAKE) == set(REVIEW_STEPS)


@pytest.mark.parametrize("status", ReviewStatus)
@pytest.mark.parametrize("name", REVIEW_STEPS)
def test_a_step_leads_where_the_table_says_or_is_refused(name, status):
    step, review = REVIEW_STEPS[name], Review(rating=4, status=status)
    if status is ReviewStatus.HIDDEN:
        review.hiding = Hiding(HidingCause.MODERATOR, clock.now(), "Rude.")

    if status in step.sources:
        TAKE[name](review)
        assert review.status == (step.target or status)
    else:
        with pytest.raises(InvalidReviewStep) as caught:
            TAKE[name](review)
        assert name not in caught.value.details["allowed"]
        assert review.status is status


def test_a_bought_product_of_the_builders_is_not_reviewed_yet(app):
    assert a_bought_product(a_user()).rating_mean is None

"""Reviews on a real MongoDB: races and what they leave of the stars, plans, round trips, checks."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog import services as catalog
from marketplace.catalog.documents import Product
from marketplace.catalog.errors import AlreadyReviewed, InvalidReviewStep, NotVerifiedPurchase
from marketplace.catalog.repositories import products, ratings, review_rights, reviews
from marketplace.catalog.values import BoughtLine, Rating, ReviewSort, ReviewStatus, VariantDraft, wilson
from marketplace.operations.migrations import files
from marketplace.ordering.values import CartOwner
from marketplace.shared import checks, clock, connections, outbox
from marketplace.shared.errors import VersionConflict
from tests.builders import a_bought_product, a_delivered_order, a_product, a_review, a_user, goods
from tests.ordering.test_round_trips import _commands, _round_trips

pytestmark = pytest.mark.real

services = catalog.reviews


def at_once(app, *works):
    """What each of the works answers or raises, all of them begun together."""

    def run(work):
        def inside():
            with app.app_context():
                try:
                    return work()
                except Exception as error:  # noqa: BLE001 - the answer is looked at by the test
                    return error

        return contextvars.Context().run(inside)

    with ThreadPoolExecutor(len(works)) as crowd:
        return list(crowd.map(run, works))


def assert_counted(product):
    """The product's stars are those of its published reviews."""
    assert products.get(product.pk).rating == ratings.recounted(product.pk)
    assert list(services.miscounted_ratings()) == []


def end_right(review):
    services.no_longer_may_review(
        author_id=review.author_id,
        shop_id=review.shop_id,
        lines=[BoughtLine(review.line_id, review.product_id)],
        at=clock.now(),
    )


# Races


def test_whatever_many_do_at_once_the_stars_are_those_of_the_published_reviews(app):
    product, moderator = a_product(), a_user(roles=(Role.MODERATOR,))
    there = [a_review(product, rating=1 + number % 5) for number in range(6)]
    coming = [a_user() for _ in range(6)]
    for author in coming:
        a_bought_product(author, product)

    def write(author, number):
        return lambda: services.write_review(
            author_id=author.id, product_id=product.pk, rating=1 + number % 5
        )

    def edit(review):
        return lambda: services.edit_review(
            author_id=review.author_id, review_id=review.pk, version=review.version, rating=3
        )

    def hide(review):
        return lambda: services.hide_review(moderator_id=moderator.id, review_id=review.pk, reason="Rude.")

    done = at_once(
        app,
        *(write(author, number) for number, author in enumerate(coming)),
        *(edit(review) for review in there[:3]),
        *(hide(review) for review in there[2:4]),
        lambda: services.delete_review(author_id=there[4].author_id, review_id=there[4].pk),
        lambda: end_right(there[5]),
    )

    unexpected = [one for one in done if isinstance(one, Exception) and not isinstance(one, VersionConflict)]
    assert unexpected == []
    assert_counted(product)
    assert products.get(product.pk).rating.n == 12 - 4


def test_of_two_reviews_by_one_author_at_once_one_is_kept(app):
    author = a_user()
    product = a_bought_product(author)

    def write():
        return services.write_review(author_id=author.id, product_id=product.pk, rating=5)

    done = at_once(app, write, write, write)

    refused = [one for one in done if isinstance(one, Exception)]
    assert {type(one) for one in refused} == {AlreadyReviewed}
    assert len(refused) == 2
    assert_counted(product)


@pytest.mark.parametrize("_", range(3))
def test_no_review_outlives_a_refund_that_comes_at_the_same_moment(app, _):
    author, product = a_user(), a_product()
    a_bought_product(author, product)
    (right,) = review_rights.of(author.id, product.pk)
    line = BoughtLine(right.pk, product.pk)

    at_once(
        app,
        lambda: services.write_review(author_id=author.id, product_id=product.pk, rating=5),
        lambda: services.no_longer_may_review(
            author_id=author.id, shop_id=product.shop_id, lines=[line], at=clock.now()
        ),
    )

    assert products.get(product.pk).rating == Rating()
    assert_counted(product)


def test_no_review_is_restored_while_the_money_goes_back(app):
    review, moderator = a_review(), a_user(roles=(Role.MODERATOR,))
    services.hide_review(moderator_id=moderator.id, review_id=review.pk, reason="Rude.")

    done = at_once(
        app,
        lambda: services.restore_review(moderator_id=moderator.id, review_id=review.pk, reason="Fine."),
        lambda: end_right(review),
    )

    assert all(not isinstance(one, Exception) or isinstance(one, InvalidReviewStep) for one in done)
    assert reviews.get(review.pk).status is ReviewStatus.HIDDEN
    assert_counted(products.get(review.product_id))


def test_deleting_does_not_get_around_a_moderator(app):
    review, moderator = a_review(), a_user(roles=(Role.MODERATOR,))
    services.hide_review(moderator_id=moderator.id, review_id=review.pk, reason="Rude.")
    services.delete_review(author_id=review.author_id, review_id=review.pk)

    with pytest.raises(AlreadyReviewed, match="moderator"):
        services.write_review(author_id=review.author_id, product_id=review.product_id, rating=5)


def test_votes_of_many_at_once_are_all_counted_and_scored(app):
    review, readers = a_review(), [a_user() for _ in range(6)]

    def vote(reader, helpful):
        return lambda: services.vote(user_id=reader.id, review_id=review.pk, helpful=helpful)

    at_once(app, *(vote(reader, number < 4) for number, reader in enumerate(readers)))

    stored = reviews.get(review.pk)
    assert (stored.helpful, stored.unhelpful) == (4, 2)
    assert stored.helpful_score == wilson(4, 2)


def test_a_seller_saves_a_listing_that_was_reviewed_meanwhile(app):
    product = a_product()
    opened = products.get(product.pk)
    a_review(product, rating=5)

    variant = product.variants[0]
    draft = catalog_draft(variant)
    saved = catalog.edit_product(
        shop_id=product.shop_id,
        product_id=product.pk,
        version=opened.version,
        title="Blue mug",
        category_id=product.category_id,
        variants=[draft],
    )

    assert (saved.title, saved.rating.n) == ("Blue mug", 1)


def catalog_draft(variant):
    return VariantDraft(id=variant.id, sku=variant.sku, price=variant.price)


def test_an_import_does_not_take_back_a_review_that_came_meanwhile(app):
    product = a_product()
    loaded = products.get(product.pk)
    a_review(product, rating=5)

    with pytest.raises(VersionConflict):
        products.write_all([], [loaded])

    products.write_all([], [products.get(product.pk)])
    assert_counted(product)


def test_a_review_that_is_refused_leaves_nothing(app):
    author, product = a_user(), a_product()

    with pytest.raises(NotVerifiedPurchase):
        services.write_review(author_id=author.id, product_id=product.pk, rating=5)

    assert reviews.by_author(author.id, product.pk) is None
    assert products.get(product.pk).rating.n == 0


# Plans and round trips


@pytest.mark.parametrize("stars", [None, 5])
@pytest.mark.parametrize("sort", ReviewSort)
def test_every_list_of_a_product_is_read_from_an_index_in_its_order(app, sort, stars):
    product = a_product()
    for number in range(8):
        a_review(product, rating=5 if number % 2 else 1)
    explained = _explained(lambda: services.reviews_of_product(product.pk, sort=sort, stars=stars, limit=2))

    assert explained["stages"] <= {"IXSCAN", "FETCH", "LIMIT", "PROJECTION_SIMPLE", "PROJECTION_DEFAULT"}
    assert explained["examined"] <= 3


def test_the_lists_of_shops_and_moderators_are_read_from_an_index_in_their_order(app):
    product = a_product()
    for number in range(6):
        review = a_review(product)
        if number % 2:
            services.reply_to_review(shop_id=product.shop_id, review_id=review.pk, text="Thanks!")
    shop = catalog.details(product).shop

    lists = [
        lambda: services.reviews_of_shop(shop, limit=2),
        lambda: services.reviews_of_shop(shop, unanswered=True, limit=2),
        lambda: services.listed_reviews(ReviewStatus.PUBLISHED, limit=2),
    ]

    for find in lists:
        explained = _explained(find)
        assert not explained["stages"] & {"SORT", "COLLSCAN"}
        assert explained["examined"] <= 3


def _explained(find):
    """The stages of the plan of the first aggregation that this runs, and how many reviews it examined."""
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    find()
    db.command("profile", 0)
    row = db["system.profile"].find_one({"ns": f"{db.name}.reviews", "command.aggregate": "reviews"})
    stages = set()
    level = row.get("execStats", {})
    pending = [level]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            stages |= {part["stage"]} if isinstance(part.get("stage"), str) else set()
            pending += part.values()
        elif isinstance(part, list):
            pending += part
    assert not row.get("hasSortStage")
    assert "COLLSCAN" not in row["planSummary"]
    return {"stages": stages, "examined": _reviews_examined(row)}


def _reviews_examined(row):
    """The documents that the index's scan led to; the join reads authors beside."""
    found, pending = [], [row.get("execStats", {})]
    while pending:
        part = pending.pop()
        if isinstance(part, dict):
            if part.get("stage") == "FETCH" and "IXSCAN" in str(part.get("inputStage")):
                found.append(part["docsExamined"])
            pending += part.values()
        elif isinstance(part, list):
            pending += part
    return max(found, default=0)


def test_a_visitors_product_page_takes_six(app):
    product = a_product()
    other = a_product(shop=catalog.details(product).shop)
    for one in (product, other):
        a_review(one)
    address = f"/p/{catalog.details(product).shop.slug}/{product.slug}"

    assert _round_trips(app.test_client(), address) <= 6


def test_a_visitors_product_page_takes_one_or_with_reviews_two_while_its_shop_is_known(app):
    app.config["FRESH_SECONDS"] = 60
    app.extensions["remembered"].clear()
    product = a_product()
    shop = catalog.details(product).shop
    other, third = a_product(shop=shop, title="Jug"), a_product(shop=shop, title="Pot")
    a_review(third)
    for seen in (product, third):
        app.test_client().get(f"/p/{shop.slug}/{seen.slug}")

    assert _round_trips(app.test_client(), f"/p/{shop.slug}/{other.slug}") == 1
    assert _round_trips(app.test_client(), f"/p/{shop.slug}/{third.slug}?again") == 2


def test_a_product_over_json_takes_one_while_its_shop_is_known(app):
    app.config["FRESH_SECONDS"] = 60
    app.extensions["remembered"].clear()
    product = a_product()
    other = a_product(shop=catalog.details(product).shop, title="Jug")
    app.test_client().get(f"/api/v1/products/{product.pk}")

    assert _round_trips(app.test_client(), f"/api/v1/products/{other.pk}") == 1


def test_a_members_product_page_takes_four_more_for_the_name_the_cart_the_right_and_the_votes(app, person):
    product = a_product()
    a_review(product)
    address = f"/p/{catalog.details(product).shop.slug}/{product.slug}"

    assert _round_trips(person()[1], address) <= 10


def test_an_order_that_arrived_takes_one_more_for_the_right(app, person):
    member, browser = person()
    order = a_delivered_order(goods(), goods(), owner=CartOwner(user_id=member.id))

    assert _round_trips(browser, f"/order/{order.number}") <= 7


def test_a_placed_order_tells_of_its_lines_in_two(app):
    author, product = a_user(), a_product()
    lines = [BoughtLine(goods(), product.pk) for _ in range(3)]

    told = _commands(
        lambda: services.bought(author_id=author.id, shop_id=product.shop_id, lines=lines, at=clock.now())
    )

    assert told <= 2


# What checks find


def found_by(name):
    (invariant,) = [one for one in checks.invariants() if one.name == name]
    return [(one.id, one.sentence) for one in invariant.find()]


def test_ratings_verify_finds_and_mends_what_was_miscounted(app):
    product, other = a_product(), a_product()
    a_review(product, rating=5)
    Product._get_collection().update_one({"_id": product.pk}, {"$inc": {"rating.c5": 1, "rating.sum": 5}})
    Product._get_collection().update_one({"_id": other.pk}, {"$inc": {"rating.n": 2}})
    run = app.test_cli_runner().invoke

    before = run(args=["ratings-verify"])
    mended = run(args=["ratings-verify", "--mend"])
    after = run(args=["ratings-verify"])

    assert (before.exit_code, mended.exit_code, after.exit_code) == (1, 0, 0)
    assert "It says 1 reviews with 10 stars (0, 0, 0, 0, 2)" in before.output
    assert "2 products have a wrong rating. Mend them with --mend." in before.output
    assert "2 ratings were counted anew." in mended.output
    assert_counted(product)


def test_the_checks_of_the_database_find_miscounted_stars_and_votes_and_what_was_not_bought(app):
    review = a_review(rating=5)
    names = [
        "The rating of a product is that of its published reviews.",
        "Reviews count the votes that they have.",
        "What is reviewed in public was bought, delivered and kept.",
    ]
    in_order = [found_by(name) for name in names]
    Product._get_collection().update_one({"_id": review.product_id}, {"$inc": {"rating.sum": -1}})
    reviews.all().filter(pk=review.pk).update_one(__raw__={"$inc": {"helpful": 1}})
    review_rights.of_lines([review.line_id])[0].delete()

    found = [found_by(name) for name in names]

    assert in_order == [[], [], []]
    assert [[one for one, _ in each] for each in found] == [[review.product_id], [review.pk], [review.pk]]
    assert found[1][0][1] == "It counts 1 helpful and 0 other votes; there are 0 and 0."


# What was there before


def test_the_migration_gives_rights_for_what_was_bought_before_and_a_rating_to_every_product(app):
    buyer = a_user()
    a_delivered_order(goods(), goods(), owner=CartOwner(user_id=buyer.id))
    a_delivered_order(goods())
    db = connections.database()
    made = list(db["review_rights"].find().sort("_id", 1))
    db["review_rights"].delete_many({})

    steps = files.read_one("0008_reviews").content.steps
    for _ in range(2):
        steps[1].do(db)
    given = list(db["review_rights"].find().sort("_id", 1))

    assert len(given) == len(made) > 0
    assert [one["_id"] for one in given] == [one["_id"] for one in made]
    dates = [[one.get("delivered_at") for one in rows] for rows in (given, made)]
    assert dates[0] == dates[1]
    assert {type(one) for one in dates[0]} == {datetime, type(None)}  # of two shops, one delivered
    assert [set(one) for one in given] == [set(one) for one in made]


# Mail


def test_the_shop_and_the_author_are_told_in_the_transaction(app):
    review = a_review()
    services.reply_to_review(shop_id=review.shop_id, review_id=review.pk, text="Thank you!")

    rows = connections.database()["outbox"].find({"stream": f"review:{review.pk}"})

    assert [row["topic"] for row in rows] == ["review.published", "review.replied"]


def test_a_silent_story_tells_nobody(app):
    with outbox.silent():
        review = a_review()

    assert connections.database()["outbox"].count_documents({"stream": f"review:{review.pk}"}) == 0

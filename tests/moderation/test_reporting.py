"""Reporting: what people see and is not their own, once for each round; enough of it hides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts import services as accounts
from marketplace.catalog import services as catalog
from marketplace.catalog.repositories import products, reviews
from marketplace.catalog.values import ProductStatus, ReviewStatus
from marketplace.moderation import services
from marketplace.moderation.errors import AlreadyReported, NothingToReport, OwnThing
from marketplace.moderation.services import HELD
from marketplace.moderation.values import Action, ReportedKind, SubjectState
from marketplace.shared import clock
from marketplace.shared.errors import RateLimited
from tests.builders import a_product, a_review, a_shop, a_user
from tests.mailbox import deliver
from tests.moderation.conftest import a_message, an_older_user, report, reported

pytestmark = pytest.mark.usefixtures("app")


def test_a_report_keeps_how_the_thing_was_called_and_what_it_said():
    product = a_product(title="Bag by Famous", description="Nearly real.")

    subject = reported(report("listing", product))

    assert (subject.label, subject.snapshot) == ("Bag by Famous", "Nearly real.")
    assert (subject.state, subject.open_count) == (SubjectState.OPEN, 1)


def test_one_person_reports_a_thing_once():
    product, ada = a_product(), a_user()
    report("listing", product, by=ada)

    with pytest.raises(AlreadyReported):
        report("listing", product, by=ada)


def test_reports_of_one_thing_are_one_row_of_the_list():
    product = a_product()
    for _ in range(2):
        report("listing", product)

    (row,) = services.reported_things(SubjectState.OPEN).items

    assert row.open_count == 2


def test_after_a_decision_it_can_be_reported_again(moderator):
    product, ada = a_product(), a_user()
    first = report("listing", product, by=ada)
    services.decide(moderator_id=moderator.pk, subject_id=first.report.about_id, action=Action.DISMISS)

    again = reported(report("listing", product, by=ada))

    assert (again.state, again.open_count, again.round) == (SubjectState.OPEN, 1, 1)


@pytest.mark.parametrize("kind", [one for one in ReportedKind if one is not ReportedKind.MESSAGE])
@pytest.mark.parametrize("ref", ["nonsense", "0" * 24])
def test_what_is_not_there_cannot_be_reported(kind, ref):
    with pytest.raises(NothingToReport):
        report(kind, ref)


def test_what_nobody_sees_cannot_be_reported():
    with pytest.raises(NothingToReport):
        report("listing", a_product(published=False))


def test_nobody_reports_what_is_their_own():
    shop, author = a_shop(), a_user()
    own = {
        "listing": (a_product(shop=shop), shop.owner_id),
        "shop": (shop, shop.owner_id),
        "review": (a_review(author=author), author.pk),
        "user": (author, author.pk),
    }

    for kind, (thing, owner_id) in own.items():
        with pytest.raises(OwnThing):
            report(kind, thing, by=accounts.get_user(owner_id))


def test_a_shop_is_found_by_its_slug_as_well():
    shop = a_shop(slug="kiln")

    assert report("shop", "kiln").report.about_id == report("shop", shop).report.about_id


# Messages


def test_a_buyer_reports_what_a_shop_wrote_to_them():
    buyer, shop = a_user(), a_shop()
    sent = a_message(buyer, shop, "Pay me in cash")

    subject = reported(report("message", sent.message.seq, by=buyer, conversation_id=sent.conversation.pk))

    assert (subject.subject_id, subject.snapshot) == (sent.message.pk, "Pay me in cash")
    assert (subject.owner_id, subject.shop_id) == (shop.owner_id, shop.pk)


def test_a_shop_reports_what_a_buyer_wrote_to_it():
    buyer, shop = a_user(), a_shop()
    sent = a_message(buyer, shop)
    owner = accounts.get_user(shop.owner_id)

    subject = reported(report("message", 1, by=owner, conversation_id=sent.conversation.pk))

    assert (subject.owner_id, subject.shop_id) == (buyer.pk, None)


def test_nobody_reports_a_message_of_a_conversation_that_is_not_theirs():
    sent = a_message(a_user(), a_shop())

    for stranger in (a_user(), accounts.get_user(a_shop().owner_id)):
        with pytest.raises(NothingToReport):
            report("message", sent.message.pk, by=stranger, conversation_id=sent.conversation.pk)


def test_nobody_reports_their_own_words():
    buyer = a_user()
    sent = a_message(buyer, a_shop())

    with pytest.raises(OwnThing):
        report("message", 1, by=buyer, conversation_id=sent.conversation.pk)


def test_a_message_of_another_conversation_is_not_found():
    buyer, shop = a_user(), a_shop()
    here, there = a_message(buyer, shop), a_message(buyer, a_shop())

    with pytest.raises(NothingToReport):
        report("message", there.message.pk, by=buyer, conversation_id=here.conversation.pk)


# What reports hide


def test_enough_people_hide_a_listing_until_somebody_decides():
    product = a_product()

    filed = [report("listing", product) for _ in range(3)]

    assert [one.held for one in filed] == [False, False, True]
    assert products.get(product.pk).status is ProductStatus.HIDDEN
    assert reported(filed[0]).held


def test_its_seller_reads_why():
    product = a_product(title="Mug")
    for _ in range(3):
        report("listing", product)

    (mail,) = deliver()

    assert "Hidden for now: Mug" in mail["Subject"]
    assert " ".join(HELD.split()[:6]) in " ".join(mail.get_content().split())


def test_enough_people_hide_a_review_and_its_stars():
    review = a_review(rating=5)

    for _ in range(3):
        report("review", review)

    assert reviews.get(review.pk).status is ReviewStatus.HIDDEN
    assert products.get(review.product_id).rating.n == 0
    assert "what you wrote" in deliver()[-1].get_content()


def test_a_shop_is_never_hidden_by_reports():
    shop = a_shop()

    for _ in range(5):
        report("shop", shop)

    assert accounts.get_shop(shop.pk).visible


def test_accounts_of_today_hide_nothing():
    product = a_product()

    for _ in range(4):
        report("listing", product, by=a_user())

    assert products.get(product.pk).status is ProductStatus.ACTIVE


def test_a_seller_hides_nothing_that_is_said_of_their_own_products():
    seller = an_older_user()
    review = a_review(product=a_product(shop=a_shop(owner=seller)))

    filed = [report("review", review, by=by) for by in (None, None, seller)]

    assert [one.held for one in filed] == [False, False, False]
    assert report("review", review).held


def test_how_many_it_takes_is_a_setting(app):
    app.config["REPORTS_TO_HIDE"] = 1
    product = a_product()

    assert report("listing", product).held


def test_with_none_nothing_is_hidden_by_reports(app):
    app.config["REPORTS_TO_HIDE"] = 0
    product = a_product()

    assert not any(report("listing", product).held for _ in range(4))


def test_what_a_moderator_found_in_order_is_not_hidden_by_reports_again(moderator):
    product = a_product()
    first = report("listing", product)
    services.decide(moderator_id=moderator.pk, subject_id=first.report.about_id, action=Action.DISMISS)

    for _ in range(4):
        report("listing", product)

    assert products.get(product.pk).status is ProductStatus.ACTIVE


def test_a_hidden_listing_cannot_be_resumed_by_its_seller():
    product = a_product()
    for _ in range(3):
        report("listing", product)

    with pytest.raises(Exception, match="hidden"):
        catalog.change_status(shop_id=product.shop_id, product_id=product.pk, step="resume")


def test_somebody_who_reports_everything_has_to_pause():
    ada = an_older_user()
    for _ in range(20):
        report("listing", a_product(), by=ada)

    with pytest.raises(RateLimited):
        report("listing", a_product(), by=ada)


# Leaving


def test_whoever_leaves_takes_their_words_along():
    ada, shop = a_user(display_name="Ada Lovelace"), a_shop()
    product = a_product(shop=shop)
    mine = report("listing", product, by=ada, text="My neighbour Bob told me")
    about_me = report("user", ada)

    accounts.delete_account(user_id=ada.pk, password="correct horse battery")

    (left,) = services.own_reports(ada.pk).items
    assert (left.report.pk, left.report.text) == (mine.report.pk, "")
    assert reported(about_me).label == "Deleted user"


def test_a_report_of_long_ago_still_weighs():
    product, ada = a_product(), an_older_user()
    with clock.at(clock.now() - timedelta(days=1)):
        report("listing", product, by=ada)

    assert reported(report("listing", product)).open_count == 2

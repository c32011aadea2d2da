"""Deciding: each action does what it says, whom it concerns reads why, and reporters what came of it."""

from __future__ import annotations

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.errors import NotYourRole, OwnMatter
from marketplace.accounts.repositories import audit_log
from marketplace.accounts.values import Channel, NotificationEvent, Role, ShopStatus
from marketplace.catalog import services as catalog
from marketplace.catalog.repositories import products, reviews
from marketplace.catalog.values import ProductStatus, ReviewStatus
from marketplace.messaging import services as messaging
from marketplace.messaging.errors import ConversationLocked
from marketplace.moderation import services
from marketplace.moderation.errors import ActionNotPossible, OwnThing, ReportNotFound
from marketplace.moderation.process import ACTIONS
from marketplace.moderation.values import Action, ReportedKind, SubjectState
from marketplace.shared.errors import Invalid, VersionConflict
from tests.builders import a_product, a_review, a_shop, a_user
from tests.mailbox import deliver
from tests.moderation.conftest import a_message, an_older_user, report

pytestmark = pytest.mark.usefixtures("app")

WHY = "It breaks the rules."


@pytest.fixture
def decide(moderator):
    def take(filed, action, reason=WHY, **parts):
        return services.decide(
            moderator_id=moderator.pk,
            subject_id=filed.report.about_id,
            action=Action(action),
            reason=reason,
            **parts,
        )

    return take


def held(kind, thing):
    """A report of something that reports hide."""
    return [report(kind, thing) for _ in range(3)][-1]


def delivered():
    """The mails of what was told, and of what that told in turn."""
    return [*deliver(), *deliver()]


def said(mails):
    """Who got which mail."""
    return {mail["To"]: mail["Subject"] for mail in mails}


def bodies(mails):
    return " ".join(" ".join(mail.get_content().split()) for mail in mails)


def test_only_a_moderator_decides(moderator):
    filed = report("listing", a_product())

    for nobody in (a_user(), a_user(roles=(Role.SUPPORT,))):
        with pytest.raises(NotYourRole):
            services.decide(moderator_id=nobody.pk, subject_id=filed.report.about_id, action=Action.DISMISS)


def test_what_nobody_reported_is_not_decided(moderator):
    with pytest.raises(ReportNotFound):
        services.decide(moderator_id=moderator.pk, subject_id=a_product().pk, action=Action.DISMISS)


def test_dismissing_leaves_it_and_tells_the_reporters(decide):
    product, ada = a_product(title="Mug"), an_older_user()
    filed = report("listing", product, by=ada)

    decide(filed, "dismiss", "This maker licenses the name.")

    mails = delivered()
    assert products.get(product.pk).status is ProductStatus.ACTIVE
    assert said(mails) == {ada.email: "Your report: Mug"}
    assert "This maker licenses the name." in bodies(mails)


def test_dismissing_shows_what_reports_hid(decide):
    product = a_product()
    filed = held("listing", product)

    subject = decide(filed, "dismiss", "")

    assert products.get(product.pk).visible
    assert (subject.state, subject.held, subject.open_count) == (SubjectState.DECIDED, False, 0)


def test_dismissing_shows_a_review_that_reports_hid(decide):
    review = a_review(rating=2)
    filed = held("review", review)

    decide(filed, "dismiss", "")

    assert reviews.get(review.pk).status is ReviewStatus.PUBLISHED
    assert products.get(review.product_id).rating.n == 1


def test_dismissing_leaves_hidden_what_a_moderator_hid(decide):
    product = a_product()
    filed = report("listing", product)
    decide(filed, "hide")
    hidden = products.get(product.pk)

    with pytest.raises(ActionNotPossible):
        decide(filed, "dismiss", "")

    assert hidden.status is ProductStatus.HIDDEN


def test_hiding_a_listing_tells_its_seller_why_and_reporters_that_something_was_done(decide):
    product, ada = a_product(title="Mug"), an_older_user()
    owner = accounts.get_user(accounts.get_shop(product.shop_id).owner_id)

    decide(report("listing", product, by=ada), "hide")

    mails = delivered()
    to_ada = [mail for mail in mails if mail["To"] == ada.email]
    assert not products.get(product.pk).visible
    assert said(mails) == {owner.email: "Hidden: Mug", ada.email: "Your report: Mug"}
    assert "did something about it" in bodies(to_ada)
    assert WHY not in bodies(to_ada)


def test_what_reports_hid_stays_hidden_for_a_moderators_reason(decide, moderator):
    product = a_product(title="Mug")
    filed = held("listing", product)
    deliver()

    decide(filed, "hide", "It is a fake.")

    kept = products.get(product.pk)
    assert (kept.status, kept.moderation.reason, kept.moderation.by) == (
        ProductStatus.HIDDEN,
        "It is a fake.",
        moderator.pk,
    )
    assert "It is a fake." in bodies(deliver())


def test_a_hidden_listing_is_shown_again(decide):
    product = a_product()
    filed = report("listing", product)
    decide(filed, "hide")

    decide(filed, "restore")

    assert products.get(product.pk).visible


def test_hiding_a_review_tells_its_author(decide):
    author = an_older_user(display_name="Bea")
    review = a_review(author=author)

    decide(report("review", review), "hide")

    mails = [mail for mail in deliver() if mail["To"] == author.email]
    assert reviews.get(review.pk).hiding.reason == WHY
    assert WHY in bodies(mails)


def test_a_review_that_reports_hid_stays_hidden_for_a_moderators_reason(decide):
    review = a_review()

    decide(held("review", review), "hide")

    assert reviews.get(review.pk).hiding.reason == WHY


def test_suspending_a_shop_tells_its_owner(decide):
    shop = a_shop(name="Kiln")

    decide(report("shop", shop), "suspend_shop")

    owner = accounts.get_user(shop.owner_id)
    mails = [mail for mail in deliver() if mail["To"] == owner.email]
    assert accounts.get_shop(shop.pk).status is ShopStatus.SUSPENDED
    assert said(mails) == {owner.email: "Kiln is suspended"}
    assert WHY in bodies(mails)


def test_a_suspended_shop_sells_again(decide):
    shop = a_shop()
    filed = report("shop", shop)
    decide(filed, "suspend_shop")

    decide(filed, "reinstate_shop")

    assert accounts.get_shop(shop.pk).visible


def test_a_locked_person_reads_why(decide):
    bob = an_older_user(display_name="Bob")

    decide(report("user", bob), "lock_user")

    mails = [mail for mail in deliver() if mail["To"] == bob.email]
    assert not accounts.get_user(bob.pk).is_active
    assert WHY in bodies(mails)


def test_somebody_is_let_in_again(decide):
    bob = an_older_user()
    filed = report("user", bob)
    decide(filed, "lock_user")

    decide(filed, "unlock_user")

    assert accounts.get_user(bob.pk).is_active


def test_a_moderator_locks_no_colleague(decide):
    filed = report("user", an_older_user(roles=(Role.MODERATOR,)))

    with pytest.raises(NotYourRole):
        decide(filed, "lock_user")


def test_a_closed_conversation_says_so_to_both_and_takes_nothing_more(decide):
    buyer, shop = an_older_user(), a_shop()
    sent = a_message(buyer, shop)
    filed = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)

    decide(filed, "lock_conversation")

    seat = messaging.buyer_seat(buyer.pk, sent.conversation.pk)
    assert WHY in messaging.thread(seat).messages[-1].body
    with pytest.raises(ConversationLocked):
        messaging.send_message(seat, body="Hello", client_id="9")


def test_a_conversation_is_opened_again(decide):
    buyer = an_older_user()
    sent = a_message(buyer, a_shop())
    filed = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)
    decide(filed, "lock_conversation")

    decide(filed, "unlock_conversation")

    seat = messaging.buyer_seat(buyer.pk, sent.conversation.pk)
    assert messaging.send_message(seat, body="Hello", client_id="9").message.seq == 5


# What holds for every action


def test_nobody_decides_about_what_is_their_own(decide, moderator):
    filed = report("shop", a_shop(owner=moderator))

    with pytest.raises(OwnThing):
        decide(filed, "dismiss", "")


def test_nobody_decides_about_their_own_report(decide, moderator):
    filed = report("listing", a_product(), by=moderator)

    with pytest.raises(OwnThing):
        decide(filed, "hide")


def test_no_moderator_hides_what_is_said_of_their_own_products(decide, moderator):
    review = a_review(product=a_product(shop=a_shop(owner=moderator)))

    with pytest.raises(OwnMatter):
        decide(report("review", review), "hide")

    assert reviews.get(review.pk).status is ReviewStatus.PUBLISHED


def test_no_moderator_shows_their_own_hidden_listing_again(decide, moderator):
    product = a_product(shop=a_shop(owner=moderator))
    held("listing", product)

    with pytest.raises(OwnMatter):
        catalog.moderate_listing(moderator_id=moderator.pk, product_id=product.pk, step="restore")


@pytest.mark.parametrize("action", [one for one, step in ACTIONS.items() if step.asks])
def test_an_action_that_concerns_somebody_asks_for_a_reason(decide, action):
    prepared = {
        Action.RESTORE: ("listing", Action.HIDE),
        Action.REINSTATE_SHOP: ("listing", Action.SUSPEND_SHOP),
        Action.UNLOCK_USER: ("listing", Action.LOCK_USER),
        Action.UNLOCK_CONVERSATION: ("message", Action.LOCK_CONVERSATION),
        Action.LOCK_CONVERSATION: ("message", None),
    }
    kind, before = prepared.get(action, ("listing", None))
    buyer, shop = an_older_user(), a_shop()
    if kind == "message":
        sent = a_message(buyer, shop)
        filed = report("message", 2, by=buyer, conversation_id=sent.conversation.pk)
    else:
        filed = report(kind, a_product(shop=shop))
    if before:
        decide(filed, before)

    with pytest.raises(Invalid, match="Say why"):
        decide(filed, action, "")


@pytest.mark.parametrize("kind", [ReportedKind.LISTING, ReportedKind.REVIEW, ReportedKind.SHOP])
def test_what_an_action_is_not_for_it_refuses(decide, kind):
    things = {"listing": a_product, "review": a_review, "shop": a_shop}
    filed = report(kind, things[kind]())

    for action, step in ACTIONS.items():
        if kind not in step.kinds:
            with pytest.raises(ActionNotPossible):
                decide(filed, action)


def test_a_decision_is_in_the_audit_log(decide, moderator):
    subject = decide(report("listing", a_product()), "hide")

    (row,) = audit_log.search(subject=("reported_subjects", subject.pk)).items

    assert (row.action, row.actor_id, row.detail["reason"]) == ("report.hide", moderator.pk, WHY)


def test_two_moderators_do_not_decide_over_each_other(decide):
    filed = report("listing", a_product())
    decide(filed, "dismiss", "", round_=0)

    with pytest.raises(VersionConflict):
        decide(filed, "hide", round_=0)


def test_every_reporter_of_the_round_is_told_once(decide, monkeypatch):
    monkeypatch.setattr("marketplace.moderation.services.answering.CHUNK", 2)
    product = a_product()
    filed = [report("listing", product, by=a_user()) for _ in range(5)]
    decide(filed[0], "dismiss", "")

    mails = delivered() + delivered()

    assert len({mail["To"] for mail in mails}) == len(mails) == 5


def test_a_later_decision_tells_no_reporter_again(decide):
    filed = report("listing", a_product())
    decide(filed, "hide")
    delivered()

    decide(filed, "restore")

    assert not [mail for mail in delivered() if "Your report" in mail["Subject"]]


def test_somebody_sees_what_came_of_their_reports(decide):
    ada = an_older_user()
    waiting, dismissed, acted = (report("listing", a_product(), by=ada) for _ in range(3))
    decide(dismissed, "dismiss", "")
    decide(acted, "hide")

    found = {one.report.pk: one.state for one in services.own_reports(ada.pk)}

    assert found == {
        waiting.report.pk: "open",
        dismissed.report.pk: "dismissed",
        acted.report.pk: "acted_on",
    }


def test_what_is_gone_can_still_be_dismissed(decide):
    review = a_review()
    filed = report("review", review)
    review.delete_by_author()
    reviews.save(review)

    assert decide(filed, "dismiss", "").state is SubjectState.DECIDED


# The bell


def rung(user):
    return [one.text for one in accounts.notifications_of(user.pk).items]


def test_the_bell_tells_the_reporter_and_whom_it_concerns(decide):
    ada, author = an_older_user(), an_older_user()
    filed = report("review", a_review(author=author), by=ada)

    decide(filed, "hide")
    delivered()

    assert [text.partition(":")[0] for text in rung(ada)] == ["Your report of “Review of Mug”"]
    assert [text for text in rung(author) if WHY in text] == [f"Hidden: Review of Mug. {WHY}"]


def test_who_wants_no_mail_about_reports_gets_none(decide):
    ada = an_older_user()
    accounts.choose_notifications(user_id=ada.pk, choices={NotificationEvent.REPORT: {Channel.MAIL: False}})
    filed = report("listing", a_product(), by=ada)

    decide(filed, "dismiss", "")

    assert not [mail for mail in delivered() if mail["To"] == ada.email]

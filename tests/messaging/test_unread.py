"""What somebody did not read: their bell tells of it at once, and one mail for a burst."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.repositories import users
from marketplace.accounts.values import Channel, NotificationEvent
from marketplace.messaging import services
from marketplace.messaging.repositories import conversations, messages
from marketplace.messaging.values import Side, Subject, SubjectKind
from marketplace.ordering.values import CartOwner
from marketplace.shared import clock, connections
from marketplace.shared.outbox import registry
from tests.builders import PASSWORD, a_placed_order, a_product, a_shop, a_user, goods
from tests.mailbox import deliver, path_in

MOMENT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LATER = MOMENT + timedelta(minutes=4)


@pytest.fixture
def shop(app):
    app.config["BASE_URL"] = "http://localhost"
    return a_shop(name="Kiln")


@pytest.fixture
def buyer(app):
    return a_user(display_name="Ben Buyer")


@pytest.fixture
def mug(shop):
    return a_product(shop=shop, title="Mug")


def ask(buyer, product, body="Is it dishwasher safe?", client_id="1", at=MOMENT):
    with clock.at(at):
        return services.start_as_buyer(
            user_id=buyer.pk, kind=SubjectKind.PRODUCT, ref=str(product.pk), body=body, client_id=client_id
        )


def answer(shop, sent, body="Yes.", client_id="a", at=MOMENT):
    with clock.at(at):
        return services.send_message(shops_seat(shop, sent), body=body, client_id=client_id)


def shops_seat(shop, sent):
    return services.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk)


def buyers_seat(buyer, sent):
    return services.buyer_seat(buyer.pk, sent.conversation.pk)


def mails_at(moment=LATER):
    """The mails that are sent when the timer rings at this moment."""
    with clock.at(moment):
        registry.timers["mail-unread"].run()
    return deliver()


def told(user_id):
    return list(accounts.notifications_of(user_id))


def owner_of(shop):
    return users.get(shop.owner_id)


# The bell


def test_a_question_rings_the_shops_bell(shop, buyer, mug):
    sent = ask(buyer, mug)
    deliver()

    (found,) = told(shop.owner_id)
    assert found.text == "A buyer wrote to you about Mug."
    assert found.path == f"/sell/{shop.slug}/messages/{sent.conversation.pk}"
    assert told(buyer.pk) == []


def test_an_answer_rings_the_buyers_bell(shop, buyer, mug):
    sent = ask(buyer, mug)
    answer(shop, sent)
    deliver()

    (found,) = told(buyer.pk)
    assert (found.text, found.path) == ("Kiln wrote to you about Mug.", f"/inbox/{sent.conversation.pk}")


def test_a_bell_rings_once_until_it_is_read(shop, buyer, mug):
    sent = ask(buyer, mug)
    ask(buyer, mug, "And the oven?", "2")
    deliver()
    assert owner_of(shop).unread_notifications == 1

    services.mark_read(shops_seat(shop, sent), 2)
    ask(buyer, mug, "Hello?", "3")
    deliver()

    (found,) = told(shop.owner_id)
    assert found.is_unread


def test_reading_the_conversation_quiets_the_bell(shop, buyer, mug):
    sent = ask(buyer, mug)
    deliver()

    services.mark_read(shops_seat(shop, sent), 1)

    assert owner_of(shop).unread_notifications == 0


def test_what_was_read_already_rings_no_bell(shop, buyer, mug):
    sent = ask(buyer, mug)
    services.mark_read(shops_seat(shop, sent), 1)

    deliver()

    assert told(shop.owner_id) == []


def test_what_was_deleted_rings_no_bell(shop, buyer, mug):
    sent = ask(buyer, mug)
    messages.all().filter(pk=sent.message.pk).update(deleted_at=MOMENT)

    deliver()

    assert told(shop.owner_id) == []


def test_a_muted_side_hears_nothing(shop, buyer, mug):
    sent = ask(buyer, mug)
    conversations.put(sent.conversation, Side.SHOP, muted=True)

    deliver()

    assert (told(shop.owner_id), mails_at()) == ([], [])


def test_what_the_marketplace_tells_rings_no_bell_and_is_not_mailed(shop, buyer, mug):
    sent = ask(buyer, mug)
    services.mark_read(shops_seat(shop, sent), 1)
    context = Subject(SubjectKind.PRODUCT.value, mug.pk, "Mug", mug.slug)
    with clock.at(MOMENT):
        services.note(sent.conversation.pk, key="1", text="Sent.", actor=Side.SYSTEM, context=context)
    deliver()

    assert (told(shop.owner_id), told(buyer.pk), mails_at()) == ([], [], [])


# The mail


def test_one_mail_tells_of_a_burst(shop, buyer, mug):
    sent = ask(buyer, mug, "Is it dishwasher safe?\nAnd who made it?")
    ask(buyer, mug, "Also: is it heavy?", "2")

    (mail,) = mails_at()

    assert (mail["To"], mail["Subject"]) == (owner_of(shop).email, "Ben Buyer wrote to you about Mug")
    path = f"/sell/{shop.slug}/messages/{sent.conversation.pk}"
    assert (
        mail.get_content()
        == f"""\
Ben Buyer wrote to you about Mug (2 messages):

  Is it dishwasher safe?
  And who made it?
  Also: is it heavy?

Read it and answer:
http://localhost{path}

This is one mail for all that you did not read. Choose what you are mailed about:
http://localhost/notifications#settings
"""
    )


def test_a_burst_is_mailed_once(shop, buyer, mug):
    ask(buyer, mug)

    assert (len(mails_at()), len(mails_at())) == (1, 0)


def test_the_buyer_is_mailed_about_an_answer(shop, buyer, mug):
    sent = ask(buyer, mug)
    answer(shop, sent)

    (mail,) = mails_at()

    assert (mail["To"], mail["Subject"]) == (buyer.email, "Kiln wrote to you about Mug")
    assert path_in(mail) == f"/inbox/{sent.conversation.pk}"


def test_an_order_is_named_as_in_a_sentence(shop, buyer):
    order = a_placed_order(goods(shop), owner=CartOwner(user_id=buyer.pk))
    with clock.at(MOMENT):
        services.start_as_shop(
            user_id=shop.owner_id, slug=shop.slug, number=order.number, body="It leaves today.", client_id="1"
        )
    deliver()
    subjects = [mail["Subject"] for mail in mails_at() if mail["To"] == buyer.email]

    said = f"Kiln wrote to you about order {order.number}"
    assert [one.text for one in told(buyer.pk) if "wrote" in one.text] == [f"{said}."]
    assert subjects == [said]


def test_nothing_is_mailed_while_people_write(shop, buyer, mug):
    ask(buyer, mug)
    ask(buyer, mug, "And the oven?", "2", at=MOMENT + timedelta(minutes=2))

    assert mails_at(MOMENT + timedelta(minutes=4)) == []
    assert len(mails_at(MOMENT + timedelta(minutes=6))) == 1


def test_the_pause_is_a_setting(app, shop, buyer, mug):
    app.config["MESSAGE_MAIL_SECONDS"] = 30
    ask(buyer, mug)

    assert len(mails_at(MOMENT + timedelta(seconds=31))) == 1


def test_what_was_read_is_not_mailed(shop, buyer, mug):
    sent = ask(buyer, mug)
    services.mark_read(shops_seat(shop, sent), 1)

    assert mails_at() == []


def test_what_was_answered_is_not_mailed(shop, buyer, mug):
    sent = ask(buyer, mug)
    answer(shop, sent)
    services.mark_read(buyers_seat(buyer, sent), 2)

    assert mails_at() == []


def test_what_is_read_before_the_mail_leaves_is_not_mailed(shop, buyer, mug):
    sent = ask(buyer, mug)
    with clock.at(LATER):
        assert services.tell_of_unread(LATER) == 1
    services.mark_read(shops_seat(shop, sent), 1)

    assert deliver() == []


def test_the_next_burst_is_mailed_without_the_first(shop, buyer, mug):
    ask(buyer, mug)
    mails_at()
    ask(buyer, mug, "Hello?", "2", at=LATER)

    (mail,) = mails_at(LATER + timedelta(minutes=4))

    assert "Hello?" in mail.get_content()
    assert "dishwasher" not in mail.get_content()


def test_a_mail_leaves_out_what_was_read(shop, buyer, mug):
    sent = ask(buyer, mug)
    ask(buyer, mug, "And the oven?", "2")
    services.mark_read(shops_seat(shop, sent), 1)

    (mail,) = mails_at()

    assert "dishwasher" not in mail.get_content()


def test_a_mail_begins_a_long_message_alone(shop, buyer, mug):
    ask(buyer, mug, "x" * 199 + "yz")

    (mail,) = mails_at()

    assert "x" * 199 + "…" in mail.get_content().replace("\n", "")
    assert "y" * 2 not in mail.get_content()


def test_a_message_adds_no_header(shop, buyer, mug):
    ask(buyer, mug, "Hello\r\nBcc: everybody@example.com")

    (mail,) = mails_at()

    assert mail["Bcc"] is None


def test_who_turned_it_off_is_not_mailed_but_told_here(shop, buyer, mug):
    choices = {NotificationEvent.MESSAGE: {Channel.MAIL: False}}
    accounts.choose_notifications(user_id=shop.owner_id, choices=choices)
    ask(buyer, mug)

    assert mails_at() == []
    assert len(told(shop.owner_id)) == 1


def test_what_is_left_of_who_deleted_their_account_is_not_mailed(shop, buyer, mug):
    ask(buyer, mug)

    accounts.delete_account(user_id=buyer.pk, password=PASSWORD)

    assert [mail for mail in mails_at() if mail["To"] == owner_of(shop).email] == []


def test_who_is_locked_is_not_mailed(shop, buyer, mug):
    ask(buyer, mug)
    accounts.lock_account(user_id=shop.owner_id)

    assert mails_at() == []


def test_a_mail_server_that_is_away_holds_up_no_bell(shop, buyer, mug):
    sent = ask(buyer, mug)
    services.tell_of_unread(LATER)

    row = connections.database()["outbox"].find_one({"topic": "message.unread"})
    assert row["stream"] == f"user:{shop.owner_id}"
    assert row["payload"]["conversation"] == sent.conversation.pk

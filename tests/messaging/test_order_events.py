"""What happens to an order is told where its buyer and its shop talk, each event once."""

from __future__ import annotations

import pytest

from marketplace.messaging import services
from marketplace.messaging.repositories import messages
from marketplace.messaging.values import MessageKind, Side, SubjectKind
from marketplace.ordering import services as ordering
from marketplace.ordering.repositories import orders
from marketplace.ordering.values import Actor, CartOwner
from tests.builders import a_placed_order, a_product, a_user, goods
from tests.mailbox import deliver
from tests.messaging.talking import a_talk


@pytest.fixture
def talk(app):
    return a_talk()


def an_order(talk, *variants):
    owner = CartOwner(user_id=talk.buyer.pk)
    return a_placed_order(*(variants or [talk.product.variants[0].id]), owner=owner)


def move(order, name, actor, **said):
    return ordering.move_order(number=order.number, name=name, actor=actor, **said)


def told(conversation_id):
    found = messages.after(conversation_id, 0, 100)
    return [one.body for one in found if one.kind is MessageKind.SYSTEM]


def test_a_talk_about_a_product_is_told_of_the_order(talk):
    an_order(talk)

    deliver()

    assert told(talk.stored.pk) == ["The payment arrived."]
    assert talk.stored.about_order


def test_each_event_is_told_once(talk):
    order = an_order(talk)
    deliver()
    move(order, "start", Actor.SELLER)
    deliver()

    services.follow_order(orders.get(order.pk))

    assert told(talk.stored.pk) == ["The payment arrived.", "The shop is packing the parcel."]


def test_events_that_nobody_is_mailed_about_are_told_too(talk):
    order = an_order(talk)
    move(order, "ship", Actor.SELLER, carrier="DHL", tracking="00340434161094042557")
    move(order, "confirm_received", Actor.BUYER)
    move(order, "complete", Actor.BUYER)

    deliver()

    assert told(talk.stored.pk)[1:] == [
        "The shop handed a parcel over.\nDHL, 00340434161094042557",
        "The buyer received the parcel.",
        "The buyer is happy with everything.",
    ]


def test_what_somebody_said_with_a_step_is_told(talk):
    order = an_order(talk)
    deliver()

    move(order, "decline", Actor.SELLER, reason="It broke in the kiln.")
    deliver()

    assert told(talk.stored.pk)[-1].endswith("\nIt broke in the kiln.")


def test_whoever_did_it_has_nothing_to_read(talk):
    order = an_order(talk)
    deliver()
    services.mark_read(talk.shop_seat, 99)
    services.mark_read(talk.buyer_seat, 99)

    move(order, "start", Actor.SELLER)
    deliver()

    assert (talk.stored.unread(Side.SHOP), talk.stored.unread(Side.BUYER)) == (0, 1)


def test_what_somebody_has_not_read_stays_unread_when_they_take_a_step(talk):
    order = an_order(talk)
    deliver()
    services.mark_read(talk.shop_seat, 0)
    before = talk.stored.unread(Side.SHOP)

    move(order, "start", Actor.SELLER)
    deliver()

    assert talk.stored.unread(Side.SHOP) == before + 1


def test_a_new_talk_about_an_order_does_not_repeat_what_happened(talk):
    order = an_order(talk, goods(talk.shop))
    move(order, "start", Actor.SELLER)
    deliver()

    sent = services.start_as_buyer(
        user_id=talk.buyer.pk, kind=SubjectKind.ORDER, ref=order.number, body="When?", client_id="2"
    )
    move(order, "ship", Actor.SELLER)
    deliver()

    assert told(sent.conversation.pk) == ["The shop handed a parcel over."]


def test_a_talk_that_begins_after_the_order_is_told_of_what_comes_after_it(talk):
    product = a_product(shop=talk.shop)
    order = an_order(talk, product.variants[0].id)
    deliver()
    sent = services.start_as_buyer(
        user_id=talk.buyer.pk, kind=SubjectKind.PRODUCT, ref=str(product.pk), body="Safe?", client_id="3"
    )

    move(order, "start", Actor.SELLER)
    deliver()

    assert told(sent.conversation.pk) == ["The shop is packing the parcel."]


def test_an_order_that_nobody_talks_about_begins_no_conversation(talk):
    an_order(talk, goods(talk.shop))

    deliver()

    assert len(services.inbox(Side.BUYER, talk.buyer.pk).items) == 1
    assert not told(talk.stored.pk)


def test_a_visitors_order_is_told_nowhere(talk):
    order = a_placed_order(talk.product.variants[0].id)

    services.follow_order(order)

    assert not told(talk.stored.pk)


def test_an_order_of_somebody_else_is_told_nowhere(talk):
    a_placed_order(talk.product.variants[0].id, owner=CartOwner(user_id=a_user().pk))

    deliver()

    assert not told(talk.stored.pk)

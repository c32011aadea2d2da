"""Talking: one conversation for each subject, one number for each message, and unread by subtraction."""

from __future__ import annotations

import pytest

from marketplace.messaging import services
from marketplace.messaging.errors import (
    ClientIdReused,
    ConversationLocked,
    ConversationNotFound,
    NoRelationship,
    OwnShop,
    SubjectNotFound,
)
from marketplace.messaging.repositories import conversations, messages
from marketplace.messaging.values import Box, Side, SubjectKind
from marketplace.ordering.values import CartOwner
from tests.builders import a_placed_order, a_product, a_shop, a_user, goods


@pytest.fixture
def shop(app):
    return a_shop()


@pytest.fixture
def buyer(app):
    return a_user(display_name="Ben Buyer")


def ask(buyer, product, body="Is it dishwasher safe?", client_id="1"):
    return services.start_as_buyer(
        user_id=buyer.pk, kind=SubjectKind.PRODUCT, ref=str(product.pk), body=body, client_id=client_id
    )


def answer(shop, sent, body="Yes.", client_id="a"):
    seat = services.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk)
    return services.send_message(seat, body=body, client_id=client_id)


def seat_of(buyer, sent):
    return services.buyer_seat(buyer.pk, sent.conversation.pk)


def stored(sent):
    return conversations.get(sent.conversation.pk)


def test_a_question_begins_a_conversation_about_the_product(shop, buyer):
    product = a_product(shop=shop, title="Mug")

    sent = ask(buyer, product)

    assert (sent.message.seq, sent.message.body) == (1, "Is it dishwasher safe?")
    assert [one.label for one in stored(sent).subjects] == ["Mug"]


def test_a_second_question_goes_into_the_same_conversation(shop, buyer):
    product = a_product(shop=shop)

    first, second = ask(buyer, product), ask(buyer, product, "And the oven?", "2")

    assert first.conversation.pk == second.conversation.pk
    assert second.message.seq == 2


def test_two_products_are_two_conversations(shop, buyer):
    first, second = ask(buyer, a_product(shop=shop)), ask(buyer, a_product(shop=shop))

    assert first.conversation.pk != second.conversation.pk


def test_what_is_sent_again_is_the_same_message(shop, buyer):
    product = a_product(shop=shop)

    first, again = ask(buyer, product), ask(buyer, product)

    assert (first.message.pk, again.is_replay) == (again.message.pk, True)
    assert stored(first).last_seq == 1


def test_a_client_id_names_one_message(shop, buyer):
    product = a_product(shop=shop)
    ask(buyer, product)

    with pytest.raises(ClientIdReused):
        ask(buyer, product, "Something else")


def test_two_people_may_use_one_client_id(shop, buyer):
    sent = ask(buyer, a_product(shop=shop), client_id="x")

    assert answer(shop, sent, client_id="x").message.seq == 2


def test_what_one_side_writes_is_unread_on_the_other_alone(shop, buyer):
    sent = ask(buyer, a_product(shop=shop))

    assert (stored(sent).unread(Side.BUYER), stored(sent).unread(Side.SHOP)) == (0, 1)


def test_whoever_answers_has_read(shop, buyer):
    sent = ask(buyer, a_product(shop=shop))
    answer(shop, sent)

    assert (stored(sent).unread(Side.BUYER), stored(sent).unread(Side.SHOP)) == (1, 0)


def test_reading_goes_forward_only(shop, buyer):
    sent = ask(buyer, a_product(shop=shop))
    for number in "234":
        services.send_message(seat_of(buyer, sent), body=number, client_id=number)
    seat = services.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk)

    services.mark_read(seat, 3)
    services.mark_read(seat, 1)

    assert stored(sent).unread(Side.SHOP) == 1
    assert stored(sent).shop.has_unread


def test_reading_all_empties_the_list_of_unread(shop, buyer):
    sent = ask(buyer, a_product(shop=shop))

    services.mark_read(services.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk), 99)

    assert not services.inbox(Side.SHOP, shop.pk, box=Box.UNREAD).items
    assert stored(sent).shop.read_seq == 1


def test_the_list_has_the_last_active_first(shop, buyer):
    first, second = ask(buyer, a_product(shop=shop)), ask(buyer, a_product(shop=shop))
    answer(shop, first)

    found = [one.conversation.pk for one in services.inbox(Side.BUYER, buyer.pk)]

    assert found == [first.conversation.pk, second.conversation.pk]


def test_each_side_sees_the_name_of_the_other(shop, buyer):
    ask(buyer, a_product(shop=shop))

    (of_buyer,) = services.inbox(Side.BUYER, buyer.pk).items
    (of_shop,) = services.inbox(Side.SHOP, shop.pk).items

    assert (of_buyer.name, of_shop.name) == (shop.name, "Ben Buyer")


def test_a_thread_pages_both_ways_without_a_gap(shop, buyer):
    product = a_product(shop=shop)
    for number in range(1, 8):
        sent = ask(buyer, product, f"m{number}", str(number))
    seat = services.buyer_seat(buyer.pk, sent.conversation.pk)

    end = services.thread(seat, limit=3)
    middle = services.thread(seat, before=5, limit=3)
    forth = services.thread(seat, after=4, limit=3)

    assert [one.seq for one in end.messages] == [5, 6, 7]
    assert (end.has_before, end.has_after) == (True, False)
    assert [one.seq for one in middle.messages] == [2, 3, 4]
    assert (middle.has_before, middle.has_after) == (True, True)
    assert [one.seq for one in forth.messages] == [5, 6, 7]
    assert not forth.has_after


def test_nobody_asks_their_own_shop(shop):
    with pytest.raises(OwnShop):
        services.start_as_buyer(
            user_id=shop.owner_id, kind=SubjectKind.SHOP, ref=shop.slug, body="Hi", client_id="1"
        )


@pytest.mark.parametrize(
    ("kind", "ref"),
    [
        (SubjectKind.PRODUCT, "0" * 24),
        (SubjectKind.PRODUCT, "nonsense"),
        (SubjectKind.ORDER, "7F3K-9Q2D"),
        (SubjectKind.SHOP, "nowhere"),
    ],
)
def test_what_is_not_there_cannot_be_talked_about(buyer, kind, ref):
    with pytest.raises(SubjectNotFound):
        services.start_as_buyer(user_id=buyer.pk, kind=kind, ref=ref, body="Hi", client_id="1")


def test_strangers_and_other_shops_see_nothing(shop, buyer):
    sent = ask(buyer, a_product(shop=shop))
    other = a_shop()

    with pytest.raises(ConversationNotFound):
        services.buyer_seat(a_user().pk, sent.conversation.pk)
    with pytest.raises(ConversationNotFound):
        services.shop_seat(other.owner_id, other.slug, sent.conversation.pk)


def test_a_talk_about_a_product_goes_on_about_its_order(shop, buyer):
    product = a_product(shop=shop)
    asked = ask(buyer, product)
    order = a_placed_order(product.variants[0].id, owner=CartOwner(user_id=buyer.pk))

    sent = services.start_as_buyer(
        user_id=buyer.pk, kind=SubjectKind.ORDER, ref=order.number, body="When?", client_id="2"
    )

    assert sent.conversation.pk == asked.conversation.pk
    assert [one.kind for one in stored(sent).subjects] == ["product", "order"]
    assert stored(sent).about_order


def test_a_shop_writes_to_the_buyer_of_an_order(shop, buyer):
    order = a_placed_order(goods(shop), owner=CartOwner(user_id=buyer.pk))

    sent = services.start_as_shop(
        user_id=shop.owner_id, slug=shop.slug, number=order.number, body="It is on its way", client_id="1"
    )

    assert stored(sent).unread(Side.BUYER) == 1


def test_a_shop_cannot_write_to_a_guest(shop):
    order = a_placed_order(goods(shop))

    with pytest.raises(NoRelationship):
        services.start_as_shop(
            user_id=shop.owner_id, slug=shop.slug, number=order.number, body="Hello", client_id="1"
        )


def test_nothing_is_written_in_a_locked_conversation(shop, buyer):
    sent = ask(buyer, a_product(shop=shop))
    conversation = stored(sent)
    conversation.locked = True
    conversations.save(conversation)

    with pytest.raises(ConversationLocked):
        answer(shop, sent)


def test_what_the_marketplace_tells_is_told_once(shop, buyer):
    sent = ask(buyer, a_product(shop=shop))
    about = sent.conversation.subjects[0]

    for _ in range(2):
        services.note(
            sent.conversation.pk, key="order-1-shipped", text="Sent.", actor=Side.SHOP, context=about
        )

    assert (stored(sent).last_seq, stored(sent).unread(Side.BUYER), stored(sent).unread(Side.SHOP)) == (
        2,
        1,
        0,
    )
    assert messages.numbered(sent.conversation.pk, 2).side is Side.SYSTEM

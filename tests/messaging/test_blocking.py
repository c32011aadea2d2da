"""Who may write: blocks of either side, running orders, shops that may not, and what each side sets."""

from __future__ import annotations

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.errors import ShopNotActive
from marketplace.accounts.values import Role
from marketplace.messaging import services
from marketplace.messaging.errors import Blocked, CannotMessage
from marketplace.messaging.repositories import conversations
from marketplace.messaging.values import Box, Side, SubjectKind
from marketplace.ordering import services as ordering
from marketplace.ordering.values import Actor, CartOwner
from tests.builders import a_placed_order, a_product, a_user, goods
from tests.messaging.talking import a_talk


@pytest.fixture
def talk(app):
    return a_talk()


def begin(talk, kind, ref, client_id="new"):
    return services.start_as_buyer(
        user_id=talk.buyer.pk, kind=kind, ref=ref, body="Hello?", client_id=client_id
    )


def an_order(talk):
    return a_placed_order(goods(talk.shop), owner=CartOwner(user_id=talk.buyer.pk))


def test_whoever_blocks_is_told_so(talk):
    services.block(talk.buyer_seat)

    with pytest.raises(Blocked, match="You blocked this shop"):
        talk.ask()


def test_the_other_side_is_told_nothing_of_it(talk):
    services.block(talk.buyer_seat)

    with pytest.raises(CannotMessage) as refused:
        talk.answer()

    assert "block" not in str(refused.value).lower()


def test_a_shop_blocks_a_buyer(talk):
    services.block(talk.shop_seat)

    with pytest.raises(Blocked, match="You blocked this buyer"):
        talk.answer()
    with pytest.raises(CannotMessage):
        talk.ask()


def test_blocking_twice_is_blocking_once(talk):
    services.block(talk.buyer_seat)
    services.block(talk.buyer_seat)

    services.unblock(talk.buyer_seat)

    assert talk.ask().message.seq == 2


def test_one_side_does_not_take_the_others_block_away(talk):
    services.block(talk.shop_seat)

    services.unblock(talk.buyer_seat)

    assert services.can_write(talk.buyer_seat)


def test_what_was_sent_before_the_block_is_the_same_message_still(talk):
    sent = talk.ask()
    services.block(talk.shop_seat)

    again = talk.ask()

    assert (again.is_replay, again.message.seq) == (True, sent.message.seq)


@pytest.mark.parametrize("kind", [SubjectKind.SHOP, SubjectKind.PRODUCT])
def test_nothing_new_begins_behind_a_block(talk, kind):
    services.block(talk.shop_seat)
    ref = talk.shop.slug if kind is SubjectKind.SHOP else str(a_product(shop=talk.shop).pk)

    with pytest.raises(CannotMessage):
        begin(talk, kind, ref)

    assert len(services.inbox(Side.BUYER, talk.buyer.pk).items) == 1


def test_another_shop_is_not_meant(talk):
    services.block(talk.buyer_seat)
    other = a_product()

    assert begin(talk, SubjectKind.PRODUCT, str(other.pk)).message.seq == 1


def test_a_running_order_is_talked_about_whoever_blocks_whom(talk):
    services.block(talk.shop_seat)
    order = an_order(talk)

    sent = begin(talk, SubjectKind.ORDER, order.number)
    seat = services.shop_seat(talk.shop.owner_id, talk.shop.slug, sent.conversation.pk)

    assert services.can_write(seat) is None
    assert services.can_write(talk.buyer_seat) is not None


def test_once_the_order_is_over_the_block_holds_there_too(talk):
    order = an_order(talk)
    sent = begin(talk, SubjectKind.ORDER, order.number)
    services.block(services.buyer_seat(talk.buyer.pk, sent.conversation.pk))

    ordering.move_order(number=order.number, name="cancel", actor=Actor.BUYER)

    with pytest.raises(CannotMessage):
        services.start_as_shop(
            user_id=talk.shop.owner_id, slug=talk.shop.slug, number=order.number, body="Sorry", client_id="s"
        )


def test_a_suspended_shop_writes_about_running_orders_alone(talk):
    order = an_order(talk)
    about_order = begin(talk, SubjectKind.ORDER, order.number)
    moderator = a_user(roles=(Role.MODERATOR,)).pk
    accounts.suspend_shop(moderator_id=moderator, slug=talk.shop.slug, reason="Look at this.")

    with pytest.raises(ShopNotActive):
        talk.answer()
    with pytest.raises(CannotMessage):
        talk.ask()
    seat = services.shop_seat(talk.shop.owner_id, talk.shop.slug, about_order.conversation.pk)
    assert services.can_write(seat) is None


def test_nobody_writes_to_a_shop_that_ended(talk):
    accounts.close_shop(owner_id=talk.shop.owner_id, slug=talk.shop.slug)

    assert services.can_write(talk.buyer_seat) == "Messages cannot be sent here now."
    assert services.can_write(talk.shop_seat) == "This shop may not write messages now."


def test_a_standing_says_who_blocked(talk):
    services.block(talk.buyer_seat)

    mine, theirs = services.standing_of(talk.buyer_seat), services.standing_of(talk.shop_seat)

    assert (mine.blocked, theirs.blocked) == (True, False)


def test_what_is_archived_comes_back_with_something_new(talk):
    services.put(talk.buyer_seat, archived=True)
    assert not services.inbox(Side.BUYER, talk.buyer.pk).items

    talk.answer()

    assert len(services.inbox(Side.BUYER, talk.buyer.pk).items) == 1


def test_archiving_is_one_sides_own(talk):
    services.put(talk.buyer_seat, archived=True)

    assert len(services.inbox(Side.BUYER, talk.buyer.pk, box=Box.ARCHIVED).items) == 1
    assert len(services.inbox(Side.SHOP, talk.shop.pk).items) == 1


def test_muting_leaves_the_rest_alone(talk):
    services.put(talk.shop_seat, archived=True)

    services.put(talk.shop_seat, muted=True)

    standing = conversations.get(talk.asked.conversation.pk).shop
    assert (standing.muted, standing.archived) == (True, True)

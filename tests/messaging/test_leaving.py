"""People who delete their account: what they wrote goes, what others wrote stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts import services as accounts
from marketplace.catalog.services import pictures
from marketplace.messaging import services
from marketplace.messaging.errors import CannotMessage
from marketplace.messaging.repositories import blocks, conversations, messages
from marketplace.messaging.services import deleting, starting
from marketplace.messaging.values import REMOVED, SubjectKind
from marketplace.shared.clock import now
from tests.builders import PASSWORD
from tests.messaging.talking import a_file, a_talk
from tests.messaging.test_files import PDF


@pytest.fixture
def talk(app):
    return a_talk(body="I live in Main Street 1")


def leave(user):
    accounts.delete_account(user_id=user.pk, password=PASSWORD)


def said(talk):
    return [one.body for one in messages.after(talk.stored.pk, 0, 10)]


def test_what_a_buyer_wrote_goes_and_what_the_shop_wrote_stays(talk):
    talk.answer("Thank you.")

    leave(talk.buyer)

    assert said(talk) == [REMOVED, "Thank you."]


def test_what_a_shops_owner_wrote_goes_too(talk):
    talk.answer("Call me on 0123.")

    leave(accounts.get_user(talk.shop.owner_id))

    assert said(talk) == ["I live in Main Street 1", REMOVED]


def test_lists_say_nothing_of_it(talk):
    leave(talk.buyer)

    assert talk.stored.last_message.preview == REMOVED


def test_nothing_names_who_wrote_it(talk):
    leave(talk.buyer)

    first = messages.numbered(talk.stored.pk, 1)
    assert (first.sender_id, first.client_id) == (None, None)


def test_the_numbers_stay_without_a_gap(talk):
    talk.answer()

    leave(talk.buyer)

    assert not list(messages.misnumbered())


def test_files_and_what_was_deleted_before_go_too(talk):
    sent = talk.ask(attachments=[a_file(PDF)])
    services.delete_message(talk.buyer_seat, seq=sent.message.seq)

    leave(talk.buyer)

    assert messages.numbered(talk.stored.pk, 2).original is None
    assert pictures.sweep(now() + timedelta(seconds=1)) == 1


def test_nobody_writes_to_who_is_gone(talk):
    leave(talk.buyer)

    with pytest.raises(CannotMessage):
        talk.answer()


def test_who_left_while_their_first_message_was_stored_has_said_nothing(talk, monkeypatch):
    def meanwhile(*_):
        leave(talk.buyer)

    monkeypatch.setattr(starting, "count_conversation", meanwhile)

    with pytest.raises(CannotMessage):
        services.start_as_buyer(
            user_id=talk.buyer.pk, kind=SubjectKind.SHOP, ref=talk.shop.slug, body="I live", client_id="l"
        )

    assert conversations.all().count() == 1


def test_blocks_go_with_the_buyer(talk):
    services.block(talk.shop_seat)

    leave(talk.buyer)

    assert not blocks.between(talk.buyer.pk, talk.shop.pk)


def test_others_conversations_are_left_alone(talk):
    other = a_talk(shop=talk.shop)

    leave(talk.buyer)

    assert said(other) == ["Is it blue?"]


def test_what_is_too_much_for_one_request_the_worker_removes(talk, monkeypatch):
    talk.ask()
    monkeypatch.setattr(deleting, "STEP", 1)
    leave(talk.buyer)
    assert said(talk)[0] != REMOVED

    services.forget_those_who_left()

    assert said(talk) == [REMOVED, REMOVED]
    assert not conversations.left_by(None, 10)

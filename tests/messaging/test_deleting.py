"""Deleting what one wrote: for a quarter of an hour, and its number stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.messaging import services
from marketplace.messaging.errors import MessageNotFound, NotYourMessage, TooLateToDelete
from marketplace.messaging.repositories import messages
from marketplace.messaging.services import deleting
from marketplace.messaging.values import DELETED, Side
from marketplace.shared.clock import now
from tests.messaging.talking import a_talk


@pytest.fixture
def talk(app):
    return a_talk(body="My card number is 1234")


def test_a_deleted_message_keeps_its_number_and_shows_nothing(talk):
    services.delete_message(talk.buyer_seat, seq=1)

    (message,) = services.thread(talk.shop_seat).messages
    assert (message.seq, message.body, message.deleted_at is not None) == (1, "", True)


def test_lists_show_nothing_of_it_either(talk):
    services.delete_message(talk.buyer_seat, seq=1)

    assert talk.stored.last_message.preview == DELETED


def test_the_list_goes_on_to_show_a_later_message(talk):
    talk.answer("We never ask for it.")

    services.delete_message(talk.buyer_seat, seq=1)

    assert talk.stored.last_message.preview == "We never ask for it."


def test_deleting_again_changes_nothing(talk):
    first = services.delete_message(talk.buyer_seat, seq=1)

    assert services.delete_message(talk.buyer_seat, seq=1).deleted_at == first.deleted_at


def test_what_was_deleted_is_not_sent_again(talk):
    sent = talk.ask("Oops", "oops")
    services.delete_message(talk.buyer_seat, seq=sent.message.seq)

    again = talk.ask("Oops", "oops")

    assert (again.is_replay, again.message.body, talk.stored.last_seq) == (True, "", 2)


def test_nobody_deletes_what_others_wrote(talk):
    with pytest.raises(NotYourMessage):
        services.delete_message(talk.shop_seat, seq=1)


def test_nobody_deletes_what_the_marketplace_told(talk):
    about = talk.stored.subjects[0]
    services.note(talk.stored.pk, key="k", text="Sent.", actor=Side.BUYER, context=about)

    with pytest.raises(NotYourMessage):
        services.delete_message(talk.buyer_seat, seq=2)


def test_what_is_not_there_is_not_deleted(talk):
    with pytest.raises(MessageNotFound):
        services.delete_message(talk.buyer_seat, seq=7)


def test_after_a_quarter_of_an_hour_it_stays(talk, monkeypatch):
    later = talk.asked.message.at + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr(deleting, "now", lambda: later)

    with pytest.raises(TooLateToDelete):
        services.delete_message(talk.buyer_seat, seq=1)


def test_moderators_can_see_it_for_thirty_days(talk):
    services.delete_message(talk.buyer_seat, seq=1)
    services.forget_originals(now() + timedelta(days=29))
    kept = messages.numbered(talk.stored.pk, 1).original

    services.forget_originals(now() + timedelta(days=31))

    assert kept.body == "My card number is 1234"
    assert messages.numbered(talk.stored.pk, 1).original is None

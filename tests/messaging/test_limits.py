"""How often people may write and begin to talk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts.repositories import users
from marketplace.messaging import services
from marketplace.messaging.values import SubjectKind
from marketplace.shared import limits
from marketplace.shared.clock import now
from marketplace.shared.errors import RateLimited
from tests.builders import a_product, a_shop, a_user
from tests.messaging.talking import a_talk


@pytest.fixture
def settings(settings):
    return settings | {"MESSAGE_LIMIT": 3, "CONVERSATION_LIMIT": 4, "CONVERSATION_LIMIT_NEW": 2}


def begin(buyer, shop, number):
    product = a_product(shop=shop)
    return services.start_as_buyer(
        user_id=buyer.pk, kind=SubjectKind.PRODUCT, ref=str(product.pk), body="Hi", client_id=str(number)
    )


def test_too_many_messages_in_a_minute_are_refused_with_how_long_to_wait(app):
    talk = a_talk()
    for number in range(2):
        talk.ask(client_id=str(number))

    with pytest.raises(RateLimited) as refused:
        talk.ask(client_id="more")

    assert 0 < refused.value.retry_after <= 60


def test_what_was_sent_already_is_answered_beyond_the_limit_too(app):
    talk = a_talk()
    for number in range(2):
        talk.ask(client_id=str(number))

    assert talk.ask(client_id="1").is_replay


def test_each_person_has_a_limit_of_their_own(app):
    talk = a_talk()
    for number in range(2):
        talk.ask(client_id=str(number))

    assert talk.answer().message.seq == 4


def test_a_new_account_begins_few_conversations(app):
    buyer, shop = a_user(), a_shop()
    for number in range(2):
        begin(buyer, shop, number)

    with pytest.raises(RateLimited):
        begin(buyer, shop, "more")


def test_an_older_account_begins_more(app, monkeypatch):
    buyer, shop = a_user(), a_shop()
    buyer.created_at = now() - timedelta(days=8)
    users.save(buyer)
    app.config["MESSAGE_LIMIT"] = 0
    for number in range(4):
        begin(buyer, shop, number)

    with pytest.raises(RateLimited):
        begin(buyer, shop, "more")


def test_writing_on_in_a_conversation_begins_none(app):
    buyer, shop = a_user(), a_shop()
    sent = begin(buyer, shop, 1)
    begin(buyer, shop, 2)

    seat = services.buyer_seat(buyer.pk, sent.conversation.pk)

    assert services.send_message(seat, body="And?", client_id="3").message.seq == 2


def test_while_redis_is_away_the_limit_holds(app, monkeypatch):
    def away():
        raise limits._StillAway

    monkeypatch.setattr(limits, "_redis", away)
    talk = a_talk()
    for number in range(2):
        talk.ask(client_id=str(number))

    with pytest.raises(RateLimited):
        talk.ask(client_id="more")

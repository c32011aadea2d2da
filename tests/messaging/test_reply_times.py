"""How soon shops answer, and where that is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.values import reply_time_in_words
from marketplace.messaging import services
from marketplace.messaging.repositories import conversations
from marketplace.messaging.values import Side
from marketplace.shared.clock import now
from tests.builders import a_shop
from tests.messaging.talking import a_talk

HOUR = 3_600_000


@pytest.fixture
def shop(app):
    return a_shop()


def asked(shop, *, hours_ago=48.0, reply_hours=None):
    """A question of so long ago, answered after so many hours or not at all."""
    talk = a_talk(shop=shop)
    conversation = talk.stored
    conversation.asked_at = now() - timedelta(hours=hours_ago)
    conversation.first_reply_ms = None if reply_hours is None else round(reply_hours * HOUR)
    conversations.save(conversation)


def reply_time(shop):
    services.count_reply_times(now())
    return accounts.get_shop(shop.pk).reply_time


def test_the_first_answer_counts_and_no_later_one(shop):
    talk = a_talk(shop=shop)
    talk.answer(client_id="1")
    first = talk.stored.first_reply_ms

    talk.ask()
    talk.answer(client_id="2")

    assert first is not None
    assert talk.stored.first_reply_ms == first


def test_what_the_marketplace_tells_is_no_answer(shop):
    talk = a_talk(shop=shop)

    services.note(talk.stored.pk, key="k", text="Sent.", actor=Side.SHOP, context=talk.stored.subjects[0])

    assert talk.stored.first_reply_ms is None


def test_half_of_the_answers_came_sooner(shop):
    for hours in (0.1, 0.2, 2, 20, 40):
        asked(shop, reply_hours=hours)

    assert reply_time(shop) == "within 3 hours"


def test_four_questions_tell_nothing(shop):
    for _ in range(4):
        asked(shop, reply_hours=1)

    assert reply_time(shop) is None


def test_a_question_without_an_answer_counts_after_a_day(shop):
    for _ in range(2):
        asked(shop, reply_hours=1)
    for _ in range(3):
        asked(shop, hours_ago=100)

    assert reply_time(shop) == "within a week"


def test_a_question_of_a_moment_ago_does_not_count(shop):
    for _ in range(5):
        asked(shop, hours_ago=1)

    assert reply_time(shop) is None


def test_what_is_older_than_ninety_days_does_not_count(shop):
    for _ in range(5):
        asked(shop, hours_ago=24 * 91, reply_hours=1)

    assert reply_time(shop) is None


def test_what_was_known_goes_when_too_little_is_known(shop):
    for _ in range(5):
        asked(shop, reply_hours=1)
    assert reply_time(shop)

    services.count_reply_times(now() + timedelta(days=91))

    assert accounts.get_shop(shop.pk).reply_time is None


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "within an hour"), (1.1, "within 3 hours"), (168, "within a week"), (169, None)]
)
def test_it_is_told_roughly(hours, words):
    assert reply_time_in_words(round(hours * HOUR)) == words


def test_the_pages_of_the_shop_and_its_products_tell_it(shop, client):
    talk = a_talk(shop=shop)
    for _ in range(5):
        asked(shop, reply_hours=2)
    services.count_reply_times(now())

    for address in (f"/shop/{shop.slug}", f"/p/{shop.slug}/{talk.product.slug}"):
        assert "Usually replies within 3 hours." in client.get(address).text

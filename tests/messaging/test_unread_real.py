"""Bursts on a real MongoDB: each is mailed once, whoever looks for it at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from marketplace.messaging import services
from marketplace.messaging.repositories import conversations
from marketplace.messaging.values import Side, SubjectKind
from marketplace.shared import connections
from marketplace.shared.clock import now
from tests.builders import a_product, a_shop, a_user

pytestmark = pytest.mark.real


@pytest.fixture
def shop(app):
    return a_shop()


def ask(shop, client_id="1"):
    product = a_product(shop=shop)
    return services.start_as_buyer(
        user_id=a_user().pk,
        kind=SubjectKind.PRODUCT,
        ref=str(product.pk),
        body="Is it heavy?",
        client_id=client_id,
    )


def waiting():
    return list(connections.database()["outbox"].find({"topic": "message.unread"}))


def test_a_burst_is_told_once_however_many_workers_look(app, shop):
    asked = [ask(shop).conversation.pk for _ in range(5)]
    moment = now() + timedelta(hours=1)

    def look(_):
        with app.app_context():
            return services.tell_of_unread(moment)

    with ThreadPoolExecutor(4) as workers:
        told = sum(workers.map(look, range(4)))

    assert told == 5
    assert sorted(row["payload"]["conversation"] for row in waiting()) == sorted(asked)


def test_what_is_written_while_somebody_looks_waits_for_the_next_mail(app, shop):
    sent = ask(shop)
    loaded = conversations.get(sent.conversation.pk)
    services.send_message(services.buyer_seat(loaded.buyer_id, loaded.pk), body="Hello?", client_id="2")

    assert not conversations.take_mail(loaded, Side.SHOP)

    standing = conversations.get(loaded.pk).shop
    assert (standing.notified_seq, standing.unread_at is None) == (0, False)


def test_reading_takes_the_date_away(app, shop):
    sent = ask(shop)
    seat = services.shop_seat(shop.owner_id, shop.slug, sent.conversation.pk)

    services.mark_read(seat, 1)

    assert conversations.get(sent.conversation.pk).shop.unread_at is None
    assert conversations.to_mail(Side.SHOP, now() + timedelta(hours=1), 10) == []

"""Talking on a real MongoDB: transactions, races, plans, and how often it is asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.accounts import services as accounts
from marketplace.messaging import services
from marketplace.messaging.errors import CannotMessage
from marketplace.messaging.repositories import conversations, messages
from marketplace.messaging.values import MessageKind, SubjectKind
from marketplace.ordering import services as ordering
from marketplace.ordering.repositories import orders
from marketplace.ordering.values import Actor, CartOwner
from marketplace.shared import connections
from marketplace.shared.clock import now
from tests.builders import PASSWORD, a_placed_order, a_product
from tests.mailbox import deliver
from tests.messaging.talking import a_file, a_talk
from tests.messaging.test_files import PDF

pytestmark = pytest.mark.real


@pytest.fixture
def talk(app):
    return a_talk()


def in_parallel(app, work, times=6):
    def one(number):
        with app.app_context():
            return work(number)

    with ThreadPoolExecutor(times) as crowd:
        return list(crowd.map(one, range(times)))


def plan(collection, query):
    found = connections.database()[collection].find(query).explain()["queryPlanner"]["winningPlan"]
    return str(found)


def test_files_come_with_a_message_that_is_stored_in_a_transaction(talk):
    sent = talk.ask(attachments=[a_file(PDF, "a.pdf")])

    found = services.find_attachment(talk.shop_seat, sent.message.attachments[0].id)

    assert found.name == "a.pdf"


def test_a_conversation_that_may_not_begin_is_not_there(talk):
    services.block(talk.shop_seat)
    other = a_product(shop=talk.shop)

    with pytest.raises(CannotMessage):
        services.start_as_buyer(
            user_id=talk.buyer.pk, kind=SubjectKind.PRODUCT, ref=str(other.pk), body="Hi", client_id="2"
        )

    assert conversations.about(talk.buyer.pk, talk.shop.pk, f"product:{other.pk}") is None


def test_an_event_is_told_once_however_many_tell_it(talk, app):
    order = a_placed_order(talk.product.variants[0].id, owner=CartOwner(user_id=talk.buyer.pk))
    ordering.move_order(number=order.number, name="start", actor=Actor.SELLER)

    in_parallel(app, lambda _: services.follow_order(orders.get(order.pk)))

    told = [one.body for one in messages.after(talk.stored.pk, 0, 50) if one.kind is MessageKind.SYSTEM]
    assert told == ["The payment arrived.", "The shop is packing the parcel."]
    assert [one.seq for one in messages.after(talk.stored.pk, 0, 50)] == [1, 2, 3]


def test_events_and_people_do_not_take_each_others_numbers(talk, app):
    order = a_placed_order(talk.product.variants[0].id, owner=CartOwner(user_id=talk.buyer.pk))

    def write(number):
        if number % 2:
            services.follow_order(orders.get(order.pk))
        else:
            talk.ask(client_id=f"p{number}")

    in_parallel(app, write)

    found = messages.after(talk.stored.pk, 0, 50)
    assert [one.seq for one in found] == list(range(1, 6))


def test_one_of_many_blocks_counts(talk, app):
    in_parallel(app, lambda _: services.block(talk.buyer_seat))

    services.unblock(talk.buyer_seat)

    assert services.can_write(talk.buyer_seat) is None


def test_who_leaves_is_forgotten_with_their_account(talk):
    talk.ask(attachments=[a_file(PDF)])

    accounts.delete_account(user_id=talk.buyer.pk, password=PASSWORD)

    assert {one.body for one in messages.after(talk.stored.pk, 0, 50)} == {"[removed]"}
    assert not list(messages.misnumbered())


def test_all_that_an_order_does_is_told_by_the_worker(talk):
    order = a_placed_order(talk.product.variants[0].id, owner=CartOwner(user_id=talk.buyer.pk))
    ordering.move_order(number=order.number, name="ship", actor=Actor.SELLER, tracking="TRACK1")
    deliver()

    last = messages.after(talk.stored.pk, 0, 50)[-1]

    assert last.body == "The shop handed a parcel over.\nTRACK1"


def commands(work):
    """How many commands the database ran for this work."""
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    work()
    db.command("profile", 0)
    return db["system.profile"].count_documents(
        {"command.profile": {"$exists": False}, "ns": {"$not": {"$regex": "system.profile$"}}}
    )


def test_a_message_takes_eight_with_the_word_of_it(talk):
    talk.ask(client_id="warm")
    seat = talk.buyer_seat

    assert commands(lambda: services.send_message(seat, body="Hi", client_id="x")) <= 8


def test_a_message_with_a_file_takes_eight_more(talk):
    talk.ask(client_id="warm", attachments=[a_file(PDF)])
    seat, file = talk.buyer_seat, a_file(PDF)

    assert commands(lambda: services.send_message(seat, client_id="x", attachments=[file])) <= 16


def test_whether_somebody_can_write_takes_two_and_one_more_where_an_order_runs(talk):
    assert commands(lambda: services.standing_of(talk.buyer_seat)) <= 3  # with the seat

    services.block(talk.shop_seat)
    a_placed_order(talk.product.variants[0].id, owner=CartOwner(user_id=talk.buyer.pk))
    deliver()

    assert commands(lambda: services.standing_of(talk.buyer_seat)) <= 4


@pytest.mark.parametrize(
    ("collection", "query", "index"),
    [
        ("messages", {"files": {"$in": ["a"]}, "files.0": {"$exists": True}}, "files"),
        ("messages", {"deleted_at": {"$lt": now()}, "original": {"$exists": True}}, "originals"),
        ("conversations", {"asked_at": {"$gte": now()}}, "asked"),
        ("conversations", {"leaving.0": {"$exists": True}, "leaving": "x"}, "leaving"),
        ("blocks", {"buyer_id": "b", "shop_id": "s"}, "pair"),
    ],
)
def test_an_index_answers(app, collection, query, index):
    assert f"'indexName': '{index}'" in plan(collection, query)


def test_reply_times_are_read_from_the_index_alone(talk):
    fields = {"_id": 0, "shop_id": 1, "asked_at": 1, "first_reply_ms": 1}
    found = connections.database()["conversations"].find({"asked_at": {"$gte": talk.stored.asked_at}}, fields)

    assert "FETCH" not in str(found.explain()["queryPlanner"]["winningPlan"])
    assert services.count_reply_times(now()) == {}

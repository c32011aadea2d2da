"""Waiting for the next message over HTTP."""

from __future__ import annotations

import threading
import time

import pytest
from pymongo.read_concern import ReadConcern

from marketplace.accounts import services as accounts
from marketplace.accounts.repositories import users
from marketplace.messaging import services
from marketplace.messaging.values import SubjectKind
from marketplace.shared import connections, wakeups
from tests.builders import a_shop


@pytest.fixture(autouse=True)
def not_released(monkeypatch):
    monkeypatch.setattr(wakeups, "_released", False)


@pytest.fixture
def talk(app, person):
    """A buyer's conversation with a shop, in which there is one message."""
    return Talk(person)


class Talk:
    def __init__(self, person):
        self.buyer, self.browser = person("Ben Buyer")
        self.shop = a_shop()
        self.sent = services.start_as_buyer(
            user_id=self.buyer.pk, kind=SubjectKind.SHOP, ref=self.shop.slug, body="Hello", client_id="1"
        )
        self.path = f"/api/v1/conversations/{self.sent.conversation.pk}/messages"

    def wait(self, after=1, seconds=10):
        began = time.monotonic()
        answer = self.browser.get(f"{self.path}?after={after}&wait={seconds}")
        return answer, time.monotonic() - began

    def answer(self):
        seat = services.shop_seat(self.shop.owner_id, self.shop.slug, self.sent.conversation.pk)
        return services.send_message(seat, body="Hello to you", client_id="a")


def test_what_is_there_already_is_answered_at_once(talk):
    answer, seconds = talk.wait(after=0)

    assert [one["body"] for one in answer.json["data"]] == ["Hello"]
    assert seconds < 1


def test_when_nobody_writes_the_answer_is_empty(talk):
    answer, seconds = talk.wait(seconds=1)

    assert (answer.status_code, answer.data) == (204, b"")
    assert "Retry-After" not in answer.headers
    assert seconds >= 1


def test_without_waiting_the_answer_is_a_list(talk):
    answer = talk.browser.get(f"{talk.path}?after=1")

    assert (answer.status_code, answer.json["data"]) == (200, [])


def test_waiting_is_for_what_comes_after_a_message(talk):
    answer = talk.browser.get(f"{talk.path}?wait=5")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (400, "/wait")


@pytest.mark.parametrize("seconds", ["-1", "21", "soon"])
def test_nobody_waits_for_longer_than_twenty_seconds(talk, seconds):
    assert talk.browser.get(f"{talk.path}?after=1&wait={seconds}").status_code == 400


def test_too_many_who_wait_are_told_when_to_ask_again(talk, monkeypatch):
    def crowded(*_, **__):
        raise wakeups.Crowded

    monkeypatch.setattr(wakeups, "wait", crowded)

    answer, _ = talk.wait()

    assert (answer.status_code, answer.headers["Retry-After"]) == (204, "2")


def test_who_signs_out_while_waiting_reads_nothing_more(talk, monkeypatch):
    def meanwhile(*_, **__):
        accounts.end_sessions(talk.buyer.pk)
        return bool(talk.answer())

    monkeypatch.setattr(services, "await_message", meanwhile)

    answer, _ = talk.wait()

    assert (answer.status_code, b"Hello to you" in answer.data) == (401, False)


def test_a_token_that_is_revoked_while_it_waits_reads_nothing_more(talk, client, monkeypatch):
    owner_id, slug = talk.shop.owner_id, talk.shop.slug
    made = accounts.make_token(owner_id=owner_id, slug=slug, name="Bot", scopes=["read:messages"])

    def meanwhile(*_, **__):
        accounts.revoke_token(owner_id=owner_id, slug=slug, token_id=made.token.pk)
        return True

    monkeypatch.setattr(services, "await_message", meanwhile)
    address = f"/api/v1/seller/{slug}/conversations/{talk.sent.conversation.pk}/messages"

    answer = client.get(f"{address}?after=0&wait=5", headers={"Authorization": f"Bearer {made.text}"})

    assert (answer.status_code, b"Hello" in answer.data) == (401, False)


def test_a_stranger_waits_for_nothing(talk, person):
    _, stranger = person("Eve")

    assert stranger.get(f"{talk.path}?after=1&wait=20").status_code == 404


@pytest.mark.real
@pytest.mark.slow
@pytest.mark.parametrize("side", ["buyer", "shop"])
def test_the_message_comes_as_soon_as_it_is_sent(app, talk, person, side):
    if side == "shop":
        talk.browser = person.sign_in(_owner(talk))
        talk.path = f"/api/v1/seller/{talk.shop.slug}{talk.path.removeprefix('/api/v1')}"
    sent = []

    def write():
        with app.app_context():
            sent.append(time.monotonic())
            if side == "buyer":
                talk.answer()
            else:
                seat = services.buyer_seat(talk.buyer.pk, talk.sent.conversation.pk)
                services.send_message(seat, body="Still there?", client_id="2")

    writer = threading.Timer(1, write)
    writer.start()
    answer, _ = talk.wait()
    came = time.monotonic()
    writer.join()

    assert [one["seq"] for one in answer.json["data"]] == [2]
    assert came - sent[0] < 1


@pytest.mark.real
@pytest.mark.slow
def test_who_waits_longer_than_a_request_may_take_is_still_answered(app, talk, monkeypatch):
    monkeypatch.setitem(app.config, "REQUEST_TIMEOUT", 0.5)
    monkeypatch.setattr(wakeups, "LOOKS_EVERY", 0.7)
    writer = threading.Timer(1.6, _in(app, talk.answer))
    writer.start()

    answer, _ = talk.wait(seconds=5)
    writer.join()

    assert answer.status_code == 200


@pytest.mark.real
@pytest.mark.slow
def test_while_somebody_waits_no_connection_and_no_transaction_is_theirs(app, talk):
    answers = []
    waiter = threading.Thread(target=lambda: answers.append(talk.wait(seconds=4)))
    waiter.start()
    until(lambda: connections.gauges()["checked_out"] == 0 and waits(app))

    gauges = connections.gauges()
    admin = connections.database().client.get_database("admin", read_concern=ReadConcern("local"))
    begun = {"$match": {"transaction": {"$exists": True}}}
    open_ones = list(admin.aggregate([{"$currentOp": {"idleSessions": True}}, begun]))
    waited_still = not answers
    waiter.join()

    assert waited_still
    assert gauges["checked_out"] == 0
    assert open_ones == []


def waits(app):
    """Whether somebody waits in this process."""
    board = app.extensions.get("wakeups")
    return board is not None and board._people.total() > 0


def until(fact):
    """Wait for a fact to become true; fail when it does not."""
    deadline = time.monotonic() + 20
    while not fact():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def _owner(talk):
    return users.get(talk.shop.owner_id)


def _in(app, work):
    def run():
        with app.app_context():
            work()

    return run

from __future__ import annotations

import time
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, InvalidOperation

from marketplace.shared.transactions import reaper
from marketplace.shared.transactions.reaper import Reaper


class Server:
    """A client whose server fails as told, and then keeps the commands that it got."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.killed: list[list[Any]] = []
        self.admin = self

    def command(self, _: str, sessions: list[Any]) -> None:
        """Fail or note."""
        if self.failures:
            raise self.failures.pop(0)
        self.killed.append(sessions)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Look again at once."""
    monkeypatch.setattr(reaper, "PAUSE", 0.01)


def reap(server: Server, *session_ids: int) -> None:
    """Have sessions ended, until nothing is left to do."""
    mine = Reaper()
    for one in session_ids:
        mine.end(server, {"id": one})
    deadline = time.monotonic() + 10
    while mine._thread is not None:
        assert time.monotonic() < deadline, "it does not end"
        time.sleep(0.01)


def test_a_session_is_ended_twice_as_the_server_may_have_more_of_it():
    server = Server()

    reap(server, 1)

    assert server.killed == [[{"id": 1}], [{"id": 1}]]


def test_a_server_that_is_away_is_told_when_it_is_back():
    server = Server(*(AutoReconnect("gone") for _ in range(5)))

    reap(server, 1, 2)

    assert [one for batch in server.killed for one in batch].count({"id": 2}) == 2


def test_after_a_while_it_is_left_to_the_server(monkeypatch, caplog):
    monkeypatch.setattr(reaper, "GIVE_UP", 0.0)
    server = Server(*(AutoReconnect("gone") for _ in range(5)))

    reap(server, 1)

    assert server.killed == []
    assert "A transaction was left to the server to end: AutoReconnect" in caplog.text


def test_a_client_that_is_closed_has_nothing_left_to_end():
    server = Server(InvalidOperation("closed"))

    reap(server, 1)

    assert server.killed == []

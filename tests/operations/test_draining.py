"""Stopping and reloading under gunicorn itself, as a deployment does."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from marketplace.operations.embedded.processes import free_port

pytestmark = [pytest.mark.real, pytest.mark.slow]

ROOT = Path(__file__).parents[2]

SITE = """
import time
from marketplace.shared import wakeups
from wsgi import app

@app.get("/slow")
def slow():
    time.sleep(3)
    return "at last"

@app.get("/wait")
def wait():
    return str(wakeups.wait("word", lambda: None, seconds=20, by="ada", before_look=lambda: None))
"""


class Site:
    """The marketplace under gunicorn, and visits to it."""

    def __init__(self, process: Any, port: int) -> None:
        self.process, self.port = process, port

    def get(self, path: str) -> tuple[int, str]:
        """The status and the text of one answer, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def ready(self) -> bool | None:
        """What readiness says; None while nobody answers."""
        try:
            return self.get("/health/ready")[0] == 200
        except OSError:
            return None

    def worker(self) -> str:
        """The process id of the worker that serves."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return children[-1] if children else ""


def until(fact: Callable[[], Any]) -> Any:
    """Wait for a fact to become true and return it; fail when it does not."""
    deadline = time.monotonic() + 30
    while not (found := fact()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)
    return found


@pytest.fixture
def serve(launch, addresses, tmp_path) -> Callable[..., Site]:
    """Serves the marketplace by one worker: `serve(drain=2)` seconds between the signal and the stop."""
    (tmp_path / "site_of_test.py").write_text(SITE)

    def start(drain: int) -> Site:
        port = free_port()
        process = launch(
            "-m", "gunicorn", "site_of_test:app", "--bind", f"127.0.0.1:{port}", "--log-level", "warning",
            database=addresses["MONGODB_DATABASE"],
            MARKETPLACE_DRAIN_SECONDS=str(drain),
            MARKETPLACE_REQUEST_TIMEOUT="20",  # how busy the machine is belongs to no test of stopping
            PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}",
        )  # fmt: skip
        site = Site(process, port)
        until(site.ready)
        return site

    return start


def test_a_worker_that_is_told_to_stop_says_so_first_and_serves_meanwhile(serve):
    site = serve(drain=2)

    site.process.send_signal(signal.SIGTERM)
    until(lambda: site.ready() is False)
    page, alive = site.get("/signin")[0], site.get("/health/live")[0]

    assert (page, alive) == (200, 200)
    assert site.process.wait(30) == 0


def test_what_is_under_way_when_the_drain_is_over_is_answered(serve):
    site = serve(drain=1)
    answers = []
    slow = threading.Thread(target=lambda: answers.append(site.get("/slow")))
    slow.start()
    time.sleep(0.3)  # it is with the worker

    site.process.send_signal(signal.SIGTERM)
    slow.join()

    assert answers == [(200, "at last")]
    assert site.process.wait(30) == 0


def test_who_begins_requests_and_sends_no_more_keeps_nobody_out_for_long(serve):
    site = serve(drain=0)
    form = b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail="
    begun = b"POST /signin HTTP/1.1\r\nHost: localhost\r\n" + form
    silent = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(8)]
    for one in silent:
        one.sendall(begun)
    time.sleep(0.5)  # they are with the worker, whose threads they all keep

    page = site.get("/signin")[0]

    assert page == 200
    for one in silent:
        one.close()


def test_who_waits_for_a_message_does_not_delay_the_stop(serve):
    site = serve(drain=0)
    answers = []
    waiting = threading.Thread(target=lambda: answers.append(site.get("/wait")))
    waiting.start()
    time.sleep(0.5)  # it is with the worker

    told = time.monotonic()
    site.process.send_signal(signal.SIGTERM)
    waiting.join()

    assert answers == [(200, "None")]
    assert time.monotonic() - told < 10
    assert site.process.wait(30) == 0


def test_without_a_drain_a_worker_stops_at_once(serve):
    site = serve(drain=0)

    site.process.send_signal(signal.SIGTERM)

    assert site.process.wait(30) == 0
    assert site.ready() is None


def test_a_reload_under_load_loses_no_request(serve):
    site = serve(drain=1)
    answers: list[int | str] = []
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            try:
                answers.append(site.get("/signin")[0])
            except OSError as error:
                answers.append(repr(error))

    crowd = [threading.Thread(target=visit) for _ in range(4)]
    for one in crowd:
        one.start()
    before = site.worker()
    site.process.send_signal(signal.SIGHUP)
    until(lambda: not Path(f"/proc/{before}").exists())
    over.set()
    for one in crowd:
        one.join()

    assert set(answers) == {200}
    assert site.worker() not in {before, ""}

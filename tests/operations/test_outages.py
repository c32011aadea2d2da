"""A real gunicorn whose servers freeze, die and come back."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import mongoengine
import pymongo
import pytest
from pymongo.collection import Collection

from app import create_app
from marketplace.operations import embedded
from marketplace.operations.embedded.processes import free_port
from marketplace.operations.migrations import migrate
from marketplace.shared import connections, transactions

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.alone]

ROOT = Path(__file__).parents[2]

#: A request may take two seconds; the rest is for twelve browsers and a slow machine. A second attempt of a
#: driver without a deadline would come after five.
BOUND = 2.0 + 1.5

ADA = {"email": "ada@example.com", "password": "correct horse battery"}

SITE = """
import os
import time

from app import create_app
from marketplace.accounts import services as accounts
from marketplace.shared import connections, transactions

app = create_app(profile="web")

with app.app_context():
    connections.database()["touched"].find_one()  # what a careless module does while it is loaded
    accounts.register(email="ada@example.com", password="correct horse battery", display_name="Ada")

@app.get("/begin")
def begin():
    def work():
        connections.database()["blocked"].update_one({"_id": 1}, {"$inc": {"n": 1}})
        time.sleep(60)
    transactions.run(work)

@app.get("/pid")
def pid():
    connections.database()["touched"].find_one()
    return str(os.getpid())
"""


class Answer:
    """What a site answered to what was asked at a time; a status of 0 is no answer at all."""

    def __init__(self, asked: float, status: int, headers: Any, body: str) -> None:
        self.asked, self.seconds = asked, time.monotonic() - asked
        self.status, self.headers, self.body = status, headers, body


class Site:
    """A running gunicorn, as browsers see it."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.port, self.process, self.log = port, process, log

    def ask(self, path: str, *, cookie: str = "", form: dict[str, str] | None = None) -> Answer:
        """The answer to one request."""
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": cookie} if cookie else {}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            body = None if form is None else urlencode(form)
            connection.request("GET" if form is None else "POST", path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            return Answer(started, response.status, response.headers, text)
        except (OSError, http.client.HTTPException) as error:
            return Answer(started, 0, {}, repr(error))
        finally:
            connection.close()

    def sign_in(self) -> str:
        """The cookie of Ada, who is signed in."""
        answer = self.ask("/signin", form=ADA)
        assert answer.status == 303, answer.body
        return "; ".join(
            f"{name}={one.value}"
            for line in answer.headers.get_all("Set-Cookie")
            for name, one in SimpleCookie(line).items()
        )


@contextmanager
def serving(folder: Path, servers: embedded.Servers, *options: str, **environment: str) -> Iterator[Site]:
    """The marketplace under gunicorn, with the routes of `SITE` besides its own."""
    port, log = free_port(), folder / "web.log"
    (folder / "site_of_outages.py").write_text(SITE)
    known = {
        "MARKETPLACE_ENV": "testing",
        "MARKETPLACE_MONGODB_URI": servers.mongodb_uri,
        "MARKETPLACE_REDIS_URL": servers.redis_url,
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        "PYTHONUNBUFFERED": "1",
    }
    words = ["gunicorn", "site_of_outages:app", "-b", f"127.0.0.1:{port}", *options]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env=os.environ | known | environment,
        )
    site = Site(port, process, log)
    try:
        until(lambda: site.ask("/pid").status == 200)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(fact: Callable[[], Any], *, within: float = 20) -> float:
    """Wait for a fact to become true; the seconds that it took."""
    started = time.monotonic()
    while not fact():
        assert time.monotonic() - started < within, "it did not come to pass"
        time.sleep(0.05)
    return time.monotonic() - started


@contextmanager
def crowd(site: Site, paths: list[str], answers: list[Answer]) -> Iterator[None]:
    """Twelve browsers that ask again as soon as they are answered."""
    over = threading.Event()

    def browse(number: int) -> None:
        while not over.is_set():
            answer = site.ask(paths[number % len(paths)])
            answers.append(answer)
            time.sleep(0.02)

    browsers = [threading.Thread(target=browse, args=(number,)) for number in range(12)]
    for one in browsers:
        one.start()
    try:
        yield
    finally:
        over.set()
        for one in browsers:
            one.join()


def process_of(servers_folder: Path, name: str) -> int:
    return next(found.pid for found in embedded.running(servers_folder) if found.name == name)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where servers of this test alone keep their data."""
    servers = tmp_path / "servers"
    yield servers
    for found in embedded.running(servers):
        os.kill(found.pid, signal.SIGCONT)
    embedded.stop(servers)


@pytest.fixture
def hurt(folder: Path) -> embedded.Servers:
    """A mongod and a Redis of this test alone, migrated."""
    servers = embedded.ensure(folder)
    with pymongo.MongoClient(servers.mongodb_uri) as client:
        migrate(client["marketplace"])
    return servers


@pytest.fixture
def blocked(hurt: embedded.Servers) -> Iterator[Collection]:
    """The collection that the route /begin changes in a transaction which does not end."""
    with pymongo.MongoClient(hurt.mongodb_uri) as client:
        found = client["marketplace"]["blocked"]
        found.insert_one({"_id": 1, "n": 0})
        yield found


def test_a_frozen_mongodb_costs_two_seconds_at_most_and_nobody_is_signed_out(tmp_path, folder, hurt):
    with serving(tmp_path, hurt, "--preload") as site:
        cookie = site.sign_in()
        assert "opened before fork" not in site.log.read_text()
        mongod = process_of(folder, "mongod")
        answers: list[Answer] = []

        with crowd(site, ["/", "/nowhere", "/api/v1/products"], answers):
            time.sleep(0.3)
            os.kill(mongod, signal.SIGSTOP)
            stopped = time.monotonic()
            time.sleep(3)
            before = time.monotonic()
            os.kill(mongod, signal.SIGCONT)
        back = until(lambda: site.ask("/").status == 200, within=5)

        frozen = [one for one in answers if stopped < one.asked and one.asked + one.seconds < before]
        assert {(answer.status, answer.headers.get("Retry-After")) for answer in frozen} == {(503, "2")}
        assert max(answer.seconds for answer in answers) < BOUND
        assert len(frozen) > 24, "after the first ones the others fail at once"
        assert back < 5
        assert site.ask("/account", cookie=cookie).status == 200


def test_a_killed_mongodb_is_a_503_until_it_is_back(tmp_path, folder, hurt):
    with serving(tmp_path, hurt) as site:
        answers: list[Answer] = []
        with crowd(site, ["/", "/api/v1/products"], answers):
            os.kill(process_of(folder, "mongod"), signal.SIGKILL)
            time.sleep(1)
            until(lambda: site.ask("/").status == 200, within=20)

        assert {answer.status for answer in answers} <= {200, 503}
        assert max(answer.seconds for answer in answers) < BOUND


def test_with_a_frozen_redis_people_browse_and_signing_in_says_why_not(tmp_path, folder, hurt):
    with serving(tmp_path, hurt) as site:
        cookie = site.sign_in()
        os.kill(process_of(folder, "redis"), signal.SIGSTOP)

        public = site.ask("/")
        as_visitor = site.ask("/", cookie=cookie)
        private = site.ask("/account", cookie=cookie)
        signing_in = site.ask("/signin", form=ADA)
        os.kill(process_of(folder, "redis"), signal.SIGCONT)
        until(lambda: site.ask("/account", cookie=cookie).status == 200, within=5)

        assert (public.status, as_visitor.status, private.status) == (200, 200, 503)
        assert private.headers["Retry-After"] == "2"
        assert (signing_in.status, "Signing in does not work right now" in signing_in.body) == (503, True)
        assert max(one.seconds for one in (public, as_visitor, private, signing_in)) < BOUND


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT], ids=lambda how: how.name)
def test_a_worker_that_is_killed_in_a_transaction_frees_its_documents(tmp_path, hurt, blocked, how):
    with serving(tmp_path, hurt, "--preload") as site:
        threading.Thread(target=site.ask, args=("/begin",), daemon=True).start()
        worker = int(site.ask("/pid").body)
        until(lambda: _is_blocked(blocked))

        os.kill(worker, how)
        seconds = until(lambda: not _is_blocked(blocked), within=10)

        assert seconds < 2 + 1
        assert blocked.find_one()["n"] == 0
        with suppress(ProcessLookupError):  # after SIGABRT it waits for its threads, and gunicorn kills it
            os.kill(worker, signal.SIGKILL)
        until(lambda: site.ask("/pid").status == 200)
        assert "opened before fork" not in site.log.read_text()


def _is_blocked(collection: Collection) -> bool:
    try:
        with pymongo.timeout(0.2):
            collection.update_one({"_id": 1}, {"$set": {"seen": time.time()}})
    except pymongo.errors.PyMongoError:
        return True
    return False


def test_a_transaction_that_a_freeze_ended_frees_its_documents_after_it(settings, folder, hurt, blocked):
    addresses = {"MONGODB_URI": hurt.mongodb_uri, "REDIS_URL": hurt.redis_url}
    app = create_app(settings | addresses)
    mongod = process_of(folder, "mongod")

    def freeze_in_the_middle() -> None:
        connections.database()["blocked"].update_one({"_id": 1}, {"$inc": {"n": 1}})
        os.kill(mongod, signal.SIGSTOP)
        connections.database()["blocked"].update_one({"_id": 1}, {"$inc": {"n": 1}})

    with app.app_context():
        started = time.monotonic()
        with pytest.raises(pymongo.errors.PyMongoError):
            transactions.run(freeze_in_the_middle, seconds=1)
        took = time.monotonic() - started
        os.kill(mongod, signal.SIGCONT)
        seconds = until(lambda: not _is_blocked(blocked), within=10)
    mongoengine.disconnect_all()

    assert took < 1 + transactions.FINISH_WITHIN + 1
    assert seconds < 2 + 1
    assert blocked.find_one()["n"] == 0

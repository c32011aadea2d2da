"""Two processes answer people who write and wait: while many wait, and while Redis is killed or freezes."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from contextlib import contextmanager
from uuid import uuid4

import pymongo
import pytest
import redis

from marketplace.operations.embedded.binaries import find_redis
from marketplace.operations.embedded.processes import free_port
from marketplace.operations.prove import scratch
from marketplace.operations.prove.site import THREADS, WORKERS
from marketplace.operations.prove.trial import BUYER, SELLER

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.alone]

SHOP = "e2e-pottery"

#: How long a message may take to appear, in seconds, while Redis does not say when: a look each second, and
#: the rest is for a slow machine.
APPEARS_WITHIN = 1.0 + 2.5

#: Seconds for which people write before Redis goes, while it is away, and after it is back.
UNDISTURBED, AWAY = 2.0, 5.0

#: Seconds for which somebody sends one message again and again.
PATIENCE = 30.0


class Store:
    """A Redis of this test alone, on an address that it keeps."""

    def __init__(self, folder):
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        options = {"port": self.port, "bind": "127.0.0.1", "dir": self.folder, "appendonly": "yes"}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        self.process = subprocess.Popen(
            [str(find_redis(self.folder)), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        with redis.Redis.from_url(self.url) as client:
            until = time.monotonic() + 20
            while time.monotonic() < until:
                try:
                    return client.ping()
                except redis.RedisError:
                    time.sleep(0.05)
        raise AssertionError("it did not start")

    def stop(self):
        self.process.kill()
        self.process.wait()

    @contextmanager
    def killed(self):
        self.stop()
        yield
        self.start()

    @contextmanager
    def frozen(self):
        os.kill(self.process.pid, signal.SIGSTOP)
        yield
        os.kill(self.process.pid, signal.SIGCONT)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("redis"))
    yield store
    store.stop()


@pytest.fixture(scope="module")
def trial(servers, store):
    with (
        pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client,
        scratch(client["redis"], mongodb_uri=servers.mongodb_uri, redis_url=store.url) as trial,
    ):
        yield trial


class Writer(threading.Thread):
    """Somebody who writes, and sends each message again until it is answered."""

    def __init__(self, name, browser, path, over, headers=None):
        super().__init__(daemon=True)
        self.name, self.browser, self.path, self.over, self.headers = name, browser, path, over, headers
        self.answers, self.acknowledged = [], {}

    def run(self):
        number = 0
        while not self.over.is_set():
            number += 1
            self._send(f"{self.name} {number}")
            time.sleep(0.2)

    def _send(self, text):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            body = {"body": text, "client_id": text}
            answer = self.browser.ask("POST", f"{self.path}/messages", body=body, headers=self.headers)
            self.answers.append(answer)
            if answer.status in (200, 201):
                self.acknowledged[text] = time.monotonic()
                return
            time.sleep(0.2)


class Reader(threading.Thread):
    """Somebody who waits for each message."""

    def __init__(self, browser, path, headers):
        super().__init__(daemon=True)
        self.browser, self.path, self.headers = browser, path, headers
        self.statuses, self.appeared, self.over = Counter(), {}, threading.Event()

    def run(self):
        after = 0
        while not self.over.is_set():
            path = f"{self.path}/messages?after={after}&wait=5"
            answer = self.browser.ask("GET", path, headers=self.headers)
            self.statuses[answer.status] += 1
            if answer.status == 200:
                after = answer.json["data"][-1]["seq"]
                self.appeared |= {one["body"]: time.monotonic() for one in answer.json["data"]}


@pytest.fixture(scope="module")
def people(trial):
    return People(trial)


class People:
    """A buyer with a session, and a shop's programs with a token, who talk to each other."""

    def __init__(self, trial):
        self.trial, self.over = trial, threading.Event()
        member, seller = trial.member(BUYER), trial.member(SELLER)
        hello = {"subject": {"type": "shop", "id": SHOP}, "body": "Hello", "client_id": uuid4().hex}
        begun = member.ask("POST", "/api/v1/conversations", body=hello).expect(201).json
        scopes = {"name": "Robot", "scopes": ["read:messages", "write:messages"]}
        token = seller.ask("POST", f"/api/v1/seller/{SHOP}/tokens", body=scopes).expect(201).json["text"]
        bearer, path = {"Authorization": f"Bearer {token}"}, f"conversations/{begun['conversation_id']}"
        shop_path = f"/api/v1/seller/{SHOP}/{path}"
        self.buyer = Writer("buyer", member, f"/api/v1/{path}", self.over)
        self.shop = Writer("shop", trial.site.browser(), shop_path, self.over, bearer)
        self.reader = Reader(trial.site.browser(), shop_path, bearer)

    def begin(self):
        for one in (self.buyer, self.shop, self.reader):
            one.start()

    def end(self):
        self.over.set()
        for one in (self.buyer, self.shop):
            one.join(PATIENCE + 5)
        time.sleep(APPEARS_WITHIN)
        self.reader.over.set()
        self.reader.join(10)

    def wrong(self):
        """What is lost, there twice, or numbered wrongly."""
        rows = list(self.trial.db["messages"].find({}, sort=[("seq", 1)]))
        stored = Counter(row["body"] for row in rows)
        acknowledged = [*self.buyer.acknowledged, *self.shop.acknowledged]
        wrong = [f"{text} is there {stored[text]} times" for text in acknowledged if stored[text] != 1]
        if [row["seq"] for row in rows] != list(range(1, len(rows) + 1)):
            wrong.append("the numbers have a gap")
        return wrong + [f"{text} never appeared" for text in stored if text not in self.reader.appeared]

    def delays(self):
        """Each message's seconds between its answer and its appearance, by the moment of the answer."""
        sent = self.buyer.acknowledged | self.shop.acknowledged
        return [(moment, self.reader.appeared[text] - moment) for text, moment in sorted(sent.items())]


def test_however_many_wait_a_few_do_and_the_shop_answers_as_quickly_as_ever(people):
    over = time.monotonic() + 4
    answers, seconds = [], []

    def wait(writer):
        browser = writer.browser.twin()
        while time.monotonic() < over:
            path = f"{writer.path}/messages?after=1&wait=2"
            answers.append(browser.ask("GET", path, headers=writer.headers))
            time.sleep(float(answers[-1].headers.get("Retry-After") or 0) / 4)

    crowd = [threading.Thread(target=wait, args=(one,)) for one in (people.buyer, people.shop) * 15]
    for one in crowd:
        one.start()
    visitor = people.trial.site.browser()
    while time.monotonic() < over:
        seconds.append(visitor.ask("GET", "/api/v1/products").expect(200).seconds)
        time.sleep(0.1)
    for one in crowd:
        one.join()

    sent_away = [one for one in answers if one.headers.get("Retry-After")]
    waited = [one for one in answers if one.status == 204 and one not in sent_away]
    assert {one.status for one in answers} == {204}
    assert len(sent_away) > 30
    assert 0 < len(waited) <= (THREADS // 2 * WORKERS) * 4
    assert all(one.seconds >= 2 for one in waited)
    assert sorted(seconds)[len(seconds) // 2] < 0.5


def test_nothing_is_lost_while_redis_is_away_and_who_waits_looks_for_themselves(people, store):
    people.begin()
    times = [_go_and_come_back(away) for away in (store.killed, store.frozen)]
    people.end()

    assert people.wrong() == []
    assert {one.status for one in people.shop.answers} <= {200, 201}
    assert set(people.reader.statuses) <= {200, 204}
    assert max(seconds for _, seconds in people.delays()) < APPEARS_WITHIN
    refused = [one for one in people.buyer.answers if one.status not in (200, 201)]
    assert {one.status for one in refused} <= {503}
    assert all(int(one.headers["Retry-After"]) > 0 for one in refused)
    for gone, back in times:
        meanwhile = [moment for moment in people.shop.acknowledged.values() if gone + 1 < moment < back]
        assert len(meanwhile) >= 3, "a token needs no Redis, and sending goes on"
        later = [moment for moment in people.buyer.acknowledged.values() if back < moment < back + AWAY]
        assert later, "nobody was signed out"


def _go_and_come_back(away):
    """When Redis went, and when it was back."""
    time.sleep(UNDISTURBED)
    with away():
        gone = time.monotonic()
        time.sleep(AWAY)
    back = time.monotonic()
    time.sleep(AWAY)
    return gone, back

"""A thread of 100,000 messages and an inbox of 10,000 conversations cost what small ones do."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pymongo
import pytest
from bson import ObjectId

from marketplace.messaging import services
from marketplace.messaging.repositories import conversations, messages
from marketplace.messaging.values import Box, Side, SubjectKind
from marketplace.operations.migrations import migrate
from marketplace.shared import connections
from tests.builders import Person, a_shop

#: One worker lays everything out, for all of them.
pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("large talks")]

MESSAGES, CONVERSATIONS, FEW = 100_000, 10_000, 10

#: So many are on a page, and the database looks at one more, to know whether there are others.
PAGE = 24

#: How often the database may be asked for a page; a shop's people are looked up first.
THREAD_TRIPS = {Side.BUYER: 4, Side.SHOP: 6}
INBOX_TRIPS = {Side.BUYER: 2, Side.SHOP: 5}


class Talks:
    """One buyer's conversations with one shop, whose first one has many messages."""

    def __init__(self, app, said, number):
        person = Person(app)
        self.buyer, self.buyers_browser = person("Ben Buyer")
        owner, self.shops_browser = person("Sue Seller")
        self.shop = a_shop(owner=owner)
        sent = services.start_as_buyer(
            user_id=self.buyer.pk, kind=SubjectKind.SHOP, ref=self.shop.slug, body="1", client_id="1"
        )
        self.id = sent.conversation.pk
        self.said, self.number = said, number
        self._say()
        self._begin_others()

    def _say(self):
        db = connections.database()
        one = db["messages"].find_one({"conversation_id": self.id})
        for start in range(2, self.said + 1, 10_000):
            numbers = range(start, min(start + 10_000, self.said + 1))
            copies = [one | {"_id": ObjectId(), "seq": seq, "client_id": str(seq)} for seq in numbers]
            db["messages"].insert_many(copies, ordered=False)
        db["conversations"].update_one({"_id": self.id}, {"$set": {"last_seq": self.said}})

    def _begin_others(self):
        """Conversations about other things: every third is about an order, half of the rest are archived."""
        db = connections.database()
        one = db["conversations"].find_one({"_id": self.id})
        copies = []
        for count in range(1, self.number):
            key = ObjectId()
            archived = count % 2 == 0
            set_so = {"archived": archived, "has_unread": not archived}
            sides = {side: one[side] | set_so for side in ("buyer", "shop")}
            changes = {"_id": ObjectId(), "subject_keys": [f"product:{key}"], "about_order": count % 3 == 0}
            changes |= {"last_at": one["last_at"] - timedelta(minutes=count // 3)}  # some at one moment
            copies.append(one | sides | changes)
        db["conversations"].insert_many(copies, ordered=False)

    def owner(self, side):
        return self.buyer.pk if side is Side.BUYER else self.shop.pk

    def get(self, side, path):
        of_shop = side is Side.SHOP
        browser = self.shops_browser if of_shop else self.buyers_browser
        answer = browser.get(f"/api/v1/seller/{self.shop.slug}{path}" if of_shop else f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture(scope="module")
def world(servers):
    """A database for all tests of this module, which only read; it has large talks and small ones."""
    name = f"test_{uuid4().hex[:12]}"
    with pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client:
        migrate(client[name])
        addresses = {"MONGODB_URI": servers.mongodb_uri, "MONGODB_DATABASE": name}
        yield SimpleNamespace(addresses=addresses | {"REDIS_URL": servers.redis_url}, talks={})
        client.drop_database(name)


@pytest.fixture
def addresses(world):
    return world.addresses


@pytest.fixture
def many(app, world):
    return world.talks.get("many") or world.talks.setdefault("many", Talks(app, MESSAGES, CONVERSATIONS))


@pytest.fixture
def few(app, world):
    return world.talks.get("few") or world.talks.setdefault("few", Talks(app, FEW, FEW))


def profiled(work):
    """What the database noted of this work, and what the work answered."""
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    answer = work()
    db.command("profile", 0)
    own = {"command.profile": {"$exists": False}, "ns": {"$not": {"$regex": "system.profile$"}}}
    return answer, list(db["system.profile"].find(own))


def thread_reads(talks):
    """The ways to read a thread, by what they are."""
    half = talks.said // 2
    return {
        "its end": lambda: messages.before(talks.id, None, PAGE + 1),
        "a page before": lambda: messages.before(talks.id, half, PAGE + 1),
        "a page after": lambda: messages.after(talks.id, half, PAGE + 1),
        "what is new": lambda: messages.after(talks.id, talks.said - 1, PAGE + 1),
        "one message": lambda: messages.numbered(talks.id, half),
        "one that was sent before": lambda: messages.sent_as(talks.id, talks.buyer.pk, str(half)),
        "its last number": lambda: conversations.last_seq(talks.id),
    }


def inbox_reads(talks):
    """The ways to read an inbox, by whose it is and what they are."""
    reads = {}
    for side in (Side.BUYER, Side.SHOP):
        owner = talks.owner(side)
        for box in Box:
            first = conversations.box(side, owner, box, limit=PAGE)
            second = conversations.box(side, owner, box, at=first.next, limit=PAGE)
            for name, at in (("first", None), ("next", first.next), ("previous", second.previous)):
                reads[f"{side} {box}, {name} page"] = lambda side=side, owner=owner, box=box, at=at: (
                    conversations.box(side, owner, box, at=at, limit=PAGE)
                )
        reads[f"{side}, number of unread"] = lambda side=side, owner=owner: services.unread_conversations(
            side, owner
        )
    return reads


def test_each_read_of_a_long_thread_and_a_large_inbox_looks_at_what_it_shows(many):
    reads = thread_reads(many) | inbox_reads(many)

    wrong = []
    for name, read in reads.items():
        _, (row,) = profiled(read)
        most = services.reading.MOST_COUNTED if "unread" in name and "number" in name else PAGE + 1
        on_index = row["planSummary"].startswith(("IXSCAN", "IDHACK", "COUNT_SCAN"))
        examined = max(row.get("docsExamined", 0), row.get("keysExamined", 0))
        if not on_index or row.get("hasSortStage") or examined > most + 5:
            wrong.append(f"{name}: {row['planSummary']}, {examined} examined, {row.get('hasSortStage')}")

    assert wrong == []


def pages_of_thread(talks, side):
    """The commands that opening a thread at its end takes, and its page before, and that after it."""
    path = f"/conversations/{talks.id}/messages?limit=5"
    end, opened = profiled(lambda: talks.get(side, path))
    first = end["data"][0]["seq"]
    before, back = profiled(lambda: talks.get(side, f"{path}&before={first}"))
    after, forth = profiled(lambda: talks.get(side, f"{path}&after={before['data'][-1]['seq']}"))
    assert [one["seq"] for one in end["data"]] == list(range(talks.said - 4, talks.said + 1))
    assert [one["seq"] for one in before["data"]] == list(range(first - 5, first))
    assert after["data"] == end["data"]
    return [len(rows) for rows in (opened, back, forth)]


@pytest.mark.parametrize("side", [Side.BUYER, Side.SHOP])
def test_a_long_thread_takes_as_many_round_trips_as_a_short_one(many, few, side):
    long, short = pages_of_thread(many, side), pages_of_thread(few, side)

    assert long == short
    assert max(long) <= THREAD_TRIPS[side]


def pages_of_inbox(talks, side):
    """The commands that the first page of an inbox takes, and the next, and the way back."""
    path = "/conversations?limit=2"
    first, opened = profiled(lambda: talks.get(side, path))
    second, forth = profiled(lambda: talks.get(side, f"{path}&cursor={first['page']['next']}"))
    again, back = profiled(lambda: talks.get(side, f"{path}&cursor={second['page']['previous']}"))
    assert [one["id"] for one in again["data"]] == [one["id"] for one in first["data"]]
    return [len(rows) for rows in (opened, forth, back)]


@pytest.mark.parametrize("side", [Side.BUYER, Side.SHOP])
def test_a_large_inbox_takes_as_many_round_trips_as_a_small_one(many, few, side):
    large, small = pages_of_inbox(many, side), pages_of_inbox(few, side)

    assert large == small
    assert max(large) <= INBOX_TRIPS[side]

"""Two people write to each other on a bad line while processes are killed; a third reads along."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bson import ObjectId

from .browser import Answer, Browser, Refused
from .money import checked
from .outcome import Outcome
from .trial import BUYER, SELLER, Trial

#: How many messages the two write together, and how often all processes that answer are killed meanwhile.
MESSAGES, KILLS = 10_000, 4

#: One answer of so many is lost, and so many seconds after its request at most.
LOST, LOST_WITHIN = 8, 0.03

#: How many messages the reader lets pass before saying that they are read.
READ_EVERY = 100

#: How long the reader takes for what has come, in seconds.
LOOKS_UP = 0.05

#: How many the shop writes in the end, which the buyer does not read.
UNREAD = 7

#: Seconds for which somebody tries to send one message.
PATIENCE = 90.0

SHOP, HELLO = "e2e-pottery", "Hello"


@dataclass(slots=True, eq=False)
class Side:
    """One side of the conversation: its browser, and where it finds the conversation."""

    name: str
    browser: Browser
    path: str
    sent: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    lost: int = 0

    def say(self, text: str, *, lose: bool = False, after: float = 0.0) -> None:
        """Send a message until it is answered, under one name each time; the first answer may get lost."""
        message = {"body": text, "client_id": text}
        if lose:
            self.lost += 1
            self.browser.hang_up(f"{self.path}/messages", body=message, after=after)
        answer = self._until_answered(lambda: self.browser.ask("POST", f"{self.path}/messages", body=message))
        if answer.json["message"]["body"] != text:
            raise Refused(f"{text!r} was answered with another message: {answer.text[:200]}")
        self.sent.append(text)

    def read(self, seq: int) -> None:
        """Say up to which message this side has read."""
        self._until_answered(lambda: self.browser.ask("POST", f"{self.path}/read", body={"up_to": seq}))

    def unread(self) -> int:
        """How many messages this side has not read, as the site says."""
        return int(self._until_answered(lambda: self.browser.ask("GET", self.path)).json["unread"])

    def _until_answered(self, ask: Callable[[], Answer]) -> Answer:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = ask()
            self.statuses[answer.status] += 1
            if not answer.uncertain and answer.status != 409:  # 409: both wrote at one moment
                return answer.expect(200, 201, 204)
            time.sleep(0.1)
        raise Refused(f"The site did not answer for {PATIENCE:.0f} seconds, last with {answer.text[:200]}")


@dataclass(slots=True, eq=False)
class Reader:
    """Somebody who waits for each message, and says now and then up to which one they have read."""

    side: Side
    tells: bool = True
    over: threading.Event = field(default_factory=threading.Event)
    seen: list[int] = field(default_factory=list)
    read_up_to: int = 0
    waits: Counter[int] = field(default_factory=Counter)

    def follow(self, last: Callable[[], int]) -> None:
        """Read along until it is over and the last message was seen."""
        until = time.monotonic() + PATIENCE
        while not self.over.is_set() or (len(self.seen) < last() and time.monotonic() < until):
            if not self.over.is_set():
                until = time.monotonic() + PATIENCE
            after = self.seen[-1] if self.seen else 0
            path = f"{self.side.path}/messages?after={after}&limit=100&wait=2"
            answer = self.side.browser.ask("GET", path)
            self.waits[answer.status] += 1
            if answer.status == 200:
                self.seen += [one["seq"] for one in answer.json["data"]]
                self._say_so()
                time.sleep(LOOKS_UP)
            elif answer.uncertain or answer.headers.get("Retry-After"):
                time.sleep(0.1)
            else:
                answer.expect(204)

    def _say_so(self) -> None:
        if self.tells and self.seen[-1] >= self.read_up_to + READ_EVERY:
            self.read_up_to = self.seen[-1]
            self.side.read(self.read_up_to)


def run(trial: Trial, outcome: Outcome) -> None:
    """Let both write and one read while answers get lost and processes die; then count what is there."""
    buyer, shop, conversation_id = _begin(trial)
    reader = Reader(Side("buyer", buyer.browser.twin(), buyer.path))
    writers = [_Worker(_write, side, MESSAGES // 2) for side in (buyer, shop)]
    following = _Worker(reader.follow, lambda: 1 + len(buyer.sent) + len(shop.sent))
    killed = 0
    for one in (*writers, following):
        one.start()
    for number in range(1, KILLS + 1):
        due = MESSAGES * number // (KILLS + 1)
        while len(buyer.sent) + len(shop.sent) < due and any(one.is_alive() for one in writers):
            time.sleep(0.02)
        killed += trial.site.kill_workers()
    for one in writers:
        one.end()
    reader.tells = False
    for number in range(UNREAD):
        shop.say(f"unread {number}")
    reader.over.set()
    following.end()
    outcome.did.append(
        f"A buyer and a shop wrote {MESSAGES:,} messages at once, each again until it was answered, while "
        f"{killed} processes were killed; a reader waited for each."
    )
    _count(trial, outcome, conversation_id, buyer, shop, reader)
    for side in (buyer, shop):
        side.browser.sign_out()


def _begin(trial: Trial) -> tuple[Side, Side, ObjectId]:
    """A conversation that a buyer begins with a shop."""
    member, seller = trial.member(BUYER), trial.member(SELLER)
    hello = {"subject": {"type": "shop", "id": SHOP}, "body": HELLO, "client_id": f"hello {uuid4().hex}"}
    begun = member.ask("POST", "/api/v1/conversations", body=hello).expect(201).json
    name = begun["conversation_id"]
    if begun["message"]["seq"] != 1:
        raise Refused("The two have written to each other before.")
    buyer = Side("buyer", member, f"/api/v1/conversations/{name}")
    return buyer, Side("shop", seller, f"/api/v1/seller/{SHOP}/conversations/{name}"), ObjectId(name)


def _write(side: Side, number: int) -> None:
    chance = random.Random(side.name)  # noqa: S311 - the same accidents each time
    for count in range(number):
        lose = chance.randrange(LOST) == 0
        side.say(f"{side.name} {count}", lose=lose, after=chance.uniform(0, LOST_WITHIN))


class _Worker(threading.Thread):
    """A thread whose failure is raised where it is waited for."""

    def __init__(self, work: Callable[..., None], *given: Any) -> None:
        super().__init__(daemon=True)
        self._work, self._given = work, given
        self.failure: Exception | None = None

    def run(self) -> None:
        try:
            self._work(*self._given)
        except Exception as error:  # noqa: BLE001 - raised by `end`
            self.failure = error

    def end(self) -> None:
        """Wait for its end; raises what it failed with."""
        self.join()
        if self.failure is not None:
            raise self.failure


def _count(
    trial: Trial, outcome: Outcome, conversation_id: ObjectId, buyer: Side, shop: Side, reader: Reader
) -> None:
    rows = list(trial.db["messages"].find({"conversation_id": conversation_id}, sort=[("seq", 1)]))
    stored = trial.db["conversations"].find_one({"_id": conversation_id}) or {}
    everything = list(range(1, MESSAGES + UNREAD + 2))
    outcome.count("messages stored", len(rows), expected=len(everything))
    gapless = [row["seq"] for row in rows] == everything
    outcome.count("numbers without a gap, each given once", gapless, expected=True)
    outcome.count("last number of the conversation", stored.get("last_seq"), expected=everything[-1])
    outcome.count("the reader saw each once and in order", reader.seen == everything, expected=True)
    for side, marked in ((buyer, reader.read_up_to), (shop, 0)):
        _count_sent(outcome, side, [row["body"] for row in rows if row["side"] == side.name])
        _count_unread(outcome, side, rows, stored, marked)
    outcome.count("rules of `flask db-check --live` that are broken", checked(trial), expected=[])
    outcome.counted["answers that were lost on purpose"] = buyer.lost + shop.lost
    outcome.counted["answers to messages, by status"] = dict(sorted((buyer.statuses + shop.statuses).items()))
    outcome.counted["answers to who waited, by status"] = dict(sorted(reader.waits.items()))


def _count_sent(outcome: Outcome, side: Side, stored: list[str]) -> None:
    """Every message of a side, once and in the order in which it was sent."""
    its = [text for text in stored if text != HELLO]
    twice = sorted(text for text, times in Counter(its).items() if times > 1)
    lost = sorted(set(side.sent) - set(its))
    outcome.count(f"messages of the {side.name} that are stored twice", twice[:5], expected=[])
    outcome.count(f"messages of the {side.name} that were lost", lost[:5], expected=[])
    outcome.count(f"messages of the {side.name} are in their order", its == side.sent, expected=True)


def _count_unread(
    outcome: Outcome, side: Side, rows: list[dict[str, Any]], stored: dict[str, Any], marked: int
) -> None:
    """What a side has not read: all after its own last message, and after the one that it marked."""
    read = max(marked, *(row["seq"] for row in rows if row["side"] == side.name))
    unread = sum(row["seq"] > read for row in rows)
    outcome.count(f"unread by the {side.name}, as the site says", side.unread(), expected=unread)
    outcome.count(f"read by the {side.name}, as stored", stored[side.name]["read_seq"], expected=read)
    known = stored[side.name]["has_unread"]
    outcome.count(f"the {side.name} has something to read", known, expected=unread > 0)

"""People buy while the primary of three members is killed, three times: nothing acknowledged is lost."""

from __future__ import annotations

import threading
import time
from collections import Counter

import mongoengine
import pymongo
import pytest

from app import create_app
from marketplace.operations.migrations import migrate
from marketplace.operations.prove import Answer, Refused, serving
from marketplace.operations.prove.trial import settings as trial_settings
from tests.builders import a_shop, goods
from tests.operations.replica_set import three_members

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.alone]

CLIENTS, KILLS = 8, 3

#: A request may take two seconds; the rest is for a machine that runs three servers and eight people too.
BOUND = 2.0 + 1.5

#: What may be said for a moment after an election, when a primary reads what the majority had before.
PASSING = "cart_empty"

#: Seconds for which somebody sends one order again and again.
PATIENCE = 40.0

#: Seconds for which people buy before a kill, and after the election.
UNDISTURBED = 1.0


class Shopper(threading.Thread):
    """Somebody who buys again and again, and sends what was not answered once more, with the same key."""

    def __init__(self, site, variant, over):
        super().__init__(daemon=True)
        self.site, self.variant, self.over = site, variant, over
        self.answers: list[Answer] = []
        self.acknowledged: list[str] = []
        self.refused: list[str] = []

    def run(self):
        while not self.over.is_set():
            buyer = self.site.buyer()
            try:
                answer = self._check_out(buyer.fill(self.variant))
                if answer.status in (200, 201):
                    self.acknowledged.append(buyer.purchase["id"])
                    answer = buyer.surely_pay()
                if answer.status not in (200, 201, 303):
                    self.refused.append(f"{answer.status} {answer.text[:200]}")
            except Refused as error:
                self.refused.append(str(error))
            finally:
                buyer.browser.close()
                self.answers += buyer.answers

    def _check_out(self, buyer):
        """Send the order until it is clear what became of it.

        Just after an election a primary reads what the majority had a moment ago, so that a cart may seem
        empty for that moment.
        """
        until = time.monotonic() + PATIENCE
        answer = buyer.check_out()
        while time.monotonic() < until:
            if not (answer.uncertain or answer.json.get("code") == PASSING):
                break
            time.sleep(0.2)
            answer = buyer.check_out()
        return answer


@pytest.fixture
def members(tmp_path):
    with three_members(tmp_path / "members") as found:
        yield found


@pytest.fixture
def variant(members, servers, settings):
    """Something to buy of which there is enough, on the three members."""
    with pymongo.MongoClient(members.uri) as client:
        migrate(client["failover"])
    addresses = {"MONGODB_URI": members.uri, "MONGODB_DATABASE": "failover", "REDIS_URL": servers.redis_url}
    app = create_app(settings | addresses)
    with app.app_context():
        yield goods(a_shop(), stock=100_000)
    mongoengine.disconnect_all()


def test_what_was_acknowledged_is_there_once_however_often_the_primary_dies(
    members, variant, servers, tmp_path
):
    environment = trial_settings(members.uri, servers.redis_url, "failover")
    del environment["MARKETPLACE_REQUEST_TIMEOUT"]  # how long people wait is what is measured here
    over = threading.Event()
    with serving(environment, log=tmp_path / "web.log") as site:
        people = [Shopper(site, variant, over) for _ in range(CLIENTS)]
        for one in people:
            one.start()
        waits = [_fail_over(members, people) for _ in range(KILLS)]
        time.sleep(UNDISTURBED)
        over.set()
        for one in people:
            one.join(30)
    answers = [answer for one in people for answer in one.answers]
    acknowledged = [purchase for one in people for purchase in one.acknowledged]
    unavailable = [answer for answer in answers if answer.status == 503]
    lasting = [answer for answer in answers if answer.json.get("code") != PASSING]
    _tell(answers, acknowledged, waits)

    assert [text for one in people for text in one.refused] == []
    assert {answer.status for answer in lasting} <= {200, 201, 303, 503}
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in unavailable)
    assert max(answer.seconds for answer in answers) < BOUND
    assert _what_is_wrong(members.uri, variant, acknowledged) == []


def _fail_over(members, people):
    """Kill the primary and bring it back; the seconds until somebody could buy again."""
    time.sleep(UNDISTURBED)
    port = members.primary()
    members.kill(port)
    killed = time.monotonic()
    before = _bought(people)
    while _bought(people) < before + CLIENTS:  # those that were answered before the kill are counted late
        assert time.monotonic() < killed + 45, "nobody can buy any more"
        time.sleep(0.05)
    waited = time.monotonic() - killed
    members.start(port)
    return waited


def _bought(people):
    return sum(len(one.acknowledged) for one in people)


def _what_is_wrong(uri, variant, acknowledged):
    with pymongo.MongoClient(uri) as client:
        db = client["failover"]
        stored = Counter(str(one["_id"]) for one in db["purchases"].find({}, {"_id": 1}))
        carts = Counter(one["cart_id"] for one in db["purchases"].find({}, {"cart_id": 1}))
        orders = Counter(str(one["purchase_id"]) for one in db["orders"].find({}, {"purchase_id": 1}))
        stock = db["stock"].find_one({"_id": variant})
        # A cart that was filled twice, because the first answer was lost, has two pieces.
        paid = sum(one["items"][0]["quantity"] for one in db["orders"].find({"status": "placed"}))
    held = sum(one["quantity"] for one in stock["holds"])
    wrong = [f"purchase {one} is lost" for one in acknowledged if stored[one] != 1 or orders[one] != 1]
    wrong += [f"cart {one} was bought {times} times" for one, times in carts.items() if times > 1]
    if len(set(acknowledged)) != len(acknowledged):
        wrong.append("two people have one purchase")
    if stock["allocated"] != paid or stock["on_hand"] != stock["available"] + stock["allocated"] + held:
        numbers = {name: stock[name] for name in ("on_hand", "available", "allocated")}
        wrong.append(f"{paid} pieces are paid, and the stock is {numbers}, {held} held")
    return wrong


def _tell(answers, acknowledged, waits):
    """What was measured, for `pytest -s`."""
    counts = Counter(f"{answer.status} {answer.json.get('code', '')}".strip() for answer in answers)
    longest = max(answer.seconds for answer in answers)
    print(  # noqa: T201 - a figure to be quoted
        f"\n{len(acknowledged)} purchases acknowledged; answers {dict(counts)}; longest {longest:.2f} s; "
        f"bought again after {', '.join(f'{one:.1f}' for one in waits)} s"
    )

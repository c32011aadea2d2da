"""`kill -9` at every named point of checkout, payment, refund, shipping, expiry and delivery.

Each story is told twice over the same database: a process dies in the middle of it, another one takes over,
people press the button again, the worker runs; then everything has to be as if nothing had happened.
"""

from __future__ import annotations

import signal
from uuid import uuid4

import pymongo
import pytest

from marketplace.operations.migrations import migrate
from marketplace.shared.crashing import POINTS
from tests.builders import PASSWORD
from tests.ordering.crashes.stage import Stage, left_behind

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.xdist_group("many processes")]

KILLED = -signal.SIGKILL

CHECKOUT = [name for name in POINTS if name.startswith("checkout.")] + ["payment.told"]


@pytest.fixture(scope="module")
def stage(servers):
    """The marketplace with a shop in it, to be killed and started again."""
    name = f"crashes_{uuid4().hex[:8]}"
    with pymongo.MongoClient(servers.mongodb_uri, tz_aware=True) as client:
        migrate(client[name])
        # What a process that died left open blocks others for this long: a minute, if nobody ends it.
        client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=2)
        stage = Stage(
            client[name],
            {
                "MARKETPLACE_ENV": "testing",
                "MARKETPLACE_MONGODB_URI": servers.mongodb_uri,
                "MARKETPLACE_MONGODB_DATABASE": name,
                "MARKETPLACE_REDIS_URL": servers.redis_url,
                "MARKETPLACE_REQUEST_TIMEOUT": "10",
                "MARKETPLACE_LOG_LEVEL": "ERROR",
            },
        )
        stage.goods = stage.result("world", pieces=1000)
        stage.serve()
        stage.seller = stage.browser().sign_in("owner@example.com", PASSWORD)
        stage.result("worker")  # its timers ran once
        yield stage
        stage.close()
        client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=60)
        client.drop_database(name)


@pytest.fixture(autouse=True)
def sound(stage):
    """Whatever a story did: an hour later the worker has put everything right."""
    stage.serve()
    yield
    stage.serve()
    stage.pass_time()
    done = stage.result("worker")
    assert done == {"failed": 0, "broken": 0}
    assert left_behind(stage) == []
    stage.leave()


def _filled(stage):
    return stage.buyer().fill(stage.goods["mug"], stage.goods["bowl"], quantity=2)


def _bought(stage):
    buyer = _filled(stage)
    buyer.check_out().expect(201)
    return buyer


def _paid(stage):
    buyer = _bought(stage)
    buyer.pay().expect(200, 303)
    return buyer


def _order_of(stage, buyer):
    return stage.db["orders"].find_one({"number": buyer.purchase["orders"][0]["number"]})


def _crash(stage, point, act):
    """Let a web process die at the point while it does something for somebody; then another one serves."""
    stage.serve(at=point)
    answer = act()
    assert (answer.status, stage.died()) == (0, KILLED)
    stage.serve()


@pytest.mark.parametrize(
    "point", [name for name in POINTS if name.startswith("checkout.")] + ["payment.told"]
)
def test_a_checkout_that_dies_leaves_one_purchase_or_none_and_can_be_made_again(stage, point):
    buyer = _filled(stage)
    _crash(stage, point, buyer.check_out)

    again = buyer.check_out()
    stored = stage.db["purchases"].count_documents({})
    if again.status == 409:  # its cart is still being checked out: the worker opens it again
        assert again.json["code"].endswith("in_progress")
        stage.pass_time()
        assert stage.result("worker") == {"failed": 0, "broken": 0}
        buyer.agree().check_out().expect(201)
        stored += 1
    else:
        again.expect(200, 201)
    buyer.pay().expect(200, 303)

    assert _order_of(stage, buyer)["status"] == "placed"
    assert stage.db["purchases"].count_documents({}) == stored


@pytest.mark.parametrize("point", ["payment.received", "payment.allocated", "payment.applied"])
def test_a_payment_that_dies_places_its_order_once(stage, point):
    buyer = _bought(stage)
    _crash(stage, point, buyer.pay)

    buyer.pay().expect(200, 303)

    order = _order_of(stage, buyer)
    assert [event["name"] for event in order["events"]].count("payment_ok") == 1
    assert order["status"] == "placed"


@pytest.mark.parametrize("point", ["payment.received", "payment.applied", "refund.sent"])
def test_money_that_came_too_late_goes_back_whatever_dies(stage, point):
    stage.result("restock", variant=stage.goods["last"], pieces=1)
    late = stage.buyer().fill(stage.goods["last"])
    late.check_out().expect(201)
    stage.pass_time()
    stage.result("worker")
    quick = stage.buyer().fill(stage.goods["last"])
    quick.check_out().expect(201)
    quick.pay().expect(200, 303)
    payment = late.purchase["payment"]["id"]

    assert stage.run("report", at=point, payment=payment)["status"] == KILLED
    stage.run("report", payment=payment)  # the provider tells again what was not acknowledged

    assert _order_of(stage, late)["status"] == "cancelled"
    assert _order_of(stage, quick)["status"] == "placed"
    _ship(stage, quick).expect(200)


def _ship(stage, buyer):
    number = buyer.purchase["orders"][0]["number"]
    path = f"/api/v1/seller/kiln/orders/{number}/transitions"
    return stage.seller.ask("POST", path, body={"name": "ship"})


@pytest.mark.parametrize("point", ["order.moved", "order.shipped"])
def test_a_parcel_that_is_being_shipped_leaves_once(stage, point):
    buyer = _paid(stage)
    before = stage.db["stock_movements"].count_documents({"kind": "ship"})
    _crash(stage, point, lambda: _ship(stage, buyer))

    _ship(stage, buyer).expect(200)

    assert _order_of(stage, buyer)["status"] == "shipped"
    assert stage.db["stock_movements"].count_documents({"kind": "ship"}) == before + 2


def test_a_refund_whose_worker_dies_is_sent_once(stage):
    buyer = _paid(stage)
    number = buyer.purchase["orders"][0]["number"]
    path = f"/api/v1/seller/kiln/orders/{number}/transitions"
    called_off = {"name": "decline", "reason": "It broke."}
    stage.seller.ask("POST", path, body=called_off).expect(200)

    assert stage.run("worker", at="refund.taken")["status"] == KILLED
    stage.pass_time()
    assert stage.result("worker") == {"failed": 0, "broken": 0}

    order = _order_of(stage, buyer)
    refund = stage.db["refunds"].find_one({"order_id": order["_id"]})
    charge = stage.db["sandbox_charges"].find_one({"_id": str(refund["payment_id"])})
    assert refund["status"] == "sent"
    assert (charge["refunded"], len(charge["refunds"])) == (refund["amount"]["amount"], 1)


def test_a_worker_that_dies_while_it_ends_a_purchase_ends_it_the_next_time(stage):
    buyer = _bought(stage)
    stage.pass_time()

    assert stage.run("worker", at="expiry.released")["status"] == KILLED

    stage.pass_time()
    _until_the_worker_succeeds(stage)
    assert _order_of(stage, buyer)["status"] == "expired"


def _until_the_worker_succeeds(stage):
    """What the dead one had in its transaction is blocked until the server ends that."""
    for _ in range(6):
        if stage.result("worker") == {"failed": 0, "broken": 0}:
            return
        stage.pass_time()
    raise AssertionError("The worker does not get through.")


@pytest.mark.parametrize("point", ["delivery.begun", "delivery.done"])
def test_a_worker_that_dies_while_it_delivers_has_it_delivered_by_the_next(stage, point):
    buyer = _paid(stage)

    assert stage.run("worker", at=point)["status"] == KILLED

    stage.pass_time()
    assert stage.result("worker") == {"failed": 0, "broken": 0}
    stream = f"order:{_order_of(stage, buyer)['_id']}"
    assert {row["state"] for row in stage.db["outbox"].find({"stream": stream})} == {"delivered"}

"""The demo scene, told to the services on a real server."""

from __future__ import annotations

from collections import Counter

import pytest

from marketplace.accounts import services as accounts
from marketplace.catalog.services import reviews, stock
from marketplace.messaging import services as messaging
from marketplace.ordering import services as ordering
from marketplace.ordering.repositories import orders
from marketplace.ordering.values import OrderStatus
from marketplace.shared import connections
from seeds.plan import Plan
from seeds.scenarios import demo, e2e
from seeds.scene import E2E, load_scene
from tests.seeds.talking import talks_that_are_wrong

pytestmark = pytest.mark.real


def stored() -> dict[str, list[dict[str, object]]]:
    """Everything in the database, by collection."""
    db = connections.database()
    return {name: list(db[name].find(sort=[("_id", 1)])) for name in sorted(db.list_collection_names())}


def what_is_told_late() -> int:
    """How many messages come when somebody looks what is new of the orders: what happened is no news."""
    messages = connections.database()["messages"]
    before = messages.count_documents({})
    for order in orders.all():
        messaging.follow_order(order)
    return messages.count_documents({}) - before


def test_the_scene_is_told_with_how_to_sign_in_has_orders_in_every_state_and_is_loaded_once(app):
    answer = app.test_cli_runner().invoke(args=["seed"])
    before = stored()

    list(demo(Plan()))

    assert answer.exit_code == 0
    assert "200 products" in answer.output
    assert {order["status"] for order in before["orders"]} == set(OrderStatus)
    assert stored() == before
    assert stock.verify() == []
    assert {review["status"] for review in before["reviews"]} == {"published", "hidden"}
    assert list(reviews.miscounted_ratings()) == []
    assert talks_that_are_wrong(before) == []
    assert what_is_told_late() == 0
    assert len(before["messages"]) == sum(len(talk.messages) for talk in load_scene().talks)
    password = answer.output.split("password ")[1].splitlines()[0]
    assert accounts.authenticate(email="buyer@example.com", password=password)


def test_a_load_that_was_interrupted_is_completed_by_the_next(app):
    lines = e2e(Plan())
    next(lines), next(lines)
    lines.close()

    list(e2e(Plan()))

    products = load_scene(E2E).products
    assert connections.database()["products"].count_documents({}) == len(products)


#: What a state of a scene is called that no order has.
ENDS_AS = {"declined": "cancelled", "withdrawn": "cancelled", "rest_cancelled": "shipped"}


@pytest.mark.parametrize("use_case", ["apply_event", "move_order"])
def test_purchases_that_an_interrupted_load_left_unfinished_are_finished_by_the_next(
    app, monkeypatch, use_case
):
    with monkeypatch.context() as outage:
        outage.setattr(ordering, use_case, _break_off)
        with pytest.raises(KeyboardInterrupt):
            list(e2e(Plan()))

    list(e2e(Plan()))

    told = Counter(
        ENDS_AS.get(order.state, order.state)
        for purchase in load_scene(E2E).purchases
        for order in purchase.orders
    )
    assert Counter(order["status"] for order in stored()["orders"]) == told


def _break_off(*_, **__):
    raise KeyboardInterrupt


def test_a_database_with_people_in_it_is_not_empty(app):
    accounts.register(email="ada@example.com", password="correct horse battery", display_name="Ada")

    app.test_cli_runner().invoke(args=["seed", "--when-empty"])

    assert connections.database()["products"].count_documents({}) == 0

"""The pages of an order: its buyer's, its shop's and the moderators'; and the same over JSON."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from marketplace.accounts.values import Role
from marketplace.ordering import services
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import orders, orders_in_process, refunds
from marketplace.ordering.values import Actor, CartOwner
from marketplace.shared import connections
from marketplace.shared.clock import now
from tests.builders import a_placed_order, a_shop, goods, usd

REASON = "The bowls broke."


class Sale:
    """An order of three mugs and three bowls, with its buyer's and its shop's browser."""

    def __init__(self, person):
        buyer, self.buyer = person("Ada")
        seller, self.seller = person("Bea")
        self.shop = a_shop(owner=seller)
        mug, bowl = goods(self.shop, title="Blue mug"), goods(self.shop, title="Bowl", price=700)
        self.order = a_placed_order(mug, bowl, owner=CartOwner(user_id=buyer.id), quantity=3)
        self.page = f"/sell/{self.shop.slug}/orders/{self.order.number}"
        self.api = f"/api/v1/seller/{self.shop.slug}/orders/{self.order.number}"

    @property
    def now(self):
        return orders.get(self.order.id)

    def lines(self, *quantities, name="quantity"):
        """The fields of a form with so much of each line."""
        fields = {}
        for number, (item, quantity) in enumerate(zip(self.order.items, quantities, strict=True)):
            fields |= {f"lines.{number}.item_id": str(item.id), f"lines.{number}.{name}": quantity}
        return fields

    def post(self, step, **fields):
        return self.seller.post(f"{self.page}/{step}", data=fields)


@pytest.fixture
def sale(app, person):
    return Sale(person)


@pytest.fixture
def moderator(person):
    return person("Mod", roles=(Role.MODERATOR,))[1]


# The shop


def test_a_shop_sends_a_part_and_both_see_the_parcel(sale):
    answer = sale.post("ship", **sale.lines(2, 0), carrier="DHL", tracking="JD01", version=sale.now.version)

    assert (answer.status_code, sale.now.status) == (303, "processing")
    for browser, address in [(sale.seller, sale.page), (sale.buyer, f"/order/{sale.order.number}")]:
        text = browser.get(address).text
        assert "JD01" in text
        assert "2 × Blue mug" in text
        assert "2 of 3 sent" in text


def test_the_form_of_the_next_parcel_offers_what_is_left(sale):
    sale.post("ship", **sale.lines(3, 1))

    text = sale.seller.get(sale.page).text

    assert "Send the next parcel" in text
    assert re.findall(r'name="lines\.\d\.quantity"[^>]*value="(\d)"', text) == ["2", "2"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ((0, 0), "Choose one piece or more."),
        ((4, 0), "Only 3 of Blue mug can be sent still."),
        ((-1, 0), "Give a whole number from 0 to 99."),
    ],
)
def test_a_parcel_that_cannot_be_is_refused_and_what_was_typed_is_kept(sale, fields, sentence):
    answer = sale.post("ship", **sale.lines(*fields), tracking="JD01")

    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert 'value="JD01"' in answer.text
    assert sale.now.shipments == []


def test_the_same_form_sent_twice_sends_one_parcel(sale):
    fields = sale.lines(1, 1) | {"version": sale.now.version}

    first, second = sale.post("ship", **fields), sale.post("ship", **fields)

    assert (first.status_code, second.status_code, len(sale.now.shipments)) == (303, 412, 1)
    assert "changed since you saw it" in second.text


def test_a_shop_calls_off_what_is_left(sale):
    sale.post("ship", **sale.lines(3, 1))
    assert "Cancel what you cannot send" in sale.seller.get(sale.page).text

    sale.post("cancel_rest", **sale.lines(0, 2), reason=REASON)

    assert sale.now.status == "shipped"
    text = sale.buyer.get(f"/order/{sale.order.number}").text
    assert REASON in text
    assert "$14.00 – Being sent" in text
    assert "2 cancelled, $14.00 refunded" in text


@pytest.mark.parametrize(("reason", "status", "state"), [("", 422, "placed"), (REASON, 303, "cancelled")])
def test_a_shop_declines_with_a_reason(sale, reason, status, state):
    answer = sale.post("decline", reason=reason)

    assert (answer.status_code, sale.now.status) == (status, state)


def test_a_shop_gives_money_back_for_a_line_and_the_rest_stays(sale):
    answer = sale.post(
        "refunds", **sale.lines("1.50", "", name="amount"), reason=REASON, version=sale.now.version
    )

    assert (answer.status_code, sale.now.refunded) == (303, usd(150))
    assert "$1.50 refunded" in sale.seller.get(sale.page).text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": "51.01"}, "No more can be refunded than was paid."),
        ({"amount": "lots"}, "Write an amount as digits"),
        ({}, "Give an amount for the whole order"),
    ],
)
def test_money_that_cannot_be_given_back_is_refused_at_its_field(sale, fields, sentence):
    answer = sale.post("refunds", reason=REASON, **fields)

    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert sale.now.refunded == usd(0)


@pytest.mark.parametrize(
    ("steps", "shown", "hidden"),
    [
        ([], ["Start packing", "Mark shipped", "Decline order"], ["Cancel what is left", "Mark delivered"]),
        (["start"], ["Mark shipped", "Decline order"], ["Start packing", "Cancel what is left"]),
        (["ship"], ["Mark delivered"], ["Mark shipped", "Decline order"]),
        (["ship", "mark_delivered"], [], ["Mark delivered", "Mark shipped"]),
    ],
)
def test_a_shop_sees_the_buttons_of_what_it_may_do(sale, steps, shown, hidden):
    for step in steps:
        services.move_order(number=sale.order.number, name=step, actor=Actor.SELLER)

    text = sale.seller.get(sale.page).text

    assert [label for label in shown if label not in text] == []
    assert [label for label in hidden if label in text] == []


def test_another_shop_reaches_nothing_of_it(sale, person):
    stranger, browser = person("Mallory")
    other = a_shop(owner=stranger)

    for step in ("ship", "decline", "cancel_rest", "refunds", "start"):
        for shop in (sale.shop, other):
            answer = browser.post(f"/sell/{shop.slug}/orders/{sale.order.number}/{step}", data={})
            assert answer.status_code == 404
    assert sale.now.status == "placed"


def test_an_order_that_was_called_off_is_in_its_own_list(sale):
    sale.post("decline", reason=REASON)

    listed = sale.seller.get(f"/sell/{sale.shop.slug}/orders?tab=cancelled").text

    assert sale.order.number in listed


# The buyer


def test_a_buyer_cancels_what_is_paid_until_the_shop_packs(sale):
    address = f"/order/{sale.order.number}"
    assert "Cancel order" in sale.buyer.get(address).text

    sale.buyer.post(f"{address}/cancel")

    assert (sale.now.status, sale.now.payment_status) == ("cancelled", "refunded")
    assert "Cancel order" not in sale.buyer.get(address).text


def test_a_buyer_sees_what_happens_if_nobody_does_anything(sale):
    text = sale.buyer.get(f"/order/{sale.order.number}").text

    assert "If nothing is sent by" in text


# Over JSON


def _item(sale, number, quantity):
    return {"item_id": str(sale.order.items[number].id), "quantity": quantity}


def test_a_program_sends_in_parts_and_sees_what_it_may_do_next(sale):
    tag = sale.seller.get(sale.api).headers["ETag"]
    body = {"name": "ship", "lines": [_item(sale, 0, 2)], "tracking": "JD01"}

    answer = sale.seller.post(f"{sale.api}/transitions", json=body, headers={"If-Match": tag})
    again = sale.seller.post(f"{sale.api}/transitions", json=body, headers={"If-Match": tag})

    assert answer.json["shipments"][0]["lines"] == [_item(sale, 0, 2)]
    assert answer.json["available_transitions"] == ["ship", "cancel_rest"]
    assert (answer.json["fulfilment"], answer.json["payment_status"]) == ("partial", "paid")
    assert (again.status_code, again.json["code"]) == (412, "version_conflict")


def test_a_program_is_told_why_a_step_is_not_possible(sale):
    sale.seller.post(f"{sale.api}/transitions", json={"name": "ship", "lines": [_item(sale, 0, 1)]})

    answer = sale.seller.post(f"{sale.api}/transitions", json={"name": "decline", "reason": REASON})

    assert (answer.status_code, answer.json["code"]) == (409, "already_shipped")
    assert answer.json["allowed"] == ["ship", "cancel_rest"]


def test_a_program_gives_back_of_the_version_that_it_saw(sale):
    body = {"amount": {"amount": 300, "currency": "USD"}, "reason": REASON}
    tag = sale.seller.get(sale.api).headers["ETag"]

    without = sale.seller.post(f"{sale.api}/refunds", json=body)
    first = sale.seller.post(f"{sale.api}/refunds", json=body, headers={"If-Match": tag})
    second = sale.seller.post(f"{sale.api}/refunds", json=body, headers={"If-Match": tag})

    assert [one.status_code for one in (without, first, second)] == [428, 201, 412]
    assert first.json["amount"] == body["amount"]
    listed = sale.buyer.get(f"/api/v1/orders/{sale.order.number}/refunds").json["data"]
    assert [one["id"] for one in listed] == [first.json["id"]]


def test_a_buyer_does_not_take_the_shops_or_the_operators_steps(sale):
    address = f"/api/v1/orders/{sale.order.number}/transitions"

    for name in ("ship", "decline", "operator_cancel", "auto_cancel"):
        assert sale.buyer.post(address, json={"name": name}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/admin/attention"),
        ("get", "/admin/orders/{}"),
        ("post", "/admin/orders/{}/cancel"),
        ("post", "/admin/orders/{}/retry-timer"),
        ("post", "/admin/deliveries/retry"),
        ("get", "/api/v1/admin/late-orders"),
        ("get", "/api/v1/admin/refunds"),
    ],
)
def test_only_moderators_come_to_the_desk(sale, method, path):
    answer = getattr(sale.seller, method)(path.format(sale.order.number))

    assert answer.status_code == 403


# Moderators


def test_a_moderator_cancels_with_a_reason(sale, moderator):
    address = f"/admin/orders/{sale.order.number}"
    assert "Cancel this order" in moderator.get(address).text

    without = moderator.post(f"{address}/cancel", data={"reason": ""})
    answer = moderator.post(f"{address}/cancel", data={"reason": REASON, "version": sale.now.version})

    assert (without.status_code, answer.status_code, sale.now.status) == (422, 303, "cancelled")
    assert REASON in moderator.get(address).text
    assert "Cancel this order" not in moderator.get(address).text


def test_a_moderator_cancels_over_json(sale, moderator):
    answer = moderator.post(f"/api/v1/admin/orders/{sale.order.number}/cancel", json={"reason": REASON})

    assert (answer.status_code, answer.json["status"], answer.json["available_transitions"]) == (
        200,
        "cancelled",
        [],
    )


def test_the_desk_lists_what_is_late_and_whose_timer_is_overdue(sale, moderator):
    past = now() - timedelta(days=1)
    change = {"$set": {"ships_by": past, "timer.at": past}}
    connections.database()["orders"].update_one({"_id": sale.order.id}, change)

    late, timers = (moderator.get(f"/admin/attention?tab={tab}").text for tab in ("late", "timers"))
    listed = moderator.get("/api/v1/admin/late-orders").json["data"]

    assert sale.order.number in late
    assert "remind to ship" in timers
    assert [one["number"] for one in listed] == [sale.order.number]


def test_the_desk_rings_a_timer_that_failed(sale, moderator):
    orders_in_process.postpone(sale.order.id, "remind_to_ship", now() + timedelta(days=9), "no line")
    assert "no line" in moderator.get("/admin/attention?tab=timers").text

    moderator.post(f"/admin/orders/{sale.order.number}/retry-timer")

    assert sale.now.timer.kind == "auto_cancel"


def test_the_desk_sends_a_refund_again(sale, moderator, monkeypatch):
    sale.post("decline", reason=REASON)
    (refund,) = refunds.of_order(sale.order.id)
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "refund", lambda payment, **_: False)
        services.send_refund(refund.id)
        again = moderator.post(f"/api/v1/admin/refunds/{refund.id}/retry").json
    assert (again["status"], again["attempts"]) == ("failed", 2)
    assert "has not sent it yet" in moderator.get("/admin/attention?tab=refunds").text
    assert [one["id"] for one in moderator.get("/api/v1/admin/refunds").json["data"]] == [str(refund.id)]

    moderator.post(f"/admin/refunds/{refund.id}/retry")

    assert refunds.get(refund.id).is_sent
    assert "All is as it should be." in moderator.get("/admin/attention?tab=refunds").text


def test_the_desk_delivers_again_what_failed(sale, moderator):
    rows = connections.database()["outbox"]
    row = rows.find_one({"topic": "order.placed"})["_id"]
    rows.update_one({"_id": row}, {"$set": {"state": "failed", "error": "no mail server"}})
    assert "no mail server" in moderator.get("/admin/attention?tab=deliveries").text

    answer = moderator.post("/admin/deliveries/retry", data={"id": row})
    unknown = moderator.post("/admin/deliveries/retry", data={"id": "order:65#1"})

    assert (answer.status_code, unknown.status_code) == (303, 404)
    assert rows.find_one({"_id": row})["state"] == "waiting"

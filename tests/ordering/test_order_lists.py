"""Lists of orders: what buyers, shops and operators find, and what they print, send and take away."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from marketplace.accounts.repositories import audit_log
from marketplace.accounts.values import Role
from marketplace.ordering import services
from marketplace.ordering.documents import Order
from marketplace.ordering.repositories import orders, payments
from marketplace.ordering.services.order_files import MOST_ROWS, plain_cell, safe_cell
from marketplace.ordering.values import Actor, CartOwner, OrderStatus, Origin
from marketplace.shared.clock import now
from tests.builders import a_cart, a_shop, checked_out, goods, paid


def an_order(shop=None, buyer=None, *, title="Stoneware mug", settled=True, **parts):
    """An order of one piece, paid unless it is not `settled`."""
    owner = CartOwner(user_id=buyer.id) if buyer else None
    done = checked_out(a_cart(goods(shop, title=title), owner=owner), **parts)
    view = paid(done) if settled else services.view(done.purchase)
    return view.orders[0]


def due_in(order, days):
    """The order, promised for so many days from now."""
    Order.objects(id=order.pk).update(set__ships_by=now() + timedelta(days=days))
    return order


def numbers(answer):
    return [one["number"] for one in answer.json["data"]]


# A buyer's


def test_a_buyer_narrows_the_list_to_what_is_open_or_done(app, person):
    ada, browser = person()
    shipped, waiting = an_order(buyer=ada), an_order(buyer=ada, settled=False)
    services.move_order(number=shipped.number, name="ship", actor=Actor.SELLER)
    services.move_order(number=shipped.number, name="confirm_received", actor=Actor.BUYER)

    assert numbers(browser.get("/api/v1/orders?state=open")) == [waiting.number]
    assert numbers(browser.get("/api/v1/orders?state=done")) == [shipped.number]
    assert len(numbers(browser.get("/api/v1/orders"))) == 2


@pytest.mark.parametrize("words", ["teapot", "BLUE tea", "pot blue"])
def test_a_buyer_finds_an_order_by_words_of_what_was_bought(app, person, words):
    ada, browser = person()
    wanted = an_order(buyer=ada, title="Blue teapot")
    an_order(buyer=ada)

    assert numbers(browser.get("/api/v1/orders", query_string={"q": words})) == [wanted.number]


def test_a_buyer_finds_an_order_by_its_number_however_it_is_written(app, person):
    ada, browser = person()
    wanted = an_order(buyer=ada)
    an_order(buyer=ada)

    assert numbers(browser.get(f"/api/v1/orders?q={wanted.number.lower().replace('-', '')}")) == [
        wanted.number
    ]


@pytest.mark.parametrize("words", [".*", "mug|pot", "("])
def test_what_a_buyer_looks_for_is_no_pattern(app, person, words):
    ada, browser = person()
    an_order(buyer=ada)

    assert numbers(browser.get("/api/v1/orders", query_string={"q": words})) == []


def test_nobody_finds_the_orders_of_others(app, person):
    other = an_order(buyer=person("Bob")[0])
    _, browser = person()

    assert numbers(browser.get(f"/api/v1/orders?q={other.number}")) == []


def test_pages_of_open_orders_have_no_gap(app, person):
    ada, browser = person()
    expected = [an_order(buyer=ada, settled=False).number for _ in range(3)][::-1]

    first = browser.get("/api/v1/orders?state=open&limit=2").json
    second = browser.get(f"/api/v1/orders?state=open&limit=2&cursor={first['page']['next']}").json

    assert [one["number"] for one in first["data"] + second["data"]] == expected


def test_each_order_in_the_list_says_what_to_do_next(app, person):
    ada, browser = person()
    waiting, sent = an_order(buyer=ada, settled=False), an_order(buyer=ada)
    services.move_order(number=sent.number, name="ship", actor=Actor.SELLER)

    text = browser.get("/account/orders").text

    assert f'aria-label="Pay order {waiting.number}"' in text
    assert f'aria-label="I have received it: order {sent.number}"' in text


def test_a_search_that_finds_nothing_leads_back(app, person):
    _, browser = person()

    text = browser.get("/account/orders?q=unicorn").text

    assert "Nothing found" in text
    assert 'value="unicorn"' in text


@pytest.mark.parametrize("wrong", ["state=lost", "limit=0", "q=" + "x" * 81])
def test_a_list_that_cannot_be_is_refused_with_a_sentence(app, person, wrong):
    _, browser = person()

    answer = browser.get(f"/account/orders?{wrong}")

    assert answer.status_code == 400
    assert "cannot be shown" in answer.text


def test_the_summary_of_an_order_has_its_prices(app, person):
    ada, browser = person()
    order = an_order(buyer=ada)

    answer = browser.get(f"/order/{order.number}/summary")

    assert "$10.00" in answer.text
    assert person("Bob")[1].get(f"/order/{order.number}/summary").status_code == 404


# A shop's


@pytest.fixture
def kiln(person):
    """A shop, its owner's browser and its address."""
    owner, browser = person()
    shop = a_shop(owner=owner)
    return shop, browser, f"/sell/{shop.slug}/orders"


def test_what_has_to_be_shipped_comes_with_the_most_urgent_first(kiln):
    shop, browser, _ = kiln
    later, late, today = (due_in(an_order(shop), days) for days in (3, -2, 0))

    found = browser.get(f"/api/v1/seller/{shop.slug}/orders?tab=to-ship")

    assert numbers(found) == [late.number, today.number, later.number]


@pytest.mark.parametrize(("due", "count"), [("late", 1), ("today", 2), ("any", 3)])
def test_a_shop_sees_what_is_late_and_what_has_to_go_today(kiln, due, count):
    shop, browser, address = kiln
    for days in (3, -2, 0):
        due_in(an_order(shop), days)

    assert len(numbers(browser.get(f"/api/v1/seller/{shop.slug}/orders?tab=to-ship&due={due}"))) == count
    assert browser.get(f"{address}?due={due}").text.count('name="number"') == count


def test_pages_of_what_is_late_have_no_gap(kiln):
    shop, browser, _ = kiln
    expected = [due_in(an_order(shop), days).number for days in (-4, -3, -2)]
    address = f"/api/v1/seller/{shop.slug}/orders?due=late&limit=2"

    first = browser.get(address).json
    second = browser.get(f"{address}&cursor={first['page']['next']}").json

    assert [one["number"] for one in first["data"] + second["data"]] == expected


def test_days_are_both_included(kiln):
    shop, browser, _ = kiln
    order, day = an_order(shop), now().date()
    address = f"/api/v1/seller/{shop.slug}/orders"

    assert numbers(browser.get(f"{address}?placed_from={day}&placed_to={day}")) == [order.number]
    assert numbers(browser.get(f"{address}?placed_from={day + timedelta(days=1)}")) == []
    assert numbers(browser.get(f"{address}?placed_to={day - timedelta(days=1)}")) == []


def test_the_last_day_that_there_is_can_be_asked_for(kiln):
    shop, browser, _ = kiln
    order = an_order(shop)

    assert numbers(browser.get(f"/api/v1/seller/{shop.slug}/orders?placed_to=9999-12-31")) == [order.number]


def test_the_tabs_say_how_many_orders_they_hold(kiln):
    shop, browser, address = kiln
    an_order(shop)
    services.move_order(number=an_order(shop).number, name="ship", actor=Actor.SELLER)

    text = browser.get(address).text

    assert text.count('<span class="tabs__count">1</span>') == 3  # new, to ship, shipped
    assert text.count('<span class="tabs__count">0</span>') == 1


def test_imported_orders_are_nothing_to_ship(kiln):
    shop, browser, _ = kiln
    order = due_in(an_order(shop), -400)
    Order.objects(id=order.pk).update(set__origin=Origin("o1"))

    assert numbers(browser.get(f"/api/v1/seller/{shop.slug}/orders?due=late")) == []


@pytest.mark.parametrize("wrong", ["tab=lost", "due=soon", "placed_from=yesterday"])
def test_a_shops_list_that_cannot_be_is_refused(kiln, wrong):
    assert kiln[1].get(f"{kiln[2]}?{wrong}").status_code == 400


def test_packing_slips_say_what_goes_where_without_prices(kiln):
    shop, browser, address = kiln
    order, other = an_order(shop), an_order(shop, title="Teapot")

    text = browser.get(f"{address}/packing-slips?number={order.number}&number={other.number}").text

    assert text.count('class="sheet"') == 2
    assert "Teapot" in text
    assert "Hauptstr. 1" in text
    assert "$" not in text.partition("<main")[2]


def test_nobody_prints_the_slips_of_another_shop(kiln):
    assert kiln[1].get(f"{kiln[2]}/packing-slips?number={an_order().number}").status_code == 404


def test_printing_nothing_leads_back_to_the_list(kiln):
    assert kiln[1].get(f"{kiln[2]}/packing-slips").status_code == 303


# Files


def test_the_file_of_orders_has_a_row_for_each(kiln):
    shop, browser, address = kiln
    order = an_order(shop)

    answer = browser.get(f"{address}/export.csv?tab=to-ship")

    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [(row["number"], row["total"], row["currency"]) for row in rows] == [
        (order.number, "10.00", "USD")
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(text):
    assert safe_cell(text) == f"'{text}"
    assert plain_cell(safe_cell(text)) == text


def test_a_title_that_looks_like_a_formula_stays_text_in_the_file(kiln):
    shop, browser, address = kiln
    order = an_order(shop)
    Order.objects(id=order.pk).update(__raw__={"$set": {"ship_to.name": "=HYPERLINK(1)"}})

    assert "'=HYPERLINK(1)" in browser.get(f"{address}/export.csv").text


def test_more_orders_than_a_file_holds_are_refused_with_a_sentence(kiln, monkeypatch):
    shop, browser, address = kiln
    an_order(shop)
    monkeypatch.setattr("marketplace.ordering.services.order_files.MOST_EXPORTED", 0)

    answer = browser.get(f"{address}/export.csv", follow_redirects=True)

    assert "Choose fewer days" in answer.text


def send(browser, address, text):
    data = {"file": (io.BytesIO(text if isinstance(text, bytes) else text.encode()), "sent.csv")}
    return browser.post(f"{address}/ship-many", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize("divider", [",", ";", "\t"])
def test_a_file_marks_orders_as_shipped(kiln, divider):
    shop, browser, address = kiln
    order = an_order(shop)
    rows = [["Number", "Carrier", "Tracking"], [order.number.lower(), "DHL", "'-42"]]

    answer = send(browser, address, "\n".join(divider.join(row) for row in rows))

    assert answer.status_code == 200, answer.text
    moved = orders.get(order.pk)
    assert moved.status is OrderStatus.SHIPPED
    assert (moved.shipments[0].carrier, moved.shipments[0].tracking) == ("DHL", "-42")


def test_rows_that_cannot_be_taken_are_named_and_keep_no_other_from_it(kiln):
    shop, browser, address = kiln
    order, other = an_order(shop), an_order()
    lines = ["number,carrier,tracking", other.number, order.number, f"{order.number},DHL", ",DHL"]

    answer = send(browser, address, "\n".join(lines))

    assert answer.status_code == 422
    assert "1 order was marked as shipped" in answer.text
    assert answer.text.count("There is no order with this number.") == 1
    assert "The number is missing." in answer.text
    assert orders.get(other.pk).status is OrderStatus.PLACED


def test_a_row_with_too_much_in_it_is_refused(kiln):
    shop, browser, address = kiln
    order = an_order(shop)

    answer = send(browser, address, f"number,carrier\n{order.number},{'x' * 61}\n")

    assert "Keep the carrier under 60" in answer.text


@pytest.mark.parametrize(
    "text", ["", "carrier,tracking\nDHL,1\n", "number\n", "number\n" + "x\n" * (MOST_ROWS + 1), b"\x00\x01"]
)
def test_what_is_no_such_file_is_refused_as_a_whole(kiln, text):
    answer = send(kiln[1], kiln[2], text)

    assert answer.status_code == 422
    assert "error-summary" in answer.text or "alert" in answer.text


def test_a_downloaded_list_can_be_sent_back(kiln):
    shop, browser, address = kiln
    order = an_order(shop)
    listed = browser.get(f"{address}/export.csv?tab=to-ship").text

    assert send(browser, address, listed).status_code == 200
    assert orders.get(order.pk).status is OrderStatus.SHIPPED


# Operators


@pytest.fixture
def moderator(person):
    return person("Mo", roles=(Role.MODERATOR,))


@pytest.mark.parametrize("what", ["number", "email", "reference", "payment", "purchase"])
def test_operators_find_an_order_by_what_they_are_told(app, moderator, what):
    _, browser = moderator
    wanted = an_order(email="Grace@example.com")
    an_order()
    payment = payments.latest(wanted.purchase_id)
    told = {
        "number": wanted.number,
        "email": "GRACE@example.com",
        "reference": payment.reference,
        "payment": str(payment.pk),
        "purchase": str(wanted.purchase_id),
    }

    assert numbers(browser.get("/api/v1/admin/orders", query_string={"q": told[what]})) == [wanted.number]
    assert wanted.number in browser.get("/admin/orders", query_string={"q": told[what]}).text


def test_without_a_search_operators_see_the_newest(app, moderator):
    _, browser = moderator
    expected = [an_order().number for _ in range(2)][::-1]

    assert numbers(browser.get("/api/v1/admin/orders")) == expected


@pytest.mark.parametrize("q", ["nothing", "0123456789abcdef01234567", "nobody@example.com", "7F3K-9Q2D"])
def test_what_is_not_there_is_not_found(app, moderator, q):
    assert "Nothing found" in moderator[1].get("/admin/orders", query_string={"q": q}).text


def test_a_moderator_sees_every_event_of_an_order_and_that_is_noted(app, moderator):
    user, browser = moderator
    order = an_order()

    text = browser.get(f"/admin/orders/{order.number}").text

    assert "payment_ok" in text
    assert "succeeded" in text
    entry = audit_log.search(subject=("orders", order.pk), limit=5).items[0]
    assert (entry.action, entry.actor_id) == ("order.inspect", user.id)


def test_the_api_shows_a_moderator_what_the_provider_reported(app, moderator):
    order = an_order()

    body = moderator[1].get(f"/api/v1/admin/orders/{order.number}").json

    assert [one["outcome"] for one in body["payment_events"]] == ["succeeded"]
    assert body["order"]["number"] == order.number
    assert body["origin"] is None


@pytest.mark.parametrize("address", ["/admin/orders", "/api/v1/admin/orders"])
def test_orders_of_everybody_are_for_moderators_alone(app, person, address):
    assert person()[1].get(address).status_code in (403, 404)

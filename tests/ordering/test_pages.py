"""Buying and selling in the browser, without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bson import ObjectId

from marketplace.accounts import services as accounts
from marketplace.catalog import services as catalog
from marketplace.ordering import services
from marketplace.ordering.repositories import carts, orders, payments, purchases
from marketplace.ordering.values import Actor, CartOwner
from marketplace.shared.clock import at, now
from tests.builders import a_cart, a_placed_order, a_shop, a_user, an_address, checked_out, goods

ADDRESS = {
    "ship_to.name": "Ada",
    "ship_to.line1": "Hauptstr. 1",
    "ship_to.postal": "10115",
    "ship_to.city": "Berlin",
    "ship_to.country": "DE",
}


def _form(page, **changes):
    """What a browser sends with the checkout's form filled in."""
    hidden = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', page.text))
    typed = {"email": "ada@example.com", "accept_terms": "1"} | ADDRESS | hidden
    return {name: value for name, value in (typed | changes).items() if value is not None}


def _a_visitor_with(client, *variants, quantity=1):
    for variant in variants:
        client.post("/cart/items", data={"variant_id": str(variant), "quantity": quantity})
    return client


def _buy(client):
    """Check out by the form; the address of the provider's page."""
    answer = client.post("/checkout", data=_form(client.get("/checkout")))
    assert answer.status_code == 303, answer.text
    return answer.location


def _pay(client, address, decision="pay"):
    """Decide at the provider's page; the address that the buyer is led to in the end."""
    back = client.post(address, data={"decision": decision}).location
    return client.get(back).location or back


def _line_id():
    return carts.all().first().items[0].id


# The cart


def test_the_empty_cart_says_what_to_do(client):
    page = client.get("/cart")

    assert "Your cart is empty" in page.text


def test_an_added_product_is_in_the_cart(client):
    _a_visitor_with(client, goods(title="Blue mug", price=1250), quantity=2)

    page = client.get("/cart")

    assert "Blue mug" in page.text
    assert "$25.00" in page.text


def test_a_visitors_cart_is_known_by_a_cookie_that_scripts_cannot_read(client):
    answer = client.post("/cart/items", data={"variant_id": str(goods())})

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("cart=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_looking_around_sets_no_cookie(client):
    assert "Set-Cookie" not in client.get("/cart").headers


def test_the_cart_is_counted_on_every_page(client):
    _a_visitor_with(client, goods(), quantity=3)

    assert ", 3 in it" in client.get("/cart").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Choose what to put into the cart."),
        ({"variant_id": "x"}, "An id has 24 hexadecimal digits."),
        ({"variant_id": str(ObjectId())}, "This is no longer sold."),
        ({"variant_id": str(ObjectId()), "quantity": "0"}, "Give a whole number from 1 to 99."),
        ({"variant_id": str(ObjectId()), "quantity": "many"}, "Give a whole number from 1 to 99."),
    ],
)
def test_what_cannot_be_added_is_told(client, data, sentence):
    answer = client.post("/cart/items", data=data)

    assert answer.status_code in (409, 422)
    assert sentence in answer.text


def test_a_quantity_can_be_changed(client):
    _a_visitor_with(client, goods(price=1000))

    client.post(f"/cart/items/{_line_id()}", data={"quantity": "4"})

    assert "$40.00" in client.get("/cart").text


def test_a_wrong_quantity_stays_where_it_was_typed(client):
    _a_visitor_with(client, goods())

    answer = client.post(f"/cart/items/{_line_id()}", data={"quantity": "1000"})

    assert answer.status_code == 422
    assert 'value="1000"' in answer.text
    assert "Give a whole number from 0 to 99." in answer.text


def test_a_line_can_be_removed(client):
    _a_visitor_with(client, goods())

    client.post(f"/cart/items/{_line_id()}", data={"quantity": "0"})

    assert "Your cart is empty" in client.get("/cart").text


def test_a_line_that_is_not_in_the_cart_is_told(client):
    answer = client.post(f"/cart/items/{ObjectId()}", data={"quantity": "1"})

    assert answer.status_code == 404


def test_a_problem_of_the_cart_has_a_button_that_mends_it(client):
    mug = goods(stock=5)
    _a_visitor_with(client, mug, quantity=5)
    catalog.stock.hold(mug, ref="other", quantity=2, until=now() + timedelta(minutes=5))

    page = client.get("/cart")

    assert "Only 3 left." in page.text
    assert "Take 3" in page.text
    assert "Check out</span>" not in page.text


def test_a_visitors_cart_comes_along_at_sign_in(app, client):
    _a_visitor_with(client, goods(title="Blue mug"))
    member = a_user()

    client.post("/api/v1/session", json={"email": member.email, "password": "correct horse battery"})

    assert "Blue mug" in client.get("/cart").text


# Checking out


def test_an_empty_cart_has_no_checkout(client):
    answer = client.get("/checkout")

    assert (answer.status_code, answer.location) == (303, "/cart")


def test_a_cart_with_a_problem_is_mended_before_checking_out(client):
    mug = goods(stock=5)
    _a_visitor_with(client, mug, quantity=5)
    catalog.stock.hold(mug, ref="other", quantity=2, until=now() + timedelta(minutes=5))

    answer = client.get("/checkout", follow_redirects=True)

    assert "Mend it first." in answer.text


def test_a_visitor_buys_from_two_shops_and_keeps_a_link(client):
    _a_visitor_with(client, goods(a_shop(name="Kiln")), goods(a_shop(name="Forge")))

    confirmation = client.get(_pay(client, _buy(client)))

    assert "Thank you for your order" in confirmation.text
    assert "Keep this link" in confirmation.text
    assert "Kiln, order" in confirmation.text
    assert "Forge, order" in confirmation.text


def test_a_guests_purchase_opens_with_its_key_only(app, client):
    _a_visitor_with(client, goods())
    address = _pay(client, _buy(client))
    somebody = app.test_client()

    assert somebody.get(address).status_code == 200
    assert somebody.get(address.split("?")[0]).status_code == 404
    assert somebody.get(address[:-3]).status_code == 404


def test_a_guests_order_opens_with_its_key_only(app, client):
    _a_visitor_with(client, goods())
    key = _pay(client, _buy(client)).split("key=")[1]
    number = orders.all().first().number

    assert client.get(f"/order/{number}?key={key}").status_code == 200
    assert client.get(f"/api/v1/orders/{number}?key={key}").status_code == 200
    assert client.get(f"/order/{number}").status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("email", "ada", "Write an e-mail address such as ada@example.com."),
        ("email", "", "Tell us your e-mail address."),
        ("ship_to.name", "", "Please fill this in."),
        ("ship_to.postal", "x", "A postal code there looks like"),
        ("ship_to.country", "XX", "Choose a country"),
        ("accept_terms", None, "Please accept the terms to buy."),
        ("expected_total.amount", "much", "Give a whole number"),
        ("expected_total.amount", "1", "Your cart changed since you last saw it."),
        ("expected_total.currency", "EURO", "A currency is three letters"),
    ],
)
def test_a_mistake_at_checkout_is_told_and_nothing_typed_is_lost(client, field, value, sentence):
    _a_visitor_with(client, goods())
    form = _form(client.get("/checkout"), **{"ship_to.city": "Charlottenburg", field: value})

    answer = client.post("/checkout", data=form)

    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert 'value="Charlottenburg"' in answer.text


def test_a_changed_total_is_shown_and_can_be_agreed_to(client):
    _a_visitor_with(client, goods(price=1000))
    stale = client.get("/checkout")
    client.post(f"/cart/items/{_line_id()}", data={"quantity": "2"})
    answer = client.post("/checkout", data=_form(stale))

    again = client.post("/checkout", data=_form(answer))

    assert "Buy for $20.00" in answer.text
    assert again.status_code == 303


def test_sending_the_form_twice_buys_once(client):
    _a_visitor_with(client, goods())
    form = _form(client.get("/checkout"))

    first, second = (client.post("/checkout", data=form) for _ in range(2))

    assert second.location == first.location
    assert purchases.all().count() == 1


def test_a_form_without_a_cart_shows_the_empty_cart(client):
    form = ADDRESS | {"expected_total.amount": "1", "expected_total.currency": "USD", "idempotency_key": "k"}

    answer = client.post("/checkout", data=form | {"email": "ada@example.com", "accept_terms": "1"})

    assert answer.status_code == 409
    assert "Your cart is empty, so there is nothing to buy." in answer.text


def test_a_member_chooses_a_saved_address(app, person):
    member, browser = person()
    accounts.add_address(user_id=member.id, address=an_address(line1="Gartenweg 9"))
    _a_visitor_with(browser, goods())
    page = browser.get("/checkout")
    saved = accounts.get_user(member.id).addresses[0]

    answer = browser.post(
        "/checkout", data=_form(page, address_id=str(saved.id), **dict.fromkeys(ADDRESS, ""))
    )

    assert answer.status_code == 303
    assert orders.all().first().ship_to.line1 == "Gartenweg 9"


def test_an_address_that_was_written_but_not_chosen_is_asked_about(person):
    member, browser = person()
    saved = accounts.add_address(user_id=member.id, address=an_address(line1="Gartenweg 9"))
    _a_visitor_with(browser, goods())

    answer = browser.post("/checkout", data=_form(browser.get("/checkout"), address_id=str(saved.id)))

    assert answer.status_code == 422
    assert "You wrote another address below" in answer.text


def test_all_mistakes_at_checkout_are_told_at_once(client):
    _a_visitor_with(client, goods())
    form = _form(client.get("/checkout"), email="ada", accept_terms=None, **{"ship_to.name": ""})

    answer = client.post("/checkout", data=form)

    for field in ("email", "accept_terms", "ship_to-name"):
        assert f'href="#field-{field}"' in answer.text


def test_a_member_writes_and_keeps_another_address(app, person):
    member, browser = person()
    accounts.add_address(user_id=member.id, address=an_address(line1="Gartenweg 9"))
    _a_visitor_with(browser, goods())

    browser.post("/checkout", data=_form(browser.get("/checkout"), address_id="new", save_address="1"))

    kept = [saved.address.line1 for saved in accounts.get_user(member.id).addresses]
    assert kept == ["Gartenweg 9", "Hauptstr. 1"]


# Paying


def test_the_sandbox_says_that_no_money_moves(client):
    _a_visitor_with(client, goods(price=1000))

    page = client.get(_buy(client))

    assert "No money moves" in page.text
    assert "Pay $10.00" in page.text


def test_the_sandbox_opens_for_the_buyer_only(app, client):
    _a_visitor_with(client, goods())
    address = _buy(client)

    assert app.test_client().get(address.split("?")[0]).status_code == 404
    assert app.test_client().post(address.split("?")[0], data={"decision": "pay"}).status_code == 404


def test_the_sandbox_wants_a_decision(client):
    _a_visitor_with(client, goods())

    answer = client.post(_buy(client), data={"decision": "maybe"})

    assert answer.status_code == 422
    assert "Choose what shall happen." in answer.text


def test_a_declined_payment_can_be_tried_again(client):
    _a_visitor_with(client, goods())
    declined = _pay(client, _buy(client), "decline")
    page = client.get(declined)
    purchase = declined.replace("/checkout/", "/purchase/")
    again = client.post(purchase.replace("/wait?", "/pay?")).location

    confirmation = client.get(_pay(client, again))

    assert "Payment declined" in page.text
    assert "Try again" in page.text
    assert "Thank you for your order" in confirmation.text


def test_a_visitor_who_paid_is_told_what_to_do_next(client):
    back = _pay(client, _buy(_a_visitor_with(client, goods())))

    page = client.get(back)

    assert "Keep this link" in page.text
    assert 'href="/register"' in page.text
    assert "Keep looking around" in page.text


def test_a_cancelled_purchase_says_that_nothing_is_owed(app, client):
    done = checked_out(a_cart(goods()))
    order = services.view(done.purchase).orders[0]
    services.move_order(number=order.number, name="cancel", actor=Actor.BUYER)

    page = client.get(f"/purchase/{done.purchase.id}?key={services.key_of(done.purchase)}")

    assert "You called this purchase off, so nothing is owed" in page.text


def test_a_settled_payment_leads_back(client):
    _a_visitor_with(client, goods())
    address = _buy(client)
    _pay(client, address)

    assert "This payment is over." in client.get(address).text
    assert client.post(address, data={"decision": "decline"}).status_code == 409


def test_an_unpaid_purchase_that_is_opened_too_late_is_over(client):
    _a_visitor_with(client, goods(title="Blue mug"))
    _buy(client)
    purchase = purchases.all().first()
    address = f"/purchase/{purchase.id}?key={services.key_of(purchase)}"
    purchases.all().update(set__pay_until=now() - timedelta(minutes=1))

    page = client.get(address)
    again = client.post(address.replace("?", "/pay?"), follow_redirects=True)

    assert "Not paid in time" in page.text
    assert "The time to pay is over." in again.text
    assert "Blue mug" in client.get("/cart").text


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("mismatch", "We are checking it"), ("refunded", "Your money is on its way back.")],
)
def test_a_payment_that_went_wrong_is_explained(client, status, sentence):
    _a_visitor_with(client, goods())
    address = _pay(client, _buy(client))
    payments.all().update(set__status=status)
    if status == "refunded":
        orders.all().update(set__status="cancelled")

    assert sentence in client.get(address).text


# My orders


def test_a_member_sees_their_orders(person):
    member, browser = person()
    order = a_placed_order(goods(title="Blue mug"), owner=CartOwner(user_id=member.id))

    page = browser.get("/account/orders")

    assert order.number in page.text
    assert "Blue mug" in page.text


def test_no_orders_yet_says_what_to_do(person):
    _, browser = person()

    assert "No orders yet" in browser.get("/account/orders").text


def test_my_orders_need_somebody_signed_in(client):
    answer = client.get("/account/orders")

    assert answer.location.startswith("/signin")


def test_another_buyers_order_is_not_found(person):
    owner = CartOwner(user_id=a_user().id)
    order = a_placed_order(owner=owner)
    _, stranger = person("Mallory")

    assert stranger.get(f"/order/{order.number}").status_code == 404
    assert stranger.post(f"/order/{order.number}/confirm_received").status_code == 404
    assert stranger.get(f"/purchase/{order.purchase_id}").status_code == 404


def test_a_number_that_nobody_has_is_not_found(client):
    assert client.get("/order/0000-0000").status_code == 404


def test_a_buyer_receives_and_is_happy(person):
    member, browser = person()
    order = a_placed_order(owner=CartOwner(user_id=member.id))
    services.move_order(number=order.number, name="ship", actor=Actor.SELLER, carrier="DHL", tracking="JD01")
    shipped = browser.get(f"/order/{order.number}")

    browser.post(f"/order/{order.number}/confirm_received")
    browser.post(f"/order/{order.number}/complete")

    assert "JD01" in shipped.text
    assert "I have received it" in shipped.text
    assert "All done." in browser.get(f"/order/{order.number}").text


def test_a_step_that_is_not_possible_is_refused(person):
    member, browser = person()
    order = a_placed_order(owner=CartOwner(user_id=member.id))

    assert browser.post(f"/order/{order.number}/complete").status_code == 409
    assert browser.post(f"/order/{order.number}/ship").status_code == 403
    assert browser.post(f"/order/{order.number}/teleport").status_code == 409


def test_an_unpaid_order_can_be_cancelled(person):
    member, browser = person()
    checked_out(a_cart(goods(), owner=CartOwner(user_id=member.id)))
    number = orders.all().first().number

    browser.post(f"/order/{number}/cancel")

    assert "called off" in browser.get(f"/order/{number}").text


# The shop's orders


def _a_sale(person):
    seller, browser = person("Seller")
    shop = a_shop(owner=seller)
    return shop, a_placed_order(goods(shop, title="Blue mug")), browser


@pytest.mark.parametrize("tab", ["new", "to-ship", "all", None])
def test_a_new_order_is_in_the_shops_list(person, tab):
    shop, order, browser = _a_sale(person)

    page = browser.get(f"/sell/{shop.slug}/orders", query_string={"tab": tab} if tab else {})

    assert order.number in page.text


@pytest.mark.parametrize("tab", ["shipped", "done"])
def test_a_new_order_is_not_in_the_lists_of_later_states(person, tab):
    shop, order, browser = _a_sale(person)

    page = browser.get(f"/sell/{shop.slug}/orders?tab={tab}")

    assert order.number not in page.text
    assert "Nothing here" in page.text


def test_the_tabs_say_how_many_orders_wait_for_the_shop(person):
    shop, first, browser = _a_sale(person)
    for _ in range(2):
        a_placed_order(goods(shop))
    services.move_order(number=first.number, name="start", actor=Actor.SELLER)
    a_placed_order(goods())

    page = browser.get(f"/sell/{shop.slug}/orders")

    assert re.findall(r'tabs__count">(\d+)', page.text) == ["2", "3", "0", "0"]


def test_an_unknown_tab_is_refused(person):
    shop, _, browser = _a_sale(person)

    assert browser.get(f"/sell/{shop.slug}/orders?tab=lost").status_code == 400


def test_an_order_that_should_have_left_is_marked_late(person):
    shop, _, browser = _a_sale(person)
    orders.all().update(set__ships_by=now() - timedelta(days=1))

    page = browser.get(f"/sell/{shop.slug}/orders")

    assert ", late" in page.text


def test_a_shop_packs_and_ships(person):
    shop, order, browser = _a_sale(person)
    address = f"/sell/{shop.slug}/orders/{order.number}"

    browser.post(f"{address}/start")
    browser.post(f"{address}/ship", data={"carrier": "DHL", "tracking": "JD01"})

    page = browser.get(address)
    assert "Shipped" in page.text
    assert "JD01" in page.text
    assert "Mark delivered" in page.text


def test_what_was_typed_about_a_parcel_is_kept_when_it_is_wrong(person):
    shop, order, browser = _a_sale(person)

    answer = browser.post(
        f"/sell/{shop.slug}/orders/{order.number}/ship", data={"carrier": "DHL", "tracking": "x" * 81}
    )

    assert answer.status_code == 422
    assert "Keep it under 81 characters." in answer.text
    assert 'value="DHL"' in answer.text


def test_shipping_twice_is_refused_on_the_page(person):
    shop, order, browser = _a_sale(person)
    address = f"/sell/{shop.slug}/orders/{order.number}"
    browser.post(f"{address}/ship")

    answer = browser.post(f"{address}/ship")

    assert answer.status_code == 409
    assert "This order is shipped" in answer.text


def test_another_shops_order_is_not_found(person):
    _, order, _ = _a_sale(person)
    rival, browser = person("Rival")
    own = a_shop(owner=rival)

    assert browser.get(f"/sell/{own.slug}/orders/{order.number}").status_code == 404
    assert browser.post(f"/sell/{own.slug}/orders/{order.number}/ship").status_code == 404


def test_a_shops_orders_are_its_owners(person):
    shop, order, _ = _a_sale(person)
    _, stranger = person("Mallory")

    assert stranger.get(f"/sell/{shop.slug}/orders").status_code == 404
    assert stranger.get(f"/sell/{shop.slug}/orders/{order.number}").status_code == 404


def test_the_command_ends_unpaid_purchases(app):
    checked_out(a_cart(goods()))

    with at(now() + timedelta(minutes=21)):
        answer = app.test_cli_runner().invoke(args=["expire-unpaid"])

    assert "1 purchase ended." in answer.output


def test_the_terms_say_how_long_pieces_are_held(app, client):
    app.config["HOLD_MINUTES"] = 33

    assert "held for you for 33 minutes" in client.get("/terms").text


def test_a_visitor_who_filled_in_nothing_reads_of_everything_at_once(app, client):
    client.set_cookie("cart", a_cart(goods()).token)

    form = dict.fromkeys(["email", "ship_to.name", "ship_to.line1", "ship_to.city", "ship_to.country"], "")

    page = client.post("/checkout", data=form)

    assert page.status_code == 422
    for field in ("email", "ship_to.name", "ship_to.line1", "ship_to.country", "accept_terms"):
        assert f'href="#field-{field.replace(".", "-")}"' in page.text


def test_a_line_leads_to_its_listing_only_while_that_is_for_sale(app, person):
    buyer, browser = person()
    variant = goods(title="Mug")
    order = a_placed_order(variant, owner=CartOwner(user_id=buyer.id))
    offer = catalog.offers([variant])[variant]
    link = f'/{offer.slug}">Mug</a>'

    assert link in browser.get(f"/order/{order.number}").text

    catalog.change_status(shop_id=offer.shop_id, product_id=offer.product_id, step="pause")
    paused = browser.get(f"/order/{order.number}").text
    assert link not in paused
    assert "Mug" in paused

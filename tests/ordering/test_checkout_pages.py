"""The pages from the cart to the confirmation: checking out, waiting, and what comes after."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from secrets import token_hex

import pytest

from marketplace.catalog.repositories import products
from marketplace.ordering import services
from marketplace.ordering.errors import CartChanged, ProviderUnavailable
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import carts, charges, orders, payments, purchases
from marketplace.ordering.values import AgreedLine, CartOwner, PaymentOutcome
from marketplace.shared.clock import at, now
from marketplace.shared.errors import Invalid
from tests.builders import a_cart, a_shop, a_user, an_address, checked_out, goods, paid, seen, usd

ADDRESS = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}
SHIP_TO = {f"ship_to.{name}": text for name, text in ADDRESS.items()}


def _form(page, **changes):
    """What a browser sends with the checkout's form filled in."""
    hidden = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', page.text))
    typed = {"email": "ada@example.com", "accept_terms": "1"} | SHIP_TO | hidden
    return {name: value for name, value in (typed | changes).items() if value is not None}


def _visitor(client, *variants, quantity=1):
    client.set_cookie("cart", a_cart(*variants, quantity=quantity).token)
    return client.get("/checkout")


def _price(variant_id, amount):
    """Let the variant cost so much from now on."""
    product = products.find(variants__id=variant_id)
    product.variants[0].price = usd(amount)
    products.save(product)


def _wait(done):
    return f"/checkout/{done.purchase.id}/wait?key={services.key_of(done.purchase)}"


def _purchase(done):
    return f"/purchase/{done.purchase.id}?key={services.key_of(done.purchase)}"


def _decide(done, decision):
    purchase = purchases.get(done.purchase.id)
    return services.decide_sandbox(payments.latest(purchase.pk), purchase, decision=decision)


# What changed since it was seen


def test_a_changed_price_is_shown_as_it_was_and_is(client):
    mug = goods(price=1000, title="Blue mug")
    page = _visitor(client, mug, quantity=2)
    _price(mug, 1200)

    answer = client.post("/checkout", data=_form(page))

    assert answer.status_code == 409
    assert "What changed" in answer.text
    for text in ("Blue mug", "$10.00", "$12.00", "$20.00", "$24.00"):
        assert text in answer.text


def test_nothing_that_was_typed_is_lost_then(client):
    mug = goods(a_shop(name="Kiln"), price=1000)
    page = _visitor(client, mug)
    shop = carts.all().first().items[0].shop_id
    _price(mug, 1200)
    typed = {
        "bills_elsewhere": "1",
        "bill_to.name": "Grace",
        f"note.{shop}": "Please ring.",
        "payment_method": "manual",
    }

    answer = client.post("/checkout", data=_form(page, **typed))

    assert 'value="Grace"' in answer.text or "Please ring." in answer.text
    for text in ('value="ada@example.com"', 'value="Hauptstr. 1"', 'value="Grace"', "Please ring."):
        assert text in answer.text
    assert re.search(r'value="manual"\s+checked', answer.text)


def test_the_changed_cart_is_bought_when_one_agrees(client):
    mug = goods(price=1000)
    page = _visitor(client, mug)
    _price(mug, 1200)
    changed = client.post("/checkout", data=_form(page))

    answer = client.post("/checkout", data=_form(changed))

    assert answer.status_code == 303
    assert purchases.all().first().total == usd(1200)


def _changes(owner, **agreed):
    with pytest.raises(CartChanged) as refusal:
        checked_out(owner, **agreed)
    return [(one["what"], one["title"], one["was"], one["now"]) for one in refusal.value.details["changes"]]


def _agreed(owner):
    return [
        AgreedLine(line.item.id, line.item.quantity, line.unit_price)
        for line in services.priced_cart(owner).lines
    ]


def test_a_line_that_another_tab_added_is_named(app):
    owner = a_cart(goods(price=1000, title="Mug"))
    agreed = _agreed(owner)
    services.add_item(owner, variant_id=goods(price=500, title="Cup"), quantity=2)

    assert _changes(owner, seen=agreed) == [("added", "Cup", "not there", "2 × $5.00")]


def test_a_line_that_another_tab_removed_is_named(app):
    owner = a_cart(goods(price=1000, title="Mug"), goods(price=500, title="Cup"))
    agreed = _agreed(owner)
    services.remove_item(owner, item_id=carts.live(owner).items[1].id)

    assert [change[0] for change in _changes(owner, seen=agreed)] == ["removed"]


def test_a_quantity_that_another_tab_changed_is_named(app):
    owner = a_cart(goods(title="Mug"))
    agreed = _agreed(owner)
    services.change_quantity(owner, item_id=carts.live(owner).items[0].id, quantity=3)

    assert _changes(owner, seen=agreed) == [("quantity", "Mug", "1", "3")]


def test_two_changes_that_cancel_each_other_out_are_told_all_the_same(app):
    mug, cup = goods(price=1000, title="Mug"), goods(price=500, title="Cup")
    owner = a_cart(mug, cup)
    agreed = _agreed(owner)
    _price(mug, 900)
    _price(cup, 600)

    assert [change[:2] for change in _changes(owner, seen=agreed)] == [("price", "Mug"), ("price", "Cup")]


def test_other_shipping_is_named(app):
    owner = a_cart(goods())

    assert _changes(owner, seen_shipping=usd(100)) == [("shipping", "Shipping", "$1.00", "$0.00")]


def test_without_what_was_seen_the_price_in_the_cart_is_compared(app):
    mug = goods(price=1000, title="Mug")
    owner = a_cart(mug)
    _price(mug, 1200)

    changes = _changes(owner, expected_total=usd(1000))

    assert changes == [("price", "Mug", "$10.00", "$12.00"), ("total", "Total", "$10.00", "$12.00")]


def test_another_version_of_the_cart_is_refused(app):
    owner = a_cart(goods())

    assert _changes(owner, cart_version=carts.live(owner).version + 1) == []


# Bill, notes, ways to pay


def test_the_bill_goes_elsewhere_where_that_is_said(client):
    bill = {f"bill_to.{name}": text for name, text in (ADDRESS | {"name": "Grace"}).items()}

    client.post("/checkout", data=_form(_visitor(client, goods()), bills_elsewhere="1", **bill))

    assert purchases.all().first().bill_to.name == "Grace"
    assert orders.all().first().bill_to.name == "Grace"


def test_a_bill_address_that_was_not_asked_for_is_left_out(client):
    client.post("/checkout", data=_form(_visitor(client, goods()), **{"bill_to.name": "Grace"}))

    assert purchases.all().first().bill_to is None


def test_each_shop_reads_what_it_was_told(client, person):
    seller, browser = person("Seller")
    kiln, forge = a_shop(owner=seller, name="Kiln"), a_shop(name="Forge")
    page = _visitor(client, goods(kiln), goods(forge))

    client.post("/checkout", data=_form(page, **{f"note.{kiln.id}": "Please <b>ring</b>."}))

    told = {order.shop_id: order.buyer_note for order in orders.all()}
    assert told == {kiln.id: "Please <b>ring</b>.", forge.id: None}
    orders.all().update(set__status="placed", set__paid_at=now())
    number = orders.find(shop_id=kiln.id).number
    assert "Please &lt;b&gt;ring" in browser.get(f"/sell/{kiln.slug}/orders/{number}").text


def test_a_note_has_an_end(client):
    page = _visitor(client, goods())
    shop = carts.all().first().items[0].shop_id

    answer = client.post("/checkout", data=_form(page, **{f"note.{shop}": "x" * 501}))

    assert answer.status_code == 422


def test_a_deleted_account_leaves_neither_bill_nor_note(app):
    member = a_user()
    owner = a_cart(goods(), owner=CartOwner(user_id=member.id))
    shop = carts.live(owner).items[0].shop_id
    checked_out(owner, bill_to=an_address(name="Grace"), note={shop: "Ring at Ada's."})

    services.forget_buyer(member.id)

    left = (orders.all().first(), purchases.all().first())
    assert [one.bill_to for one in left] == [None, None]
    assert left[0].buyer_note is None


def test_an_unknown_way_to_pay_is_refused_at_its_field(app):
    with pytest.raises(Invalid) as refusal:
        checked_out(a_cart(goods()), payment_method="shells")

    assert refusal.value.field == "payment_method"


def test_without_an_account_no_transfer_is_offered(app, client):
    app.config["BANK_ACCOUNT"] = ""

    assert [one["name"] for one in client.get("/api/v1/payment-methods").json] == ["sandbox"]


def test_the_first_way_to_pay_is_the_usual_one(app):
    app.config["PAYMENT_PROVIDERS"] = "manual,sandbox"

    assert checked_out(a_cart(goods())).payment.provider == "manual"


def test_where_nothing_can_be_paid_the_checkout_says_so(app, client):
    app.config |= {"PAYMENT_PROVIDERS": "manual", "BANK_ACCOUNT": ""}

    answer = _visitor(client, goods())

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


# Pressed twice


def test_pressing_buy_twice_buys_once(client):
    form = _form(_visitor(client, goods()))

    first, second = (client.post("/checkout", data=form) for _ in range(2))

    assert first.location == second.location
    assert purchases.all().count() == 1


def test_a_form_that_was_sent_with_something_else_says_so_and_can_be_sent(client):
    form = _form(_visitor(client, goods()))
    client.post("/checkout", data=form)
    client.set_cookie("cart", carts.all().first().token)
    client.post("/cart/items", data={"variant_id": str(goods())})

    answer = client.post("/checkout", data=form | {"ship_to.name": "Grace"})

    assert answer.status_code == 422
    assert "sent before with something else" in answer.text
    assert f'value="{form["idempotency_key"]}"' not in answer.text


def test_the_api_needs_a_key(client):
    _visitor(client, goods())

    answer = client.post("/api/v1/checkout", json=_order(client))

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency_key_required")


def test_the_api_says_that_an_answer_is_a_replay(client):
    _visitor(client, goods())
    order, key = _order(client), {"Idempotency-Key": token_hex(8)}
    first = client.post("/api/v1/checkout", json=order, headers=key)

    again = client.post("/api/v1/checkout", json=order, headers=key)

    assert (first.status_code, again.status_code) == (201, 200)
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json


def test_the_api_refuses_a_key_with_another_body(client):
    _visitor(client, goods())
    order, key = _order(client), {"Idempotency-Key": token_hex(8)}
    client.post("/api/v1/checkout", json=order, headers=key)

    answer = client.post("/api/v1/checkout", json=order | {"email": "grace@example.com"}, headers=key)

    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")


def test_a_refused_checkout_may_be_mended_with_the_same_key(client):
    _visitor(client, goods())
    order, key = _order(client), {"Idempotency-Key": token_hex(8)}
    client.post("/api/v1/checkout", json=order | {"accept_terms": False}, headers=key)

    assert client.post("/api/v1/checkout", json=order, headers=key).status_code == 201


def test_the_api_names_what_changed(client):
    mug = goods(price=1000)
    _visitor(client, mug)
    order = _order(client)
    _price(mug, 1100)

    answer = client.post("/api/v1/checkout", json=order, headers={"Idempotency-Key": "k"})

    assert (answer.status_code, answer.json["code"]) == (409, "cart_changed")
    assert [one["what"] for one in answer.json["changes"]] == ["price", "total"]


# Waiting


def test_who_comes_back_paid_sees_the_confirmation(client, app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay")

    answer = client.get(_wait(done), follow_redirects=True)

    assert "Thank you for your order" in answer.text


def test_the_page_that_waits_looks_again_without_scripts(client, app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay_slowly")

    page = client.get(_wait(done))

    assert "Waiting for your payment" in page.text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="2; url=[^"]*looked=1', page.text)
    charges.all().update(set__effective_at=now())
    assert client.get(_wait(done)).status_code == 303


def test_it_looks_less_and_less_often_and_stops(client, app):
    done = checked_out(a_cart(goods()))

    later, last = client.get(f"{_wait(done)}&looked=5"), client.get(f"{_wait(done)}&looked=13")

    assert 'content="10;' in later.text
    assert "refresh" not in last.text
    assert "Look again" in last.text


def test_who_was_declined_chooses_another_way(client, app):
    done = checked_out(a_cart(goods()))
    _decide(done, "decline")
    page = client.get(_wait(done))

    answer = client.post(
        _purchase(done).replace("?", "/pay?"), data={"payment_method": "manual"}, follow_redirects=True
    )

    assert "Payment declined" in page.text
    assert "Transfer the money" in answer.text
    assert payments.latest(done.purchase.id).reference in answer.text


def test_an_unknown_way_is_told_on_the_page(client, app):
    done = checked_out(a_cart(goods()))

    answer = client.post(_purchase(done).replace("?", "/pay?"), data={"payment_method": "shells"})

    assert answer.status_code == 422
    assert "Choose one of the ways to pay." in answer.text


def test_a_provider_that_is_away_is_told_on_the_page(client, app, monkeypatch):
    done = checked_out(a_cart(goods()))

    def away(*_, **__):
        raise ProviderUnavailable("The bank does not answer right now.")

    monkeypatch.setattr(sandbox, "create", away, raising=False)

    answer = client.post(_purchase(done).replace("?", "/pay?"), follow_redirects=True)

    assert "The bank does not answer right now." in answer.text


def test_who_changes_their_mind_goes_back_to_the_cart(client, app):
    owner = a_cart(goods(title="Blue mug"))
    done = checked_out(owner)
    client.set_cookie("cart", owner.token)

    answer = client.post(_purchase(done).replace("?", "/give-up?"), follow_redirects=True)

    assert "Your purchase is called off." in answer.text
    assert "Blue mug" in answer.text


def test_a_paid_purchase_is_not_given_up(client, app):
    done = checked_out(a_cart(goods()))
    paid(done)

    answer = client.post(_purchase(done).replace("?", "/give-up?"), follow_redirects=True)

    assert "waits for no payment any more" in answer.text


def test_who_paid_another_amount_is_told_that_it_is_checked(client, app):
    done = checked_out(a_cart(goods()))
    _decide(done, "pay_less")

    page = client.get(_wait(done))

    assert "We are checking it" in page.text
    assert "Pay now" not in page.text


def test_waiting_is_for_the_buyer_alone(client, app):
    done = checked_out(a_cart(goods()))

    assert client.get(_wait(done).split("?")[0]).status_code == 404
    assert client.post(_purchase(done).split("?")[0] + "/give-up").status_code == 404


# The confirmation


def test_a_transfer_is_explained(client, app):
    done = checked_out(a_cart(goods(price=1000)), payment_method="manual")

    page = client.get(_wait(done), follow_redirects=True)

    reference = payments.latest(done.purchase.id).reference
    assert f"Transfer $10.00 to {app.config['BANK_ACCOUNT']}, and write {reference}" in page.text


def test_a_guest_opens_an_account_with_what_is_known(client, app):
    done = checked_out(a_cart(goods()))
    paid(done)

    page = client.get(_purchase(done)).text

    form = page[page.index('action="/register"') :]
    assert 'name="email" type="email" value="ada@example.com"' in form
    assert 'name="display_name" type="text" value="Ada"' in form


def test_a_member_is_not_asked_to_open_one(person):
    member, browser = person()
    view = paid(checked_out(a_cart(goods(), owner=CartOwner(user_id=member.id))))

    assert "Open an account" not in browser.get(f"/purchase/{view.purchase.id}").text


def test_the_confirmation_can_be_printed(client, app):
    done = checked_out(a_cart(goods()))
    paid(done)

    assert "data-print" in client.get(_purchase(done)).text


def test_the_api_tells_how_to_pay_by_transfer(client, app):
    done = checked_out(a_cart(goods()), payment_method="manual")
    key = services.key_of(done.purchase)

    shown = client.get(f"/api/v1/purchases/{done.purchase.id}?key={key}").json

    assert shown["payable"]
    assert shown["payment"]["reference"] in shown["instructions"]


def test_a_purchase_is_given_up_over_json(client, app):
    done = checked_out(a_cart(goods()))

    answer = client.delete(
        f"/api/v1/purchases/{done.purchase.id}/payments?key={services.key_of(done.purchase)}"
    )

    assert (answer.status_code, answer.json["status"]) == (200, "cancelled")


def test_another_way_is_chosen_over_json(client, app):
    done = checked_out(a_cart(goods()))
    address = f"/api/v1/purchases/{done.purchase.id}/payments?key={services.key_of(done.purchase)}"

    answer = client.post(address, json={"payment_method": "manual"})

    assert (answer.status_code, answer.json["kind"]) == (201, "none")


def test_what_is_waited_for_ends_with_a_mismatch_unspoiled(app):
    done = checked_out(a_cart(goods(price=1000)))
    report = sandbox.report(done.payment, PaymentOutcome.SUCCEEDED)
    services.apply_event(replace(report, amount=usd(1)))

    with at(now() + timedelta(minutes=21)):
        services.expire_unpaid(now())

    assert (seen(done).status, seen(done).payment.status) == ("expired", "mismatch")


def _order(client):
    cart = client.get("/api/v1/cart").json
    return {
        "cart_id": cart["id"],
        "email": "ada@example.com",
        "ship_to": ADDRESS,
        "accept_terms": True,
        "expected_total": cart["total"],
    }

"""People can leave: what is open keeps their account, and what is closed forgets them."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.accounts import services
from marketplace.accounts.errors import InvalidCredentials, OpenObligations, WrongPassword
from marketplace.accounts.repositories import shops, users
from marketplace.accounts.services import erasure
from marketplace.accounts.values import Obligation, ShopStatus, UserStatus
from marketplace.catalog.repositories import products
from marketplace.ordering import services as ordering
from marketplace.ordering.repositories import carts, orders, purchases
from marketplace.ordering.values import Actor, CartOwner, CartStatus
from marketplace.shared import connections, sessions
from tests.builders import (
    PASSWORD,
    a_cart,
    a_placed_order,
    a_product,
    a_shop,
    a_user,
    an_address,
    checked_out,
    goods,
    paid,
)
from tests.mailbox import deliver


def leave(browser, password: str = PASSWORD):
    return browser.delete("/api/v1/me", json={"password": password})


def delivered(owner: CartOwner | None = None, *variants: Any):
    """An order that has arrived."""
    order = a_placed_order(*variants, owner=owner)
    for step, actor in (("ship", Actor.SELLER), ("confirm_received", Actor.BUYER)):
        order = ordering.move_order(number=order.number, name=step, actor=actor)
    return order


# What is open


def test_who_owes_nothing_leaves(person):
    ada, browser = person()

    assert leave(browser).status_code == 204
    assert users.get(ada.id).status is UserStatus.DELETED
    assert browser.get("/api/v1/me").status_code == 401


def test_leaving_needs_the_password(person):
    ada, browser = person()

    answer = leave(browser, "wrong password")

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/password")
    assert users.get(ada.id).is_active


def test_a_stranger_deletes_nothing(client):
    assert leave(client).status_code == 401
    assert client.get("/account/delete").status_code == 303


@pytest.mark.parametrize("step", [None, "start", "ship"])
def test_an_open_order_keeps_its_buyer(person, step):
    ada, browser = person()
    order = a_placed_order(owner=CartOwner(user_id=ada.id))
    if step:
        ordering.move_order(number=order.number, name=step, actor=Actor.SELLER)

    answer = leave(browser)

    (listed,) = answer.json["obligations"]
    assert (answer.status_code, answer.json["code"]) == (409, "open_obligations")
    assert (listed["code"], listed["path"]) == ("open_order", f"/order/{order.number}")
    assert users.get(ada.id).is_active


def test_an_unpaid_purchase_keeps_its_buyer(person):
    ada, browser = person()
    checked_out(a_cart(goods(), owner=CartOwner(user_id=ada.id)))

    assert [one["code"] for one in leave(browser).json["obligations"]] == ["open_order"]


def test_a_checkout_that_is_under_way_keeps_its_buyer(person):
    ada, browser = person()
    owner = a_cart(goods(), owner=CartOwner(user_id=ada.id))
    cart = carts.live(owner)
    cart.status = CartStatus.CONVERTING
    carts.save(cart)

    assert [one["code"] for one in leave(browser).json["obligations"]] == ["checkout_in_progress"]


def test_an_open_order_keeps_the_owner_of_its_shop(person):
    ada, browser = person()
    shop = a_shop(owner=ada)
    order = a_placed_order(goods(shop))

    answer = leave(browser)

    (listed,) = answer.json["obligations"]
    assert (listed["code"], listed["path"]) == (
        "open_shop_order",
        f"/sell/{shop.slug}/orders/{order.number}",
    )
    assert shops.get(shop.id).status is ShopStatus.ACTIVE


def test_an_order_that_has_arrived_keeps_nobody(person):
    ada, browser = person()
    delivered(CartOwner(user_id=ada.id))

    assert leave(browser).status_code == 204


def test_whoever_keeps_something_of_people_is_asked(app, monkeypatch):
    ada, owed = a_user(), [Obligation("a_debt", "You owe a cake.")]
    monkeypatch.setattr(erasure, "_holders", dict(erasure._holders))
    services.hold("cakes", obligations=lambda _: owed)

    with pytest.raises(OpenObligations) as refusal:
        services.delete_account(user_id=ada.id, password=PASSWORD)

    assert refusal.value.details["obligations"] == [
        {"code": "a_debt", "message": "You owe a cake.", "path": ""}
    ]


# What is forgotten


def test_a_tombstone_is_all_that_is_left_of_the_account(app):
    ada = a_user(email="ada@example.com")
    services.add_address(user_id=ada.id, address=an_address())
    services.edit_account(
        user_id=ada.id, phone="+49 30 1", locale="de_DE", currency="EUR", marketing_consent=True
    )

    services.delete_account(user_id=ada.id, password=PASSWORD)

    left = connections.database()["users"].find_one({"_id": ada.id})
    assert {name for name, value in left.items() if value} == {
        "_id",
        "email",
        "password_hash",
        "display_name",
        "status",
        "created_at",
        "deleted_at",
        "version",
    }
    assert (left["display_name"], left["email"]) == ("Deleted user", f"{ada.id}@deleted.invalid")


def test_nobody_signs_in_to_a_deleted_account(app):
    ada = a_user(email="ada@example.com")
    services.delete_account(user_id=ada.id, password=PASSWORD)

    for email in ("ada@example.com", f"{ada.id}@deleted.invalid"):
        with pytest.raises(InvalidCredentials):
            services.authenticate(email=email, password=PASSWORD)
    with pytest.raises(WrongPassword):
        services.delete_account(user_id=ada.id, password=PASSWORD)


def test_the_e_mail_address_is_free_again(app):
    services.delete_account(user_id=a_user(email="ada@example.com").id, password=PASSWORD)

    assert a_user(email="ada@example.com").is_active


def test_leaving_ends_every_session(person):
    ada, browser = person()
    elsewhere = person.sign_in(ada)

    leave(browser)

    assert elsewhere.get("/api/v1/me").status_code == 401
    assert sessions.list_of(ada.id) == []


def test_orders_stay_as_they_were_without_who_bought(app):
    ada = a_user()
    order = delivered(CartOwner(user_id=ada.id))

    services.delete_account(user_id=ada.id, password=PASSWORD)

    left, bought = orders.get(order.pk), purchases.get(order.purchase_id)
    for one in (left, bought):
        assert (one.ship_to.name, one.ship_to.phone, one.email) == ("Deleted user", "", None)
        assert one.ship_to.line1 == "Hauptstr. 1"
    assert (left.totals, left.items) == (order.totals, order.items)


def test_the_shop_still_works_on_what_a_deleted_buyer_bought(person):
    owner, browser = person()
    shop, ada = a_shop(owner=owner), a_user()
    order = delivered(CartOwner(user_id=ada.id), goods(shop))
    services.delete_account(user_id=ada.id, password=PASSWORD)

    page = browser.get(f"/sell/{shop.slug}/orders/{order.number}")
    over_json = browser.get(f"/api/v1/seller/{shop.slug}/orders/{order.number}")

    assert "by a deleted user" in page.text
    assert (over_json.status_code, over_json.json["email"]) == (200, None)


def test_the_cart_is_gone(app):
    ada = a_user()
    owner = a_cart(goods(), owner=CartOwner(user_id=ada.id))

    services.delete_account(user_id=ada.id, password=PASSWORD)

    assert carts.live(owner) is None


def test_the_persons_shops_close_and_nobody_sees_their_listings(app):
    ada = a_user()
    shop = a_shop(owner=ada)
    product = a_product(shop=shop)

    services.delete_account(user_id=ada.id, password=PASSWORD)

    assert shops.get(shop.id).status is ShopStatus.CLOSED
    assert not products.get(product.pk).visible


def test_the_last_mail_says_so_and_the_address_is_forgotten(app):
    services.delete_account(user_id=a_user(email="ada@example.com").id, password=PASSWORD)

    (mail,) = deliver()

    assert (mail["To"], mail["Subject"]) == ("ada@example.com", "Your account at Sundry is deleted")
    assert "ada@example.com" not in str(list(connections.database()["outbox"].find()))


# The page


def test_the_page_lists_what_is_open_in_place_of_the_form(person):
    ada, browser = person()
    order = a_placed_order(owner=CartOwner(user_id=ada.id))

    page = browser.get("/account/delete").text

    assert f'href="/order/{order.number}"' in page
    assert 'name="password"' not in page


def test_the_page_deletes_the_account(person):
    ada, browser = person()
    assert "It cannot be undone." in browser.get("/account/delete").text

    answer = browser.post("/account/delete", data={"password": PASSWORD})

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Your account is deleted." in browser.get("/").text
    assert users.get(ada.id).status is UserStatus.DELETED


def test_a_wrong_password_is_shown_at_its_field(person):
    _, browser = person()

    answer = browser.post("/account/delete", data={"password": "wrong password"})

    assert answer.status_code == 422
    assert 'id="field-password-error"' in answer.text


# Everywhere


#: What is known of somebody: the address of the account, the name, a saved address, the telephone.
KNOWN = {"ada.lovelace@example.com", "Ada Lovelace", "Byron House", "555 0100"}

#: The address that the account had before, and that was told of its change.
OLD = "countess@example.org"

#: What an order keeps of where it went; nothing else may hold any of it.
KEPT_BY_ORDERS = {"12 Analytical Row"}


def everything(app) -> str:
    """All that both servers hold."""
    db = connections.database()
    stored = [str(list(db[name].find())) for name in db.list_collection_names()]
    store = connections.sessions_store()
    held = [(key, store.dump(key)) for key in store.keys("*")]
    return "\n".join(stored) + str(held)


@pytest.mark.real
def test_after_leaving_no_personal_value_is_left_anywhere(app, person):
    ada, browser = person("Ada Lovelace", email=OLD)
    parts = {"name": "Ada Lovelace", "phone": "+49 30 555 0100"}
    services.add_address(user_id=ada.id, address=an_address(line1="Byron House", **parts))
    services.edit_account(user_id=ada.id, phone="+49 30 555 0100", locale="en_GB")
    browser.post("/api/v1/me/email", json={"email": "ada.lovelace@example.com", "current_password": PASSWORD})
    (asked,) = deliver()
    services.change_email(token=asked.get_content().partition("token=")[2].split()[0])
    browser.post("/api/v1/password-reset/mail", json={"email": "ada.lovelace@example.com"})
    browser.post("/api/v1/session", json={"email": "ada.lovelace@example.com", "password": "wrong password"})
    owner = CartOwner(user_id=ada.id)
    bought = checked_out(
        a_cart(goods(), owner=owner),
        email="ada.lovelace@example.com",
        ship_to=an_address(line1="12 Analytical Row", **parts),
    )
    order = _arrived(bought)
    a_cart(goods(), owner=owner)
    a_product(shop=a_shop(owner=ada))
    deliver()
    before = everything(app)
    connections.database()["outbox"].update_one(
        {}, {"$set": {"state": "failed", "error": "550 Ada.Lovelace@example.com: no such box"}}
    )

    assert leave(browser).status_code == 204
    deliver()

    after = everything(app)
    assert {value for value in KNOWN if value in before} == KNOWN
    assert {value for value in KNOWN | {OLD} if value.lower() in after.lower()} == set()
    assert {value for value in KEPT_BY_ORDERS if value in after} == KEPT_BY_ORDERS
    assert orders.get(order.pk).totals == order.totals


def _arrived(bought):
    (order,) = paid(bought).orders
    for step, actor in (("ship", Actor.SELLER), ("confirm_received", Actor.BUYER)):
        order = ordering.move_order(number=order.number, name=step, actor=actor)
    return order


@pytest.mark.real
def test_an_erasure_that_fails_half_way_leaves_everything_as_it_was(app, monkeypatch):
    ada = a_user(email="ada@example.com")
    shop = a_shop(owner=ada)

    def fail(_: object) -> None:
        raise RuntimeError("the last holder fails")

    monkeypatch.setattr(erasure, "_holders", dict(erasure._holders))
    services.hold("broken", scrub=fail)
    with pytest.raises(RuntimeError):
        services.delete_account(user_id=ada.id, password=PASSWORD)

    assert users.get(ada.id).email == "ada@example.com"
    assert shops.get(shop.id).status is ShopStatus.ACTIVE

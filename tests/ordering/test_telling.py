"""Buyers and shops are told of their orders where they want to be; receipts are mailed always."""

from __future__ import annotations

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Channel, NotificationEvent
from marketplace.ordering import services
from marketplace.ordering.values import Actor, CartOwner
from marketplace.shared import connections
from tests.builders import a_placed_order, a_shop, a_user, goods
from tests.mailbox import deliver


@pytest.fixture
def shop(app):
    return a_shop(name="Kiln")


@pytest.fixture
def buyer(app):
    return a_user(display_name="Ben Buyer")


def bought(buyer, shop):
    return a_placed_order(goods(shop), owner=CartOwner(user_id=buyer.pk) if buyer else None)


def told(user_id):
    return [(one.text, one.path) for one in accounts.notifications_of(user_id)]


def no_mail(user_id):
    accounts.choose_notifications(user_id=user_id, choices={NotificationEvent.ORDER: {Channel.MAIL: False}})


def recipients():
    return [mail["To"] for mail in deliver()]


def move(order, name, actor, **parts):
    return services.move_order(number=order.number, name=name, actor=actor, **parts)


def test_the_buyer_is_told_that_it_is_paid(shop, buyer):
    order = bought(buyer, shop)
    deliver()

    assert told(buyer.pk) == [
        (f"Thank you! Your order {order.number} is paid.", f"/purchase/{order.purchase_id}")
    ]


def test_the_shop_is_told_of_a_new_order(shop, buyer):
    order = bought(buyer, shop)
    deliver()

    ((text, path),) = told(shop.owner_id)
    assert text.startswith(f"New order {order.number}, to be sent by ")
    assert path == f"/sell/{shop.slug}/orders/{order.number}"


def test_the_buyer_is_told_that_it_is_sent(shop, buyer):
    order = bought(buyer, shop)
    move(order, "ship", Actor.SELLER)
    deliver()

    assert told(buyer.pk)[0] == (f"Kiln sent your order {order.number}.", f"/order/{order.number}")


def test_the_shop_is_told_that_it_arrived(shop, buyer):
    order = bought(buyer, shop)
    move(order, "ship", Actor.SELLER)
    move(order, "confirm_received", Actor.BUYER)
    deliver()

    text, path = told(shop.owner_id)[0]
    assert text.startswith(f"Order {order.number}: ")
    assert path == f"/sell/{shop.slug}/orders/{order.number}"


def test_the_buyer_is_told_of_money_that_goes_back(shop, buyer):
    order = bought(buyer, shop)
    deliver()
    move(order, "decline", Actor.SELLER, reason="It broke.")
    deliver()
    deliver()

    said = [text for text, _ in told(buyer.pk)]
    assert any(text.startswith(f"Your order {order.number} of Kiln: ") for text in said)
    assert f"$10.00 of your order {order.number} is on its way back to you." in said


def test_what_is_delivered_twice_is_told_once(shop, buyer):
    bought(buyer, shop)
    deliver()
    connections.database()["outbox"].update_many({}, {"$set": {"state": "waiting"}})
    deliver()

    assert (len(told(buyer.pk)), len(told(shop.owner_id))) == (1, 1)


def test_a_receipt_is_mailed_always(shop, buyer):
    no_mail(buyer.pk)
    bought(buyer, shop)

    assert "ada@example.com" in recipients()


def test_news_are_not_mailed_to_a_buyer_who_turned_them_off(shop, buyer):
    order = bought(buyer, shop)
    deliver()
    no_mail(buyer.pk)
    move(order, "ship", Actor.SELLER)

    assert recipients() == []


def test_new_orders_are_not_mailed_to_a_shop_that_turned_them_off(shop, buyer):
    no_mail(shop.owner_id)
    bought(buyer, shop)

    assert recipients() == ["ada@example.com"]


def test_a_buyer_who_is_not_told_here_is_mailed(shop, buyer):
    choices = {NotificationEvent.ORDER: {Channel.IN_APP: False}}
    accounts.choose_notifications(user_id=buyer.pk, choices=choices)
    order = bought(buyer, shop)
    deliver()
    move(order, "ship", Actor.SELLER)

    assert recipients() == ["ada@example.com"]
    assert told(buyer.pk) == []


def test_a_guest_is_mailed_everything(shop):
    order = bought(None, shop)
    deliver()
    move(order, "ship", Actor.SELLER)

    assert recipients() == ["ada@example.com"]

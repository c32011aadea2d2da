from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from bson import ObjectId

from marketplace.accounts.values import ShippingTerms
from marketplace.ordering import background, services
from marketplace.ordering.providers import sandbox
from marketplace.ordering.repositories import carts, payments
from marketplace.ordering.values import (
    Actor,
    CartOwner,
    CartStatus,
    LinePieces,
    PaymentOutcome,
    PaymentStatus,
)
from marketplace.shared import clock, connections
from marketplace.shared.outbox import Delivery, registry
from tests.builders import a_cart, a_shop, a_user, checked_out, goods, paid, seen, usd

MOMENT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def mails(app) -> list[EmailMessage]:
    """The mails that were sent."""
    taken: list[EmailMessage] = app.extensions["mail"].taken
    taken.clear()
    app.config["BASE_URL"] = "http://localhost"
    return taken


def deliver() -> None:
    """Call the handlers of everything that was told, as a worker does."""
    rows = connections.database()["outbox"]
    for row in rows.find(sort=[("told_at", 1), ("_id", 1)]):
        names = ("topic", "sequence", "payload", "told_at")
        told = Delivery(id=row["_id"], about=row["stream"], attempt=1, **{name: row[name] for name in names})
        registry.handlers[told.topic](told)
        rows.delete_one({"_id": row["_id"]})


def to(mails: list[EmailMessage], address: str) -> EmailMessage:
    (found,) = [mail for mail in mails if mail["To"] == address]
    return found


def text(mail: EmailMessage) -> str:
    return mail.get_content()


def ship(number: str, **parts: Any) -> None:
    services.move_order(number=number, name="ship", actor=Actor.SELLER, **parts)


# Paid


def test_who_bought_is_told_what_from_whom_and_where_to_follow_it(mails):
    kiln = a_shop(name="Kiln", shipping=ShippingTerms(price=usd(450), handling_days=2))
    forge = a_shop(name="Forge")
    cart = a_cart(goods(kiln, price=1250), goods(forge, price=900, title="Iron pan"), quantity=2)
    with clock.at(MOMENT):
        view = paid(checked_out(cart))

    deliver()

    mail = to(mails, "ada@example.com")
    first, second = (order.number for order in view.orders)
    assert mail["Subject"] == f"Your order at Sundry: {first}, {second}"
    assert (
        text(mail)
        == f"""\
Thank you! Your payment of $47.50 arrived.

Kiln, order {first}, leaves by Mar 6, 2026
  2 × Stoneware mug – $25.00
  Shipping – $4.50

Forge, order {second}, leaves by Mar 6, 2026
  2 × Iron pan – $18.00
  Shipping – $0.00

Total – $47.50

It goes to
  Ada
  Hauptstr. 1
  10115 Berlin
  Germany

See how far it is:
http://localhost/purchase/{view.purchase.id}?key={view.key}

You bought without an account: this link is the only way back to your order.
Keep this mail, and give the link to nobody else.
"""
    )


def test_the_link_in_a_visitors_mail_opens_the_purchase(mails, client):
    paid(checked_out(a_cart(goods())))
    deliver()

    (link,) = re.findall(r"http://localhost(\S+)", text(to(mails, "ada@example.com")))

    assert "Thank you for your order" in client.get(link).text
    assert client.get(link.partition("?")[0]).status_code == 404


def test_a_member_gets_a_link_without_a_key(mails):
    member = a_user(email="member@example.com")
    owner = a_cart(goods(), owner=CartOwner(user_id=member.id))
    view = paid(checked_out(owner, email=None))

    deliver()

    mail = text(to(mails, "member@example.com"))
    assert mail.endswith(f"http://localhost/purchase/{view.purchase.id}\n")


def test_a_shops_owner_is_told_what_to_send(mails):
    shop = a_shop(owner=a_user(email="seller@example.com"), name="Kiln", slug="kiln")
    with clock.at(MOMENT):
        (order,) = paid(checked_out(a_cart(goods(shop), quantity=3))).orders

    deliver()

    mail = to(mails, "seller@example.com")
    assert mail["Subject"] == f"New order {order.number} for Kiln"
    assert (
        text(mail)
        == f"""\
Kiln has a new order. It is paid, and you promise to send it by Mar 6, 2026.

  3 × Stoneware mug – $30.00
  Shipping – $0.00
  Total – $30.00

Send it to
  Ada
  Hauptstr. 1
  10115 Berlin
  Germany

Work on it:
http://localhost/sell/kiln/orders/{order.number}
"""
    )


def test_nobody_is_told_when_the_shops_owner_is_gone(mails):
    owner = a_user(email="seller@example.com")
    paid(checked_out(a_cart(goods(a_shop(owner=owner)))))
    owner.delete()

    deliver()

    assert [mail["To"] for mail in mails] == ["ada@example.com"]


def test_a_title_adds_neither_lines_nor_headers(mails):
    shop = a_shop(name="Kiln", owner=a_user(email="seller@example.com"))
    paid(checked_out(a_cart(goods(shop, title="<b>Mug</b>"))))
    orders = connections.database()["orders"]
    orders.update_one(
        {}, {"$set": {"items.0.title": "<b>Mug</b>\n\nPay to: evil", "shop.name": "Kiln\r\nBcc: e@x.de"}}
    )

    deliver()

    mail = to(mails, "ada@example.com")
    assert "  1 × <b>Mug</b> Pay to: evil – $10.00\n" in text(mail)
    assert "Kiln Bcc: e@x.de, order" in text(mail)
    assert mail.get_content_type() == "text/plain"
    assert all(mail["Bcc"] is None for mail in mails)


# Shipped


def test_the_buyer_is_told_how_the_parcel_travels(mails):
    view = paid(checked_out(a_cart(goods(a_shop(name="Kiln")), quantity=2)))
    deliver()
    mails.clear()
    number = view.orders[0].number

    ship(number, carrier="DHL", tracking="00340 1")
    deliver()

    mail = to(mails, "ada@example.com")
    assert mail["Subject"] == f"Kiln sent your order {number}"
    assert (
        text(mail)
        == f"""\
Your parcel from Kiln is on its way.

Carrier: DHL
Tracking number: 00340 1

  2 × Stoneware mug

See it here, and say when it has arrived:
http://localhost/order/{number}?key={view.key}

You bought without an account: this link is the only way back to your order.
Keep this mail, and give the link to nobody else.
"""
    )


def test_a_parcel_without_carrier_and_number_says_nothing_of_them(mails):
    view = paid(checked_out(a_cart(goods())))
    deliver()
    mails.clear()

    ship(view.orders[0].number)
    deliver()

    assert text(mails[0]).startswith("Your parcel from Kiln is on its way.\n\n  1 × Stoneware mug\n")


def test_a_part_of_an_order_says_what_is_in_it_and_that_the_rest_follows(mails):
    (order,) = paid(checked_out(a_cart(goods(a_shop(name="Kiln")), quantity=3))).orders
    deliver()
    mails.clear()

    ship(order.number, lines=[LinePieces(order.items[0].id, 2)])
    deliver()

    mail = to(mails, "ada@example.com")
    assert mail["Subject"] == f"Kiln sent a part of your order {order.number}"
    assert "  2 × Stoneware mug\n\nThe rest follows in another parcel.\n" in text(mail)


def test_the_last_parcel_of_several_is_the_rest_and_not_another_part(mails):
    (order,) = paid(checked_out(a_cart(goods(a_shop(name="Kiln")), quantity=3))).orders
    ship(order.number, lines=[LinePieces(order.items[0].id, 2)])
    deliver()
    mails.clear()

    ship(order.number, lines=[LinePieces(order.items[0].id, 1)], tracking="00340 2")
    deliver()

    mail = to(mails, "ada@example.com")
    assert mail["Subject"] == f"Kiln sent the rest of your order {order.number}"
    assert text(mail).startswith("Your parcel from Kiln is on its way.\n\nTracking number: 00340 2\n\n  1 ×")


# Steps, reminders and refunds


#: What is done to an order, and who gets which subject.
TOLD = [
    ([("start", Actor.SELLER)], {"ada@example.com": "Your order {} of Kiln: packing"}),
    ([("cancel", Actor.BUYER)], {"seller@example.com": "Order {} of Kiln: cancelled"}),
    ([("decline", Actor.SELLER)], {"ada@example.com": "Your order {} of Kiln: cancelled"}),
    (
        [("ship", Actor.SELLER), ("confirm_received", Actor.BUYER)],
        {"seller@example.com": "Order {} of Kiln: delivered"},
    ),
    (
        [("ship", Actor.SELLER), ("mark_delivered", Actor.SELLER)],
        {"ada@example.com": "Your order {} of Kiln: delivered"},
    ),
    (
        [("ship", Actor.SELLER), ("confirm_received", Actor.BUYER), ("complete", Actor.BUYER)],
        {"seller@example.com": "Order {} of Kiln: completed"},
    ),
]


@pytest.mark.parametrize(
    ("steps", "subjects"), TOLD, ids=lambda part: part[-1][0] if type(part) is list else ""
)
def test_who_is_to_know_is_told_of_a_step(mails, steps, subjects):
    number = a_sale().number
    for name, actor in steps:
        deliver()
        mails.clear()
        reason = "It broke." if name == "decline" else None
        services.move_order(number=number, name=name, actor=actor, reason=reason)

    rows = connections.database()["outbox"]
    rows.delete_many({"topic": {"$regex": "^refund"}})
    deliver()

    assert {mail["To"]: mail["Subject"] for mail in mails} == {
        address: subject.format(number) for address, subject in subjects.items()
    }


def a_sale() -> Any:
    """A paid order of Kiln, whose owner is seller@example.com."""
    shop = a_shop(owner=a_user(email="seller@example.com"), name="Kiln", slug="kiln")
    with clock.at(MOMENT):
        (order,) = paid(checked_out(a_cart(goods(shop), quantity=2))).orders
    return order


def test_a_buyer_reads_why_a_shop_declined_and_what_comes_back(mails):
    order = a_sale()
    deliver()
    mails.clear()

    services.move_order(
        number=order.number, name="decline", actor=Actor.SELLER, reason="The kiln cracked it."
    )
    deliver()
    deliver()

    news, refund = mails
    assert "The shop declined the order. The money goes back.\n\n“The kiln cracked it.”" in text(news)
    assert refund["Subject"] == f"$20.00 goes back to you for order {order.number}"
    assert "  Stoneware mug – $20.00\n" in text(refund)


def test_a_shop_is_reminded_of_what_should_have_left(mails):
    order = a_sale()
    deliver()
    mails.clear()

    with clock.at(MOMENT + timedelta(days=2)):
        services.ring_timers(clock.now())
        deliver()

    mail = to(mails, "seller@example.com")
    assert mail["Subject"] == f"Please send order {order.number} of Kiln"
    assert (
        text(mail)
        == f"""\
You promised to send this order by Mar 6, 2026. This is still to be sent:

  2 × Stoneware mug

If nothing of it is sent by Mar 13, 2026, it is cancelled and its buyer gets their money back.

Send it, or say that you cannot:
http://localhost/sell/kiln/orders/{order.number}
"""
    )


def test_a_shop_that_sent_it_meanwhile_is_not_reminded(mails):
    order = a_sale()
    deliver()
    mails.clear()
    with clock.at(MOMENT + timedelta(days=2)):
        services.ring_timers(clock.now())
    ship(order.number)

    deliver()

    assert [mail["Subject"] for mail in mails] == [f"Kiln sent your order {order.number}"]


def test_a_buyer_is_asked_whether_it_arrived(mails):
    order = a_sale()
    with clock.at(MOMENT):
        ship(order.number)
    deliver()
    mails.clear()

    with clock.at(MOMENT + timedelta(days=12)):
        services.ring_timers(clock.now())
        deliver()

    mail = to(mails, "ada@example.com")
    assert mail["Subject"] == f"Has your order {order.number} of Kiln arrived?"
    assert "Your parcel from Kiln left on Mar 4, 2026." in text(mail)
    assert "If we hear nothing, it counts as delivered on Mar 18, 2026." in text(mail)


def test_what_time_does_to_an_order_is_told_to_both(mails):
    order = a_sale()
    for day in (2, 9):
        deliver()
        mails.clear()
        with clock.at(MOMENT + timedelta(days=day)):
            services.ring_timers(clock.now())
    connections.database()["outbox"].delete_many({"topic": {"$regex": "^refund"}})

    deliver()

    assert {mail["To"]: mail["Subject"] for mail in mails} == {
        "ada@example.com": f"Your order {order.number} of Kiln: cancelled",
        "seller@example.com": f"Order {order.number} of Kiln: cancelled",
    }


# Not paid


def expire(moment: datetime | None = None) -> None:
    services.expire_unpaid(moment or clock.now() + timedelta(hours=1))


def test_who_did_not_pay_in_time_owes_nothing_and_has_it_in_the_cart(mails):
    (order,) = services.view(checked_out(a_cart(goods(a_shop(name="Kiln")))).purchase).orders

    expire()
    deliver()

    mail = to(mails, "ada@example.com")
    assert mail["Subject"] == "Not paid in time at Sundry: nothing is owed"
    assert (
        text(mail)
        == f"""\
The time to pay $10.00 is over, so nothing is owed and nothing is sent.

Kiln, order {order.number}
  1 × Stoneware mug – $10.00
  Shipping – $0.00

What you wanted is back in your cart, as long as it is in stock:
http://localhost/cart
"""
    )


def test_who_has_no_cart_for_it_is_told_where_to_find_it_again(mails):
    owner = a_cart(goods())
    checked_out(owner)
    busy = a_cart(goods(), owner=owner)
    carts.begin_checkout(carts.live(busy), clock.now())

    expire()
    deliver()

    assert text(mails[0]).endswith("If you still want it, find it here:\nhttp://localhost/\n")


def test_who_paid_after_all_is_not_told_that_nothing_is_owed(mails):
    done = checked_out(a_cart(goods()))
    expire()
    services.apply_event(sandbox.report(done.payment, PaymentOutcome.SUCCEEDED))

    deliver()

    assert {mail["Subject"].partition(" ")[0] for mail in mails} == {"Your", "New"}


def test_a_purchase_that_is_called_off_tells_nobody(mails):
    number = services.view(checked_out(a_cart(goods())).purchase).orders[0].number
    services.move_order(number=number, name="cancel", actor=Actor.BUYER)

    deliver()

    assert mails == []


# What time brings


def test_the_timer_ends_purchases_that_nobody_paid(app):
    with clock.at(clock.now() - timedelta(hours=1)):
        done = checked_out(a_cart(goods()))

    background.expire_unpaid()

    assert services.view(done.purchase).status == "expired"


def test_a_purchase_that_cannot_be_ended_keeps_no_other_from_ending(app, caplog):
    stuck, overdue = (checked_out(a_cart(goods())) for _ in range(2))
    orders = connections.database()["orders"]
    orders.update_one({"purchase_id": stuck.purchase.id}, {"$set": {"status": "shipped"}})

    expire()

    assert services.view(overdue.purchase).status == "expired"
    assert f"Purchase {stuck.purchase.id} could not be ended." in caplog.text


def due_refund() -> ObjectId:
    """A payment that came after the purchase was called off, whose money the provider did not take."""
    done = checked_out(a_cart(goods()))
    payments.all().filter(pk=done.payment.id).update(status=PaymentStatus.REFUND_DUE)
    return done.payment.id


def test_a_refund_that_stayed_due_is_sent_again(app):
    payment_id = due_refund()

    background.send_refunds()

    assert payments.get(payment_id).status is PaymentStatus.REFUNDED
    assert services.send_refunds() == 0


def test_a_refund_that_fails_stays_due_and_keeps_no_other_from_going(app, monkeypatch, caplog):
    first, second, third = due_refund(), due_refund(), due_refund()
    refusals = {first: OSError("no line"), second: None}

    def refund(payment: Any, **_: Any) -> bool:
        if refusals.get(payment.id):
            raise refusals[payment.id]
        return payment.id not in refusals

    monkeypatch.setattr(sandbox, "refund", refund)

    assert services.send_refunds() == 1
    states = [payments.get(one).status for one in (first, second, third)]
    assert states == [PaymentStatus.REFUND_DUE, PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED]
    assert f"The refund of payment {first} failed." in caplog.text


def test_a_cart_whose_checkout_died_is_opened_again(app):
    dead, alive = a_cart(goods()), a_cart(goods())
    carts.begin_checkout(carts.live(dead), clock.now() - timedelta(minutes=6))
    carts.begin_checkout(carts.live(alive), clock.now())

    background.reopen_carts()

    assert carts.live(dead).status is CartStatus.OPEN
    assert carts.live(dead).converting_at is None
    assert carts.live(alive).status is CartStatus.CONVERTING


# With a worker


@pytest.mark.real
def test_a_purchase_that_is_paid_brings_its_mails_by_the_worker(app, mails):
    shop = a_shop(owner=a_user(email="seller@example.com"))
    paid(checked_out(a_cart(goods(shop))))

    answer = app.test_cli_runner().invoke(args=["worker", "--once"])

    timers = len(registry.timers)
    assert answer.output == f"Deliveries: 3 done, 0 failed. Timers: {timers} done, 0 failed.\n"
    assert sorted(mail["To"] for mail in mails) == ["ada@example.com", "seller@example.com"]


@pytest.mark.real
def test_a_payment_that_is_rolled_back_tells_nobody(app, monkeypatch):
    done = checked_out(a_cart(goods()))
    monkeypatch.setattr(payments, "save", lambda payment: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        services.apply_event(sandbox.report(done.payment, PaymentOutcome.SUCCEEDED))

    assert connections.database()["outbox"].find_one({"topic": {"$ne": "payment.created"}}) is None


# What goes wrong with money, and transfers


def test_who_pays_by_transfer_is_told_how(mails):
    done = checked_out(a_cart(goods(price=1000)), payment_method="manual")

    deliver()

    told = text(to(mails, "ada@example.com"))
    reference = payments.get(done.payment.id).reference
    assert "Transfer $10.00 to Sundry, IBAN" in told.replace("\n", " ")
    assert reference in told


def test_who_pays_online_gets_no_such_mail(mails):
    checked_out(a_cart(goods()))

    deliver()

    assert mails == []


def test_who_paid_another_amount_is_told_that_it_is_checked(mails):
    done = checked_out(a_cart(goods()))
    report = sandbox.report(done.payment, PaymentOutcome.SUCCEEDED)
    services.apply_event(replace(report, amount=usd(1)))

    deliver()

    assert "we are checking it" in to(mails, "ada@example.com")["Subject"]


@pytest.mark.real
def test_who_paid_too_late_and_the_shop_are_told(mails):
    seller = a_user(email="seller@example.com")
    mug = goods(a_shop(owner=seller, name="Kiln"), stock=1)
    done = checked_out(a_cart(mug))
    with clock.at(clock.now() + timedelta(minutes=21)):
        services.expire_unpaid(clock.now())
    other = checked_out(a_cart(mug), email="grace@example.com")
    connections.database()["outbox"].delete_many({})

    services.apply_event(sandbox.report(done.payment, PaymentOutcome.SUCCEEDED))
    deliver()

    assert "your money goes back" in to(mails, "ada@example.com")["Subject"]
    assert "was paid too late" in to(mails, "seller@example.com")["Subject"]
    assert seen(other).payable

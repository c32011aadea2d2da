"""From a cart to a purchase with an order for each shop: all of it, once, or nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from secrets import token_hex

import pytest
from bson import ObjectId
from mongoengine.errors import OperationError
from pymongo.client_session import ClientSession
from pymongo.errors import ConnectionFailure

from marketplace.accounts import services as accounts
from marketplace.accounts.values import ShippingTerms
from marketplace.catalog import services as catalog
from marketplace.ordering import services
from marketplace.ordering.errors import (
    CartChanged,
    CartEmpty,
    CheckoutInProgress,
    InsufficientStock,
    TermsRequired,
)
from marketplace.ordering.repositories import carts, purchases
from marketplace.ordering.services import holds
from marketplace.ordering.values import CartOwner, CartStatus, new_cart_token
from marketplace.shared import connections
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid
from tests.builders import a_cart, a_shop, a_user, an_address, checked_out, goods, seen, usd


def _level(variant_id):
    return catalog.stock.levels([variant_id])[variant_id]


def _nothing_is_left_of_a_purchase():
    db = connections.database()
    written = sum(db[name].count_documents({}) for name in ("purchases", "orders", "payments"))
    return written == 0


# What is written


def test_a_cart_of_two_shops_becomes_one_purchase_with_two_orders(app):
    kiln = a_shop(name="Kiln", shipping=ShippingTerms(price=usd(495), handling_days=2))
    owner = a_cart(goods(kiln, price=1000), goods(a_shop(name="Forge"), price=2500), quantity=2)

    purchase = seen(checked_out(owner))

    assert purchase.purchase.total == usd(7495)
    assert [order.shop.name for order in purchase.orders] == ["Kiln", "Forge"]
    assert [order.totals.total for order in purchase.orders] == [usd(2495), usd(5000)]
    assert {order.status for order in purchase.orders} == {"awaiting_payment"}


def test_an_order_keeps_what_was_bought_as_it_was(app):
    mug = goods(price=1250, title="Blue mug")

    order = seen(checked_out(a_cart(mug, quantity=3))).orders[0]

    item = order.items[0]
    assert (item.title, item.quantity, item.unit_price, item.total) == ("Blue mug", 3, usd(1250), usd(3750))
    assert order.ship_to == an_address()


def test_the_pieces_are_held_until_the_time_to_pay_is_over(app):
    mug = goods(stock=10)

    done = checked_out(a_cart(mug, quantity=3))

    assert (_level(mug).available, _level(mug).held) == (7, 3)
    assert done.purchase.may_be_paid(now() + timedelta(minutes=19))


def test_the_buyer_is_led_to_the_provider(app):
    done = checked_out(a_cart(goods()))

    assert done.action.kind == "redirect"
    assert done.action.url.startswith(f"/sandbox/payments/{done.payment.id}?key=")


def test_the_cart_is_bought_and_a_new_one_begins(app):
    owner = a_cart(goods())

    checked_out(owner)

    assert carts.live(owner) is None


# What is asked of the buyer


def test_the_terms_must_be_accepted(app):
    with pytest.raises(TermsRequired) as refusal:
        checked_out(a_cart(goods()), accept_terms=False)

    assert refusal.value.field == "accept_terms"


def test_a_visitor_gives_an_email_address(app):
    with pytest.raises(Invalid) as refusal:
        checked_out(a_cart(goods()), email=None)

    assert refusal.value.field == "email"


def test_an_address_is_needed(app):
    with pytest.raises(Invalid) as refusal:
        checked_out(a_cart(goods()), ship_to=None)

    assert refusal.value.field == "ship_to"


def test_a_members_email_address_is_known(app):
    member = a_user(email="grace@example.com")

    done = checked_out(a_cart(goods(), owner=CartOwner(user_id=member.id)), email=None)

    assert (done.purchase.email, done.purchase.buyer_id) == ("grace@example.com", member.id)


def test_a_member_chooses_a_saved_address(app):
    member = a_user()
    saved = accounts.add_address(user_id=member.id, address=an_address(name="Grace"))
    owner = a_cart(goods(), owner=CartOwner(user_id=member.id))

    done = checked_out(owner, ship_to=None, address_id=saved.id)

    assert done.purchase.ship_to.name == "Grace"


def test_an_address_of_somebody_else_cannot_be_chosen(app):
    others = accounts.add_address(user_id=a_user().id, address=an_address())
    owner = a_cart(goods(), owner=CartOwner(user_id=a_user().id))

    with pytest.raises(Invalid) as refusal:
        checked_out(owner, ship_to=None, address_id=others.id)

    assert refusal.value.field == "address_id"


def test_a_member_can_keep_the_address(app):
    member = a_user()

    checked_out(a_cart(goods(), owner=CartOwner(user_id=member.id)), save_address=True)

    assert [saved.address for saved in accounts.get_user(member.id).addresses] == [an_address()]


def test_a_full_address_book_does_not_undo_a_purchase(app):
    member = a_user()
    for number in range(20):
        accounts.add_address(user_id=member.id, address=an_address(line1=f"Hauptstr. {number}"))

    done = checked_out(
        a_cart(goods(), owner=CartOwner(user_id=member.id)),
        save_address=True,
        ship_to=an_address(line1="Am Ende 1"),
    )

    assert done.purchase.ship_to.line1 == "Am Ende 1"


# What may stand in the way


def test_an_empty_cart_cannot_be_bought(app):
    with pytest.raises(CartEmpty):
        services.check_out(
            CartOwner(token=new_cart_token()),
            expected_total=usd(0),
            email="ada@example.com",
            ship_to=an_address(),
            accept_terms=True,
        )


def test_another_total_than_the_buyer_saw_is_refused_with_the_present_one(app):
    owner = a_cart(goods(price=1000))

    with pytest.raises(CartChanged) as refusal:
        checked_out(owner, expected_total=usd(900))

    changes = refusal.value.details.pop("changes")
    assert refusal.value.details == {"total": {"amount": 1000, "currency": "USD"}, "problems": []}
    assert [(one["what"], one["was"], one["now"]) for one in changes] == [("total", "$9.00", "$10.00")]
    assert carts.live(owner).status is CartStatus.OPEN


def test_a_cart_with_a_problem_is_refused_with_the_problem(app):
    mug = goods(stock=5)
    owner = a_cart(mug, quantity=5)
    catalog.stock.hold(mug, ref="other", quantity=2, until=now() + timedelta(minutes=5))

    with pytest.raises(CartChanged) as refusal:
        checked_out(owner)

    assert [problem["code"] for problem in refusal.value.details["problems"]] == ["insufficient_stock"]


def test_a_cart_in_another_checkout_is_refused(app):
    owner = a_cart(goods())
    carts.begin_checkout(carts.live(owner), now())

    with pytest.raises(CheckoutInProgress):
        checked_out(owner)


# The same cart again


def test_buying_a_bought_cart_again_answers_its_purchase(app):
    owner = a_cart(goods())
    first = checked_out(owner)

    again = services.check_out(
        owner,
        cart_id=first.purchase.cart_id,
        expected_total=first.purchase.total,
        email="ada@example.com",
        ship_to=an_address(),
        accept_terms=True,
    )

    assert again.replayed
    assert (again.purchase.id, again.action) == (first.purchase.id, first.action)


def test_a_bought_cart_is_not_shown_to_somebody_with_another_email_address(app):
    owner = a_cart(goods())
    first = checked_out(owner)

    with pytest.raises(CartEmpty):
        services.check_out(
            owner,
            cart_id=first.purchase.cart_id,
            expected_total=first.purchase.total,
            email="mallory@example.com",
            ship_to=an_address(),
            accept_terms=True,
        )


# On real servers: all or nothing


@pytest.mark.real
def test_a_failure_while_placing_leaves_no_trace(app):
    mug = goods(stock=10)
    owner = a_cart(mug, quantity=3)
    connections.database().command("collMod", "payments", validator={"never": {"$exists": True}})

    with pytest.raises(OperationError):
        checked_out(owner)

    assert _nothing_is_left_of_a_purchase()
    assert (_level(mug).available, _level(mug).held) == (10, 0)
    assert carts.live(owner).status is CartStatus.OPEN


@pytest.mark.real
def test_a_purchase_that_was_written_keeps_its_pieces_when_the_answer_is_lost(app, monkeypatch):
    mug = goods(stock=10)
    owner = a_cart(mug, quantity=3)
    commit = ClientSession.commit_transaction
    cut = ConnectionFailure("The line was cut.")
    monkeypatch.setattr(ClientSession, "commit_transaction", lambda session: (commit(session), _fail(cut)))

    with pytest.raises(ConnectionFailure):
        checked_out(owner)

    assert purchases.all().count() == 1
    assert (_level(mug).available, _level(mug).held) == (7, 3)


def test_a_crowd_before_one_variant_leaves_the_cart_as_it_was(app):
    plenty, mug = goods(stock=10), goods(stock=10)
    owner = a_cart(plenty, mug)
    total = services.priced_cart(owner).total
    crowd = [
        {"ref": str(one), "quantity": 1, "expires_at": now() + timedelta(hours=1)} for one in range(1000)
    ]
    connections.database()["stock"].update_one({"_id": mug}, {"$set": {"holds": crowd}})

    assert _buy(app, owner, total) == 503

    assert carts.live(owner).status is CartStatus.OPEN
    assert (_level(plenty).available, _level(plenty).held) == (10, 0)


def test_every_line_that_is_short_is_named(app):
    bowl, cup = goods(stock=1, title="Bowl"), goods(stock=1, title="Cup")
    pieces = holds.of_cart(services.priced_cart(a_cart(goods(), bowl, cup)).lines, ObjectId())
    for variant in (bowl, cup):
        catalog.stock.hold(variant, ref="faster", quantity=1, until=now() + timedelta(minutes=5))

    with pytest.raises(InsufficientStock) as refusal:
        holds.hold(pieces, now() + timedelta(minutes=5))

    assert {line["title"] for line in refusal.value.details["lines"]} == {"Bowl", "Cup"}


@pytest.mark.real
def test_an_order_number_that_is_taken_is_drawn_again(app, monkeypatch):
    drawn = iter("A" * 8 + "A" * 8 + "B" * 8)
    monkeypatch.setattr("secrets.choice", lambda _: next(drawn))
    checked_out(a_cart(goods()))

    second = checked_out(a_cart(goods()))

    assert seen(second).orders[0].number == "BBBB-BBBB"


@pytest.mark.real
def test_the_last_ten_pieces_are_bought_by_exactly_ten_of_fifty(app):
    mug, plenty = goods(stock=10), goods(stock=100)
    everybody = [a_cart(plenty, mug) for _ in range(50)]
    total = services.priced_cart(everybody[0]).total

    with ThreadPoolExecutor(50) as crowd:
        answers = list(crowd.map(lambda owner: _buy(app, owner, total), everybody))

    assert sorted(answers) == [201] * 10 + [409] * 40
    assert (_level(mug).available, _level(mug).held) == (0, 10)
    assert (_level(plenty).available, _level(plenty).held) == (90, 10)
    assert catalog.stock.verify() == []


@pytest.mark.real
def test_a_cart_that_twenty_threads_check_out_is_bought_once(app):
    mug = goods(stock=100)
    owner = a_cart(mug, quantity=2)
    view = services.priced_cart(owner)

    with ThreadPoolExecutor(20) as tabs:
        answers = list(tabs.map(lambda _: _buy(app, owner, view.total, view.cart.id), range(20)))

    assert answers.count(201) == 1
    assert set(answers) <= {201, 200, 409}
    assert purchases.all().filter(cart_id=view.cart.id).count() == 1
    assert _level(mug).held == 2


def _fail(error):
    raise error


def _buy(app, owner, total, cart_id=None):
    """The status of a checkout by somebody with a browser of their own."""
    browser = app.test_client()
    browser.set_cookie("cart", owner.token)
    key = {"Idempotency-Key": token_hex(8)}
    return browser.post("/api/v1/checkout", json=_order_of(total, cart_id), headers=key).status_code


def _order_of(total, cart_id: ObjectId | None = None):
    address = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}
    order = {
        "email": "ada@example.com",
        "ship_to": address,
        "accept_terms": True,
        "expected_total": {"amount": total.amount, "currency": total.currency},
    }
    return order | ({"cart_id": str(cart_id)} if cart_id else {})

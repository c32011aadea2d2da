from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bson import ObjectId
from mongoengine import Document, EmbeddedDocument, EmbeddedDocumentListField, ListField, ObjectIdField
from pymongo.database import Database

from marketplace.operations.drift import documents
from marketplace.operations.drift.stored import EXAMPLES, Check, Violations, checks, references
from marketplace.shared import connections
from marketplace.shared.documents import IdOf
from tests.builders import CartOwner, a_cart, a_category, a_placed_order, a_product, a_shop, a_user, a_variant

pytestmark = pytest.mark.real

NOWHERE = ObjectId()


@pytest.fixture
def market(app) -> Database:
    """A little of everything: nested categories, a listing, a full cart, and an order that was paid."""
    above = a_category("Home")
    below = a_category("Mugs", below=above)
    product = a_product(a_variant(price=500), shop=a_shop(name="Kiln"), category=below)
    buyer = CartOwner(user_id=a_user().id)
    a_placed_order(product.variants[0].id, owner=buyer)
    a_cart(product.variants[0].id, owner=buyer)
    return connections.database()


def broken(db: Database) -> dict[str, Violations]:
    """What does not hold, by name."""
    found = {check.name: check.run(db.client) for check in checks(db)}
    return {name: violations for name, violations in found.items() if violations.count}


def set_in(collection: str, where: dict[str, Any] | None = None, **change: Any) -> Callable[[Database], Any]:
    """Plants values in a document of the collection, past every validator."""

    def plant(db: Database) -> None:
        unchecked = db.get_collection(collection)
        names = {name.replace("__", "."): value for name, value in change.items()}
        db.command(
            "update",
            unchecked.name,
            updates=[{"q": where or {}, "u": {"$set": names}}],
            bypassDocumentValidation=True,
        )

    return plant


def leads_nowhere(
    collection: str, path: str, value: Any = NOWHERE, *, also: Iterable[str] = (), **where: Any
) -> tuple[Callable[[Database], Any], set[str]]:
    """An id that leads nowhere, planted at the path, and what is told of it."""
    plain = path.replace(".0", "")
    target = {(one.collection, one.path): one.target for one in references(documents())}[collection, plain]
    name = f"{collection}.{plain} names what there is in {target}."
    return set_in(collection, where, **{path.replace(".", "__"): value}), {name, *also}


def give_an_address_again(db: Database) -> None:
    """Let one product of a shop have had the address of another."""
    product = db.products.find_one()
    db.products.insert_one(
        product
        | {
            "_id": NOWHERE,
            "slug": "another",
            "former_slugs": [product["slug"]],
            "variants": [],
            "price_min": None,
            "price_max": None,
        }
    )


CHILD = {"parent_id": {"$type": "objectId"}}

PRICES = "The lowest and highest price of a product are those of its variants."
VISIBLE = "A product is visible when it is active and its shop is visible."
SHOP = "Products know whether their shop is visible."
CATEGORY = "Products are filed under their category and all above it."
LISTED = "Lists find products by their category, shop, stock and stars."
HAS_STOCK = "Every variant has its stock, and all stock its variant."
TREE = "Categories lie where their parent says."
ATTRIBUTES = "Facts and rules name attributes that are there."
TOTAL = "The total of an order is the sum of its lines and its shipping."
PAID = "What a shop works on was paid."
PURCHASE = "A purchase lists its orders and costs their sum."
DECIDED = "What a moderator sent back, rejected or hid says why."
ADDRESS = "An address that a product had is given to no other product of its shop."
ADDS_UP = "The numbers of every variant's stock add up."
PIECES = "No more pieces are sent and cancelled than bought, and parcels hold what is sent."
REFUNDED = "An order counts as refunded what its refunds are, and never more than was paid."
CENT = {"amount": 1, "currency": "USD"}
PARTS = "The parts of a refund are its amount."
MOVES_ON = "What is on its way or has arrived moves on by itself in the end."
EMAIL = "E-mail addresses are in lower case, so that people can sign in."
VALID = "Every document of stock obeys the validator."


def refund_of(amount: int, part: int) -> Callable[[Database], Any]:
    """Plants a refund of the order, of so many cents and with a part of so many."""

    def plant(db: Database) -> None:
        usd = {"currency": "USD"}
        order, payment = db.orders.find_one(), db.payments.find_one()
        db.refunds.insert_one(
            {
                "order_id": order["_id"],
                "payment_id": payment["_id"],
                "amount": usd | {"amount": amount},
                "allocations": [{"amount": usd | {"amount": part}}],
            }
        )

    return plant


#: Violations: how each is planted, and everything that is told of it.
PLANTED: dict[str, tuple[Callable[[Database], Any], set[str]]] = {
    "a number of stock is below zero": (set_in("stock", available=-1), {VALID, ADDS_UP, LISTED}),
    "stock does not add up": (set_in("stock", on_hand=77), {ADDS_UP}),
    "stock is no number": (set_in("stock", on_hand="10"), {VALID, ADDS_UP}),
    "a lowest price": (set_in("products", price_min=1), {PRICES}),
    "a highest price": (set_in("products", price_max=1), {PRICES}),
    "a hidden product": (set_in("products", visible=False), {VISIBLE}),
    "a product that is shown before it is published": (set_in("products", status="draft"), {VISIBLE}),
    "a product that nobody hid": (set_in("products", status="hidden", visible=False), {DECIDED}),
    "an address that was given again": (give_an_address_again, {ADDRESS, LISTED}),
    "a product that takes its shop for hidden": (
        set_in("products", shop_visible=False, visible=False),
        {SHOP},
    ),
    "a product of a shop that was rejected": (set_in("shops", status="rejected"), {SHOP}),
    "a product that is not filed above": (
        lambda db: db.products.update_one({}, {"$pop": {"category_ids": -1}}),
        {CATEGORY, LISTED},
    ),
    "a product that is filed nowhere": (
        lambda db: db.products.update_one({}, {"$unset": {"category_ids": 1}}),
        {CATEGORY, LISTED},
    ),
    "a category without ancestors": (
        lambda db: db.categories.update_one(CHILD, {"$unset": {"ancestors": 1}}),
        {TREE, CATEGORY},
    ),
    "a category with another path": (set_in("categories", CHILD, path=["Mugs"]), {TREE}),
    "a first category with ancestors": (
        set_in("categories", {"parent_id": None}, path=["A", "Home"]),
        {TREE},
    ),
    "a category that is shown though it is not active": (set_in("categories", CHILD, active=False), {TREE}),
    "a fact of no attribute": (
        set_in(
            "products", specs=[{"name": "A", "type": "number", "value": 1, "attribute": "a", "norm": 1.0}]
        ),
        {ATTRIBUTES},
    ),
    "a rule for no attribute": (
        set_in("categories", CHILD, attribute_rules=[{"attribute": "a"}]),
        {ATTRIBUTES},
    ),
    "a variant without stock": (lambda db: db.stock.delete_one({}), {HAS_STOCK, LISTED}),
    "stock without its variant": (set_in("products", variants__0__id=NOWHERE), {HAS_STOCK, LISTED}),
    "an order's total": (set_in("orders", totals__total__amount=1), {TOTAL, PURCHASE}),
    "an order's sum of lines": (set_in("orders", totals__items__amount=1), {TOTAL}),
    "an order's currency": (set_in("orders", totals__shipping__currency="EUR"), {TOTAL}),
    "a line's currency": (set_in("orders", items__0__unit_price__currency="EUR"), {TOTAL}),
    "a purchase's total": (set_in("purchases", total__amount=1), {PURCHASE}),
    "a purchase that lists nothing": (set_in("purchases", order_ids=[]), {PURCHASE}),
    "an order that was not paid": (set_in("payments", status="failed"), {PAID}),
    "more pieces sent than bought": (set_in("orders", items__0__shipped=2), {PIECES}),
    "pieces that no parcel holds": (set_in("orders", items__0__shipped=1), {PIECES}),
    "more cancelled than bought": (set_in("orders", items__0__cancelled=2), {PIECES}),
    "a refund that is none": (
        set_in("orders", items__0__refunded={"amount": 1, "currency": "USD"}),
        {REFUNDED},
    ),
    "a refund that is not counted": (refund_of(1, 1), {REFUNDED}),
    "a refund whose parts are another sum": (refund_of(1, 2), {REFUNDED, PARTS}),
    "an order that stands still": (
        lambda db: db.orders.update_one({}, {"$set": {"status": "shipped"}, "$unset": {"timer": 1}}),
        {MOVES_ON},
    ),
    "an e-mail address in capitals": (set_in("users", email="Ada@Example.com"), {EMAIL}),
    "a shop without its owner": leads_nowhere("shops", "owner_id"),
    "a cart of nobody": leads_nowhere("carts", "user_id", status="open"),
    "a line of no product": leads_nowhere("carts", "items.0.product_id", status="open"),
    "a line of no shop": leads_nowhere("carts", "items.0.shop_id", status="open"),
    "an order of nobody": leads_nowhere("orders", "buyer_id"),
    "an order of no shop": leads_nowhere("orders", "shop_id"),
    "a purchase of nobody": leads_nowhere("purchases", "buyer_id"),
    "an event of no payment": leads_nowhere("payment_events", "payment_id"),
    "stock of no shop": leads_nowhere("stock", "shop_id"),
    "an id that is text": leads_nowhere("orders", "shop_id", "a shop"),
    "a product of no category": leads_nowhere("products", "category_id"),
    "a product of no shop": leads_nowhere("products", "shop_id", also={LISTED}),
    "a category below none": leads_nowhere("categories", "parent_id", also={TREE}, **CHILD),
    "an order of no purchase": leads_nowhere("orders", "purchase_id", also={PURCHASE, PAID}),
    "a payment of no purchase": leads_nowhere("payments", "purchase_id", also={PAID}),
    "stock of no product": leads_nowhere("stock", "product_id", also={HAS_STOCK, LISTED}),
    "a product in a category that is none": leads_nowhere(
        "products", "category_ids.0", also={CATEGORY, LISTED}
    ),
    "a category with an ancestor that is none": leads_nowhere(
        "categories", "ancestors.0", also={TREE, CATEGORY}, **CHILD
    ),
    "a purchase of an order that is none": leads_nowhere("purchases", "order_ids.0", also={PURCHASE}),
}


@pytest.mark.slow
def test_every_planted_violation_is_found_and_nothing_else(market):
    """One market for them all, put back after each: making one takes longer than breaking it."""
    before = {name: list(market[name].find()) for name in market.list_collection_names()}
    found = {}

    for name, (plant, _) in PLANTED.items():
        plant(market)
        found[name] = set(broken(market))
        for collection, rows in before.items():
            market[collection].delete_many({})
            market[collection].insert_many(rows) if rows else None

    assert found == {name: expected for name, (_, expected) in PLANTED.items()}
    assert broken(market) == {}


def test_what_is_found_is_told_with_its_id_and_a_sentence(market):
    stock = market.stock.find_one()
    set_in("stock", on_hand=77)(market)

    finding = broken(market)[ADDS_UP].examples[0]

    assert (finding.collection, finding.id) == ("stock", stock["_id"])
    assert finding.sentence == "77 on hand, but 10 available, allocated and held."


def test_a_dangling_id_is_counted_as_often_as_it_is_named(market):
    shop = market.orders.find_one()
    for number in range(EXAMPLES + 5):
        market.orders.insert_one({**shop, "_id": ObjectId(), "number": str(number), "shop_id": NOWHERE})

    found = broken(market)["orders.shop_id names what there is in shops."]

    assert found.count == EXAMPLES + 5
    assert [one.sentence for one in found.examples] == [f"shop_id is {NOWHERE}, which is not in shops."]


def test_no_more_than_ten_examples_are_kept(market):
    user = market.users.find_one()
    for number in range(EXAMPLES + 5):
        market.users.insert_one({**user, "_id": ObjectId(), "email": f"A{number}@example.com"})

    found = broken(market)[EMAIL]

    assert (found.count, len(found.examples)) == (EXAMPLES + 5, EXAMPLES)


def test_a_check_sees_one_moment_whatever_others_write_meanwhile(server, db):
    db.things.insert_one({})

    def look() -> Violations:
        before = db.things.count_documents({})
        with ThreadPoolExecutor(1) as other:
            other.submit(db.things.insert_one, {}).result()
        return Violations(db.things.count_documents({}) - before)

    assert Check("Things stay.", "things", look).run(server).count == 0
    assert db.things.count_documents({}) == 2


def test_a_collection_that_has_no_moments_is_looked_at_as_it_is(server, db):
    db.create_collection("things", capped=True, size=4096)
    db.things.insert_one({})

    check = Check("There are none.", "things", lambda: Violations(db.things.count_documents({})))

    assert check.run(server).count == 1


# References


class Page(EmbeddedDocument):
    """Refers from a list in a list, under another name, and holds others of its kind."""

    topics = ListField(ListField(IdOf("topics")), db_field="t")
    notes = EmbeddedDocumentListField("self")


class Book(Document):
    """Refers in every way."""

    meta = {"collection": "books", "auto_create_index": False}

    author = IdOf("people")
    ghost = IdOf("people", may_dangle="Ghosts come and go.")
    pages = EmbeddedDocumentListField(Page, db_field="p")


def test_references_are_found_in_embedded_documents_and_lists_under_their_stored_names():
    found = {one.path: (one.target, one.lists, one.may_dangle) for one in references([Book])}

    assert found == {
        "author": ("people", 0, None),
        "ghost": ("people", 0, "Ghosts come and go."),
        "p.t": ("topics", 3, None),
    }


def test_a_reference_in_a_list_of_lists_is_looked_up(db):
    topic = db.topics.insert_one({}).inserted_id
    db.books.insert_one({"p": [{"t": [[topic], [topic, NOWHERE]]}, {"t": [[NOWHERE]]}, {}]})

    check = next(one for one in checks(db, [Book]) if one.name.startswith("books.p.t "))

    assert check.run(db.client).count == 2


def test_a_reference_that_may_dangle_is_not_looked_up(db):
    db.books.insert_one({"ghost": NOWHERE})

    assert not any("ghost" in check.name for check in checks(db, [Book]))


def test_every_id_of_another_aggregate_says_which(app):
    plain = [
        f"{kind.__name__}.{name}"
        for kind in documents()
        for name, field in kind._fields.items()
        if type(getattr(field, "field", None) or field) is ObjectIdField and name.endswith(("_id", "_ids"))
    ]

    assert plain == []


def test_every_reference_leads_to_a_declared_collection(app):
    known = {kind._get_collection_name() for kind in documents()}

    assert {one.target for one in references(documents())} <= known


def test_a_reference_that_may_dangle_says_why(app):
    reasons = [one.may_dangle for one in references(documents()) if one.may_dangle is not None]

    assert reasons
    assert all(reason.endswith(".") for reason in reasons)

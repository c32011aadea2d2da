"""Order history from elsewhere: what comes in, what is reported, and what never becomes live."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from copy import deepcopy
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.values import ShopStatus
from marketplace.catalog.repositories import categories, products
from marketplace.catalog.services import stock
from marketplace.ordering import invariants
from marketplace.ordering.documents import Order, Payment, Purchase
from marketplace.ordering.errors import InvalidTransition
from marketplace.ordering.repositories import history, orders
from marketplace.ordering.services.history import KINDS, FileMissing, import_orders
from marketplace.ordering.services.history import run as history_run
from marketplace.ordering.values import Actor, OrderStatus

SELLERS = [
    {"seller_id": "s1", "postal_prefix": "13023", "city": "campinas", "state": "SP", "country": "BR"},
    {"seller_id": "s2", "postal_prefix": "13844", "city": "mogi guacu", "state": "SP", "country": "BR"},
]

PRODUCTS = [
    {
        "product_id": name,
        "category": "artes",
        "category_en": "art",
        "weight_g": 200,
        "length_cm": 1,
        "height_cm": 2,
        "width_cm": 3,
    }
    for name in ("p1", "p2")
]


def an_item(line=1, product="p1", seller="s1", price=1000, freight=200, currency="BRL"):
    return {
        "line": line,
        "product_id": product,
        "seller_id": seller,
        "ship_by": "2017-03-06T00:00:00",
        "price_minor": price,
        "freight_minor": freight,
        "currency": currency,
    }


def a_payment(amount=1200, seq=1, kind="credit_card"):
    return {"seq": seq, "type": kind, "installments": 1, "amount_minor": amount, "currency": "BRL"}


def a_review(name="r1"):
    return {"review_id": name, "score": 4, "title": None, "text": "Good."}


def a_row(name="o1", **parts):
    plain = {
        "order_id": name,
        "status": "delivered",
        "buyer": {
            "buyer_id": "b1",
            "postal_prefix": "69309",
            "city": "boa vista",
            "state": "RR",
            "country": "BR",
        },
        "purchased_at": "2017-03-01T10:00:00",
        "approved_at": "2017-03-01T11:00:00",
        "shipped_at": "2017-03-02T10:00:00",
        "delivered_at": "2017-03-05T10:00:00",
        "estimated_delivery_at": "2017-03-20T00:00:00",
        "items": [an_item()],
        "payments": [a_payment()],
        "reviews": [],
    }
    return deepcopy(plain | parts)


@pytest.fixture
def brought(app, tmp_path):
    """A way to import rows: answers the counts, and what was odd and refused."""

    def bring(*rows, sellers=SELLERS, products=PRODUCTS, **options):
        for name, lines in (("sellers", sellers), ("products", products), ("orders", rows)):
            text = "".join(one if isinstance(one, str) else json.dumps(one) + "\n" for one in lines)
            (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(text.encode()))
        odd, refused = [], []
        counts = import_orders(tmp_path, odd=odd.append, refused=refused.append, **options)
        return counts, [one for one in odd if not one.kind.endswith("_never_sold")], refused

    return bring


def the_order():
    return orders.all().first()


# What comes in


def test_a_row_of_two_sellers_is_one_purchase_with_two_orders(brought):
    counts, *_ = brought(a_row(items=[an_item(), an_item(2, "p2", "s2")], payments=[a_payment(2400)]))

    assert (counts.imported, counts.orders_made) == (1, 2)
    assert Purchase.objects.get().total.amount == sum(order.totals.total.amount for order in Order.objects)


def test_sellers_become_closed_shops(brought):
    brought(a_row())

    assert accounts.shop_by_slug("seller-s1").status is ShopStatus.CLOSED


def test_what_was_sold_is_archived_hidden_and_out_of_stock(brought):
    brought(a_row())

    product = products.all().get()
    assert (product.title, product.status.value, product.visible) == ("Art p1", "archived", False)
    assert not categories.get(product.category_id).shown
    assert not stock.verify()


def test_the_dates_become_the_timeline(brought):
    brought(a_row(), zone=ZoneInfo("America/Sao_Paulo"))

    order = the_order()
    assert [event.name for event in order.events] == ["promised", "payment_ok", "ship", "mark_delivered"]
    assert order.paid_at == datetime(2017, 3, 1, 14, tzinfo=UTC)
    assert order.delivered_at == datetime(2017, 3, 5, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("created", "awaiting_payment"),
        ("approved", "placed"),
        ("invoiced", "processing"),
        ("processing", "processing"),
        ("shipped", "shipped"),
        ("delivered", "delivered"),
        ("canceled", "cancelled"),
        ("unavailable", "cancelled"),
    ],
)
def test_every_state_of_the_source_has_one_here(brought, theirs, ours):
    brought(a_row(status=theirs))

    assert the_order().status.value == ours


def test_freight_is_the_shipping_and_every_part_of_the_payment_is_kept(brought):
    brought(a_row(payments=[a_payment(1000), a_payment(200, 2, "voucher")]))

    assert the_order().totals.shipping.amount == 200
    assert sorted((one.provider, one.amount.amount) for one in Payment.objects) == [
        ("history:credit_card", 1000),
        ("history:voucher", 200),
    ]


# What is odd

ODD = {
    "approved_before_purchased": {"approved_at": "2017-03-01T09:00:00"},
    "cancelled_after_payment": {"status": "canceled", "shipped_at": None, "delivered_at": None},
    "cancelled_with_delivery_date": {"status": "canceled"},
    "cancelled_with_shipping_date": {"status": "unavailable", "delivered_at": None},
    "delivered_before_approved": {"approved_at": "2017-03-06T09:00:00"},
    "delivered_before_shipped": {"shipped_at": "2017-03-06T10:00:00"},
    "delivered_without_approval": {"approved_at": None},
    "delivered_without_date": {"delivered_at": None},
    "delivered_without_shipping_date": {"shipped_at": None},
    "no_items": {"items": []},
    "paid_differs": {"payments": [a_payment(1300)]},
    "paid_differs_by_a_cent": {"payments": [a_payment(1199)]},
    "payment_not_approved": {
        "status": "canceled",
        "approved_at": None,
        "shipped_at": None,
        "delivered_at": None,
    },
    "payment_of_zero": {"payments": [a_payment(), a_payment(0, 2, "voucher")]},
    "payments_unknown": {"payments": None},
    "product_unknown": {"items": [an_item(product="p9")]},
    "reviews_unknown": {"reviews": None},
    "several_reviews": {"reviews": [a_review(), a_review("r2")]},
    "shipped_before_approved": {"approved_at": "2017-03-03T10:00:00"},
    "shipped_before_purchased": {"shipped_at": "2017-03-01T09:00:00"},
}


@pytest.mark.parametrize("kind", ODD)
def test_what_is_odd_about_an_order_is_named_with_its_line_and_kept(brought, kind):
    counts, odd, _ = brought(a_row(), a_row("o2", **ODD[kind]))

    assert ("orders", 2, "o2") in [(one.file, one.line, one.id) for one in odd if one.kind == kind]
    assert counts.anomalies[kind] == 1
    assert counts.imported == 2


def test_a_review_of_two_orders_is_named_at_the_second(brought):
    _, odd, _ = brought(a_row(reviews=[a_review()]), a_row("o2", reviews=[a_review()]))

    assert [(one.kind, one.line) for one in odd] == [("shared_review", 2)]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"category": None, "category_en": None}, "product_without_category"),
        ({"category_en": None}, "product_without_translation"),
        ({"width_cm": None}, "product_without_measures"),
        ({"weight_g": 0}, "product_without_weight"),
    ],
)
def test_what_is_odd_about_a_product_is_named(brought, change, kind):
    _, odd, _ = brought(a_row(), products=[PRODUCTS[0] | change])

    assert [(one.kind, one.file, one.line, one.id) for one in odd] == [(kind, "products", 1, "p1")]


@pytest.mark.parametrize("city", ["4482255", "sp / sp", "sp", "sales@example.com", "lages - sc", None])
def test_a_city_that_is_none_is_named(brought, city):
    _, odd, _ = brought(a_row(), sellers=[SELLERS[0] | {"city": city}])

    assert [one.kind for one in odd] == ["seller_city_odd"]


def test_names_of_cities_with_accents_and_apostrophes_are_plain(brought):
    sellers = [SELLERS[0] | {"city": "são josé d'oeste"}, SELLERS[1]]

    assert brought(a_row(), sellers=sellers)[1] == []


def test_what_no_order_names_is_reported(app, brought, tmp_path):
    counts, *_ = brought(a_row())

    assert counts.anomalies == Counter(product_never_sold=1, seller_never_sold=1)
    assert set(counts.anomalies) <= set(KINDS)


# Money


@pytest.mark.parametrize(("paid", "difference"), [([1200], 0), ([1201], 1), ([600], -600), (None, None)])
def test_the_difference_of_what_was_paid_is_stored(brought, paid, difference):
    payments = [a_payment(amount) for amount in paid] if paid is not None else None

    brought(a_row(payments=payments))

    stored = Purchase.objects.get().origin.difference
    assert (stored.amount if stored is not None else None) == difference


def test_a_purchase_without_items_keeps_its_payment_and_has_no_order(brought):
    brought(a_row(status="unavailable", items=[]))

    purchase = Purchase.objects.get()
    assert (purchase.total.amount, purchase.origin.difference.amount, purchase.order_ids) == (0, 1200, [])


# What is refused

WRONG = {
    "status": ({"status": "lost"}, "There is no status lost"),
    "nothing known": ({"items": [], "payments": None}, "neither items nor payments"),
    "two currencies": ({"items": [an_item(), an_item(2, currency="USD")]}, "several currencies"),
    "another currency": ({"items": [an_item(currency="USD")], "payments": None}, "sell in BRL"),
    "below zero": ({"items": [an_item(price=-1)]}, "below zero"),
    "no such currency": ({"items": [an_item(currency="BRX")], "payments": None}, "BRL"),
    "unknown seller": ({"items": [an_item(seller="s9")]}, "lacks s9"),
    "same again": ({"order_id": "o1"}, "An earlier line has this order_id"),
    "too much": ({"items": [an_item(n) for n in range(1, 102)]}, ""),
    "no date": ({"purchased_at": "yesterday"}, "Invalid RFC3339"),
    "odd id": ({"order_id": "o 2"}, "letters, digits"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_row_that_cannot_be_history_is_refused_and_keeps_no_other_out(brought, what):
    change, reason = WRONG[what]

    counts, _, refused = brought(a_row(), a_row("o2") | change, a_row("o3"))

    assert (counts.imported, counts.refused) == (2, 1)
    assert refused[0].line == 2
    assert reason in refused[0].reason


def test_a_line_that_is_no_json_is_refused(brought):
    counts, _, refused = brought(a_row(), '{"order_id": "o2", \n')

    assert (counts.imported, refused[0].id) == (1, "o2")


def test_a_file_that_breaks_off_ends_the_run_and_keeps_what_was_read(app, brought, tmp_path):
    brought(a_row())
    whole = gzip.compress("".join(json.dumps(a_row(f"n{n}")) + "\n" for n in range(9)).encode())
    (tmp_path / "orders.jsonl.gz").write_bytes(whole[:-20])

    counts = import_orders(tmp_path)

    assert not counts.complete
    assert counts.refused == 1


def test_a_folder_without_a_file_is_named(app, tmp_path):
    with pytest.raises(FileMissing, match="sellers"):
        import_orders(tmp_path)


# Again


def test_a_second_run_changes_nothing(brought):
    rows = [a_row(), a_row("o2", items=[an_item(), an_item(2, "p2", "s2")])]
    brought(*rows)
    before = [one.to_mongo() for kind in (Purchase, Order, Payment) for one in kind.objects.order_by("id")]

    counts, *_ = brought(*rows)

    assert (counts.imported, counts.unchanged, counts.listings_made, counts.shops_made) == (0, 2, 0, 0)
    assert before == [
        one.to_mongo() for kind in (Purchase, Order, Payment) for one in kind.objects.order_by("id")
    ]


def test_what_is_odd_is_reported_at_every_run(brought):
    first = brought(a_row(payments=None))

    assert brought(a_row(payments=None))[1] == first[1]


def test_a_row_that_says_something_else_later_is_refused(brought):
    brought(a_row())

    counts, _, refused = brought(a_row(status="canceled"))

    assert counts.unchanged == 0
    assert "something else" in refused[0].reason
    assert the_order().status is OrderStatus.DELIVERED


def test_a_run_that_was_killed_is_completed_by_the_next(brought, monkeypatch):
    monkeypatch.setattr(history_run, "BATCH", 2)
    rows = [a_row(f"o{number}") for number in range(5)]
    record, calls = history.record, iter([None, KeyboardInterrupt()])

    def dying(*documents):
        if (fate := next(calls)) is not None:
            raise fate
        record(*documents)

    with monkeypatch.context() as patch:
        patch.setattr(history, "record", dying)
        with pytest.raises(KeyboardInterrupt):
            brought(*rows)

    counts, *_ = brought(*rows)
    assert (counts.unchanged, counts.imported, Purchase.objects.count()) == (2, 3, 5)


# Never live


def test_no_step_of_an_imported_order_can_be_taken(brought):
    brought(a_row(status="shipped", delivered_at=None))
    order = the_order()

    assert order.available(Actor.BUYER) == order.available(Actor.SELLER) == []
    with pytest.raises(InvalidTransition):
        order.move("mark_delivered", Actor.SELLER, order.placed_at)


@pytest.mark.real
def test_what_was_imported_agrees_with_itself_and_nobody_is_told(app, brought):
    from marketplace.shared import connections

    brought(*(a_row(f"o{place}", **parts) for place, parts in enumerate(ODD.values())))

    assert [finding.sentence for one in invariants.INVARIANTS for finding in one.find()] == []
    assert connections.database()["outbox"].count_documents({}) == 0


@pytest.mark.real
def test_a_difference_that_is_not_what_was_paid_is_found(app, brought):
    brought(a_row(), a_row("o2"))
    Payment.objects(reference="o2/1").update(__raw__={"$inc": {"amount.amount": 5}})

    assert [row["reference"] for row in history.not_adding_up()] == ["o2"]


# The command


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["orders-import", *map(str, arguments)])


def test_the_command_tells_what_became_of_the_rows(app, brought, tmp_path):
    brought()
    (tmp_path / "orders.jsonl.gz").write_bytes(gzip.compress(json.dumps(a_row(payments=None)).encode()))

    result = run(app, tmp_path, "--report", tmp_path / "found.jsonl", "--json")

    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert (said["imported"], said["anomalies"]["payments_unknown"]) == (1, 1)
    kinds = [json.loads(line)["kind"] for line in (tmp_path / "found.jsonl").read_text().splitlines()]
    assert "payments_unknown" in kinds


def test_the_command_fails_when_a_row_was_refused(app, brought, tmp_path):
    brought(a_row())
    (tmp_path / "orders.jsonl.gz").write_bytes(gzip.compress(json.dumps(a_row(status="lost")).encode()))

    result = run(app, tmp_path, "--report", tmp_path / "found.jsonl")

    assert result.exit_code == 1
    assert "1 rows were refused" in result.output


@pytest.mark.parametrize("arguments", [["--time-zone", "Mars/Base"], ["--report", "/nowhere/found.jsonl"]])
def test_the_command_says_what_is_wrong_with_its_options(app, brought, tmp_path, arguments):
    brought(a_row())

    result = run(app, tmp_path, *arguments)

    assert result.exit_code in (1, 2)
    assert "Traceback" not in result.output

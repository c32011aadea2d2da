from __future__ import annotations

from dataclasses import fields as fields_of
from datetime import timedelta

import pytest
from bson import ObjectId

from marketplace.catalog import services
from marketplace.catalog.documents import Product
from marketplace.catalog.repositories import products
from marketplace.catalog.services import stock
from marketplace.catalog.values import Picture, ProductSpecification
from marketplace.shared import connections
from marketplace.shared.clock import now
from tests.builders import a_category, a_product, a_shop, a_variant, usd


def fields(answer) -> set[str]:
    return {one["pointer"] for one in answer.json["errors"]}


# What everybody reads


def test_the_tree_of_categories_is_listed_from_the_top(client):
    a_category("Mugs", below=a_category("Home"))

    answer = client.get("/api/v1/categories")

    assert [one["path"] for one in answer.json] == [["Home"], ["Home", "Mugs"]]


def test_a_list_shows_cards_with_price_and_stock_in_words(client):
    a_product(a_variant(price=1800, on_hand=3), title="Mug")

    answer = client.get("/api/v1/products")

    card = answer.json["data"][0]
    assert card["title"] == "Mug"
    assert card["price"] == {"amount": 1800, "currency": "USD"}
    assert card["stock"] == {"bucket": "low", "left": 3}
    assert answer.json["page"]["total"] == {"value": 1, "relation": "eq"}


def test_plenty_of_stock_is_no_number(client):
    a_product(a_variant(on_hand=500))

    assert client.get("/api/v1/products").json["data"][0]["stock"] == {"bucket": "in_stock", "left": None}


def test_a_list_is_narrowed_by_category_shop_and_price(client):
    shop, category = a_shop(slug="kiln"), a_category("Mugs")
    a_product(a_variant(price=1800), shop=shop, category=category, title="Mug")
    a_product(a_variant(price=9900), shop=shop, category=category, title="Vase")
    a_product(title="Elsewhere")

    answer = client.get("/api/v1/products?category=mugs&shop=kiln&price_min=10&price_max=20.50")

    assert [card["title"] for card in answer.json["data"]] == ["Mug"]


def test_a_list_goes_on_by_its_cursor(client):
    for number in range(3):
        a_product(title=f"Mug {number}")

    first = client.get("/api/v1/products?limit=2").json
    second = client.get(f"/api/v1/products?limit=2&cursor={first['page']['next']}").json

    assert len({card["id"] for card in first["data"] + second["data"]}) == 3
    assert second["page"]["next"] is None


def test_an_import_keeps_the_id_of_its_source(client):
    product = a_product()
    Product.objects(pk=product.pk).update_one(set__external_id="acme:1")

    assert client.get("/api/v1/products").json["data"][0]["external_id"] == "acme:1"
    assert client.get(f"/api/v1/products/{product.pk}").json["external_id"] == "acme:1"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("colour=red", "unknown_parameter"),
        ("sort=colour", "invalid_sort"),
        ("sort=relevance", "invalid_sort"),
        ("cursor=xyz", "invalid_cursor"),
        ("limit=0", "validation_error"),
        ("limit=101", "validation_error"),
        ("limit=ten", "validation_error"),
        ("price_min=abc", "validation_error"),
        ("price_min=1e999", "validation_error"),
        ("price_min=-1", "validation_error"),
        ("price_min=5&price_max=3", "validation_error"),
        ("q=%00", "validation_error"),
        ("q=" + "a" * 201, "validation_error"),
    ],
)
def test_a_question_that_makes_no_sense_is_named(client, query, code):
    answer = client.get(f"/api/v1/products?{query}")

    assert (answer.status_code, answer.json["code"]) == (400, code)


def test_a_cursor_of_another_list_is_refused(client):
    for number in range(3):
        a_product(title=f"Mug {number}")
    cursor = client.get("/api/v1/products?limit=2").json["page"]["next"]

    answer = client.get(f"/api/v1/products?limit=2&sort=price&cursor={cursor}")

    assert answer.json["code"] == "invalid_cursor"


@pytest.mark.parametrize("query", ["category=nowhere", "shop=nobody"])
def test_what_does_not_exist_is_not_listed(client, query):
    assert client.get(f"/api/v1/products?{query}").status_code == 404


def test_a_product_shows_its_variants_and_facts(client):
    picture = Picture("abc.svg", "A mug")
    product = a_product(
        a_variant("S", price=1800, option_values=("S",), on_hand=0),
        a_variant("L", price=2400, option_values=("L",), on_hand=50),
        a_variant("X", price=1, option_values=("X",), active=False),
        options=["Size"],
        specs=[ProductSpecification("weight", "number", 450, "g")],
        pictures=[picture],
        category=a_category("Mugs"),
    )

    shown = client.get(f"/api/v1/products/{product.pk}").json

    assert [(one["sku"], one["stock"]["bucket"]) for one in shown["variants"]] == [
        ("S", "out"),
        ("L", "in_stock"),
    ]
    assert shown["specs"] == [{"name": "weight", "type": "number", "value": 450, "unit": "g"}]
    assert shown["pictures"] == [
        {
            "file": "abc.svg",
            "url": "/media/abc.svg",
            "alt": "A mug",
            "width": None,
            "height": None,
            "files": [],
        }
    ]
    assert (shown["category"]["slug"], shown["options"]) == ("mugs", ["Size"])
    assert shown["url"] == f"/p/{shown['shop']['slug']}/mug"


def test_a_product_that_did_not_change_is_not_sent_again(client):
    product = a_product(a_variant(on_hand=50))
    tag = client.get(f"/api/v1/products/{product.pk}").headers["ETag"]

    same = client.get(f"/api/v1/products/{product.pk}", headers={"If-None-Match": tag})
    stock.hold(product.variants[0].id, ref="cart", quantity=48, until=now() + timedelta(minutes=20))
    other = client.get(f"/api/v1/products/{product.pk}", headers={"If-None-Match": tag})

    assert (same.status_code, same.data, other.status_code) == (304, b"", 200)


def test_what_is_shown_of_a_product_is_what_is_stored(app):
    product = a_product(
        a_variant("red-1", price=1800, option_values=("Red",), compare_at=usd(2400)),
        a_variant("blue-1", price=1900, option_values=("Blue",), on_hand=None),
        a_variant("green-1", option_values=("Green",), active=False),
        options=["Colour"],
        description="Holds\na lot.",
        brand="Kiln",
        tags=["tea", "gift"],
        specs=[
            ProductSpecification("height", "number", 9.5, "cm"),
            ProductSpecification("glazed", "boolean", True),
        ],
    )
    product.add_picture(Picture("abc-800.webp", "A mug", 800, 600, (200, 800)))
    product = products.save(product)

    shown = products.shown(product.pk)

    def is_told(ours, theirs, *besides):
        for name in {one.name for one in fields_of(ours)} - set(besides):
            stored = getattr(theirs, name)
            assert getattr(ours, name) == (tuple(stored) if isinstance(stored, list) else stored), name

    is_told(shown, product, "variants", "levels")
    for ours, theirs in zip(shown.variants, product.variants, strict=True):
        is_told(ours, theirs)
        assert ours.label == theirs.label
    assert [one.sku for one in shown.active_variants] == ["red-1", "blue-1"]
    assert shown.levels == services.details(product).levels
    assert (shown.pk, shown.visible, shown.rating_mean) == (product.pk, True, None)


@pytest.mark.parametrize(
    "name", ["rating", "specs", "pictures", "category_ids", "variants.0.compare_at", "tags"]
)
def test_a_stored_null_is_as_good_as_nothing(client, name):
    product = a_product(a_variant("mug-1"), title="Mug")
    address = f"/p/{services.details(product).shop.slug}/mug"
    connections.database().products.update_one({"_id": product.pk}, {"$set": {name: None}})

    assert client.get(address).status_code == 200
    assert client.get(f"/api/v1/products/{product.pk}").json["tags"] == []


def test_what_has_nothing_for_sale_is_not_there(client):
    product = a_product(a_variant("mug-1"), title="Mug")
    address = f"/p/{services.details(product).shop.slug}/mug"
    assert client.get(address).status_code == 200
    connections.database().products.update_one({"_id": product.pk}, {"$set": {"variants.0.active": False}})

    assert client.get(f"{address}?again").status_code == 404
    assert client.get(f"/api/v1/products/{product.pk}").status_code == 404


def test_a_draft_is_not_there_for_the_public(client):
    draft = a_product(published=False)

    assert client.get(f"/api/v1/products/{draft.pk}").status_code == 404


# What sellers do


@pytest.fixture
def seller(person):
    """A seller's browser, and their shop `kiln`."""
    owner, browser = person()
    a_shop(owner=owner, slug="kiln")
    return browser


def written(**changes) -> dict:
    """A listing as its seller writes it."""
    plain = {
        "title": "Blue mug",
        "category_id": str(services.category_path(["Mugs"]).pk),
        "description": "For two hands.",
        "tags": ["mug"],
        "specs": [{"name": "weight", "type": "number", "value": 450, "unit": "g"}],
        "options": ["Size"],
        "variants": [
            {
                "sku": "M1",
                "option_values": ["S"],
                "price": {"amount": 1800, "currency": "USD"},
                "on_hand": 7,
            }
        ],
    }
    return plain | changes


PRODUCTS = "/api/v1/seller/kiln/products"

#: What who saw the first version of a listing sends with a change.
SEEN = {"If-Match": '"0"'}


def test_a_seller_writes_publishes_and_pauses_a_listing(seller, client):
    created = seller.post(PRODUCTS, json=written())
    place = created.headers["Location"]

    published = seller.post(f"{place}/submit")
    seen = client.get(f"/api/v1/products/{created.json['id']}").status_code
    paused = seller.post(f"{place}/pause")

    assert (created.status_code, created.json["status"]) == (201, "draft")
    assert (published.json["status"], published.json["visible"], seen) == ("active", True, 200)
    assert paused.json["status"] == "paused"
    assert created.json["variants"][0]["stock"] == {
        "on_hand": 7,
        "available": 7,
        "held": 0,
        "allocated": 0,
        "track": True,
        "low_at": None,
    }


def test_a_seller_writes_a_listing_anew(seller):
    created = seller.post(PRODUCTS, json=written())
    known = created.json["variants"][0]["id"]
    variant = {**written()["variants"][0], "id": known, "on_hand": 3}

    edited = seller.put(
        created.headers["Location"], json=written(title="Big mug", variants=[variant]), headers=SEEN
    )

    assert edited.status_code == 200, edited.text
    assert (edited.json["title"], edited.json["version"]) == ("Big mug", 1)
    assert edited.json["variants"][0]["stock"]["on_hand"] == 3


def test_who_saw_an_older_version_is_told_so(seller):
    place = seller.post(PRODUCTS, json=written()).headers["Location"]
    seller.post(f"{place}/submit")

    answer = seller.put(place, json=written(), headers=SEEN)

    assert (answer.status_code, answer.json["code"]) == (412, "version_conflict")


def test_a_seller_lists_their_own_by_state(seller):
    seller.post(PRODUCTS, json=written())

    drafts = seller.get(f"{PRODUCTS}?status=draft").json["data"]

    assert [(one["title"], one["available"]) for one in drafts] == [("Blue mug", 7)]
    assert seller.get(PRODUCTS).json["data"] == []


def test_a_seller_counts_their_stock(seller):
    created = seller.post(PRODUCTS, json=written())
    variant = created.json["variants"][0]["id"]

    answer = seller.put(
        f"{created.headers['Location']}/variants/{variant}/stock", json={"on_hand": 3, "reason": "counted"}
    )

    assert answer.json["available"] == 3


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": "M"}, "/title"),
        ({"title": ["Mug"]}, "/title"),
        ({"title": {"$gt": ""}}, "/title"),
        ({"title": "a\x00b"}, "/title"),
        ({"title": "a\ud800b"}, "/title"),
        ({"title": None}, "/title"),
        ({"category_id": "x"}, "/category_id"),
        ({"category_id": str(ObjectId())}, "/category_id"),
        ({"tags": "mug"}, "/tags"),
        ({"tags": ["t"] * 11}, "/tags"),
        ({"options": ["a", "b", "c", "d"]}, "/options"),
        ({"variants": []}, "/variants"),
        ({"variants": {"0": {}}}, "/variants"),
        ({"variants": [5]}, "/variants/0"),
        ({"specs": [{"name": "a", "type": "number", "value": "5"}]}, "/specs/0/value"),
        ({"specs": [{"name": "a", "type": "number", "value": 10**300}]}, "/specs/0/value"),
        ({"specs": [{"name": "a", "type": "text", "value": {"$gt": 1}}]}, "/specs/0/value"),
        ({"specs": [{"name": "a", "type": "colour", "value": "5"}]}, "/specs/0/type"),
        ({"specs": [{"name": "a", "type": "text", "value": "5", "x": 1}]}, "/specs/0/x"),
        ({"$where": "1"}, "/$where"),
        ({"shop_id": "1"}, "/shop_id"),
    ],
)
def test_a_listing_that_is_wrong_is_refused_at_its_field(seller, changes, pointer):
    answer = seller.post(PRODUCTS, json=written(**changes))

    assert answer.status_code == 422, answer.text
    assert pointer in fields(answer)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"sku": ""}, "/variants/0/sku"),
        ({"sku": 5}, "/variants/0/sku"),
        ({"price": 18}, "/variants/0/price"),
        ({"price": {"amount": "18", "currency": "USD"}}, "/variants/0/price/amount"),
        ({"price": {"amount": 1.5, "currency": "USD"}}, "/variants/0/price/amount"),
        ({"price": {"amount": 10**30, "currency": "USD"}}, "/variants/0/price/amount"),
        ({"price": {"amount": -5, "currency": "USD"}}, "/variants/0/price"),
        ({"price": {"amount": 5, "currency": "EUR"}}, "/variants/0/price"),
        ({"price": {"amount": 5, "currency": "XXXX"}}, "/variants/0/price/currency"),
        ({"compare_at": {"amount": 5, "currency": "USD"}}, "/variants/0/compare_at"),
        ({"on_hand": -1}, "/variants/0/on_hand"),
        ({"on_hand": 10**20}, "/variants/0/on_hand"),
        ({"on_hand": "many"}, "/variants/0/on_hand"),
        ({"option_values": []}, "/variants/0/option_values"),
        ({"active": "perhaps"}, "/variants/0/active"),
        ({"id": str(ObjectId())}, "/variants/0/id"),
    ],
)
def test_a_variant_that_is_wrong_is_refused_at_its_field(seller, changes, pointer):
    place = seller.post(PRODUCTS, json=written()).headers["Location"]
    variant = {**written()["variants"][0], "sku": "M2"} | changes

    answer = seller.put(place, json=written(variants=[variant]), headers=SEEN)

    assert answer.status_code == 422, answer.text
    assert pointer in fields(answer)


def test_a_new_listing_takes_no_variant_of_another(seller):
    other = a_product()
    variant = {**written()["variants"][0], "id": str(other.variants[0].id)}

    answer = seller.post(PRODUCTS, json=written(variants=[variant]))

    assert fields(answer) == {"/variants/0/id"}


def test_a_sku_that_is_taken_is_named(seller):
    seller.post(PRODUCTS, json=written())

    answer = seller.post(PRODUCTS, json=written())

    assert (answer.status_code, answer.json["code"]) == (409, "sku_taken")
    assert fields(answer) == {"/variants/0/sku"}


def test_a_step_that_the_state_does_not_allow_is_refused_with_those_it_does(seller):
    place = seller.post(PRODUCTS, json=written()).headers["Location"]

    answer = seller.post(f"{place}/resume")

    assert (answer.status_code, answer.json["code"]) == (409, "invalid_transition")
    assert answer.json["allowed"] == ["submit", "archive", "delete"]


def test_visitors_are_asked_who_they_are(client):
    a_shop(slug="kiln")

    assert client.get(PRODUCTS).status_code == 401
    assert client.post(PRODUCTS, json=written()).status_code == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("post", ""),
        ("get", "/{id}"),
        ("put", "/{id}"),
        ("patch", "/{id}"),
        ("delete", "/{id}"),
        ("post", "/{id}/duplicate"),
        ("post", "/{id}/submit"),
        ("put", "/{id}/variants/{id}/stock"),
    ],
)
def test_another_shop_is_not_there(person, method, path):
    product = a_product(shop=a_shop(slug="theirs"))
    _, stranger = person()
    body = {"put": {"on_hand": 1}, "post": written(), "patch": {}}.get(method)
    if path == "/{id}" and method == "put":
        body = written()

    answer = getattr(stranger, method)(
        f"/api/v1/seller/theirs/products{path.format(id=product.pk)}", json=body, headers=SEEN
    )

    assert answer.status_code == 404


def test_a_listing_of_another_shop_is_not_there_in_ones_own(seller):
    theirs = a_product()

    assert seller.get(f"{PRODUCTS}/{theirs.pk}").status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[" * 3000, b"[1]", b'"text"', b"null"])
def test_a_body_that_is_no_object_is_refused(seller, body):
    answer = seller.post(PRODUCTS, data=body, content_type="application/json")

    assert answer.status_code in (400, 422)


def test_the_price_before_is_shown_beside_the_price(client):
    a_product(a_variant(price=1800, compare_at=usd(2400)))

    assert client.get("/api/v1/products").json["data"][0]["compare_at"]["amount"] == 2400

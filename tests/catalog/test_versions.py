"""Changes of products over JSON on the condition that they are still what was seen."""

from __future__ import annotations

import pytest

from marketplace.catalog.repositories import products
from marketplace.catalog.services import stock
from marketplace.shared import connections
from tests.builders import a_product, a_shop, a_variant

CHANGE = {"title": "Green mug"}


@pytest.fixture
def seller(person):
    """The browser of the seller of the shop `kiln`."""
    owner, browser = person()
    browser.shop = a_shop(owner=owner, slug="kiln")
    return browser


@pytest.fixture
def product(seller):
    """A listing of the seller's that is for sale."""
    return a_product(a_variant("M1", on_hand=5), shop=seller.shop, title="Blue mug", brand="Kiln")


def place(product) -> str:
    return f"/api/v1/seller/kiln/products/{product.pk}"


def test_the_tag_that_a_seller_reads_is_the_version(seller, product):
    assert seller.get(place(product)).headers["ETag"] == '"1"'


def test_the_tag_of_the_public_begins_with_the_version_and_changes_with_the_stock(client, product):
    address = f"/api/v1/products/{product.pk}"

    before = client.get(address).headers["ETag"]
    stock.set_on_hand(product.variants[0].id, 0)
    after = client.get(address).headers["ETag"]

    assert before.startswith('"1-')
    assert after.startswith('"1-')
    assert before != after


def test_who_has_the_public_answer_already_gets_no_other(client, product):
    address = f"/api/v1/products/{product.pk}"
    tag = client.get(address).headers["ETag"]

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', '"1-9f3c"', "*"])
def test_a_change_is_taken_with_the_tag_of_what_was_seen(seller, product, tag):
    answer = seller.patch(place(product), json=CHANGE, headers={"If-Match": tag})

    assert (answer.status_code, answer.json["title"]) == (200, "Green mug")
    assert answer.headers["ETag"] == '"2"'


@pytest.mark.parametrize("tag", ['"0"', '"9"', '"abc"', "1", '"1", "2"'])
def test_a_change_with_another_tag_is_refused(seller, product, tag):
    answer = seller.patch(place(product), json=CHANGE, headers={"If-Match": tag})

    assert (answer.status_code, answer.json["code"]) == (412, "version_conflict")
    assert products.get(product.pk).title == "Blue mug"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_change_without_a_tag_is_refused(seller, product, method):
    body = {
        "put": {"title": "Green mug", "category_id": str(product.category_id), "variants": [WRITTEN]},
        "patch": CHANGE,
    }.get(method)

    answer = getattr(seller, method)(place(product), json=body)

    assert (answer.status_code, answer.json["code"]) == (428, "precondition_required")


WRITTEN = {"sku": "M1", "price": {"amount": 1800, "currency": "USD"}}


def test_a_step_looks_at_the_tag_when_there_is_one(seller, product):
    stale = seller.post(f"{place(product)}/pause", headers={"If-Match": '"0"'})
    without = seller.post(f"{place(product)}/pause")

    assert (stale.status_code, without.status_code) == (412, 200)


def test_a_change_of_parts_leaves_the_rest(seller, product):
    known = str(product.variants[0].id)
    price = {"amount": 2100, "currency": "USD"}

    answer = seller.patch(
        place(product),
        json={"variants": [{"id": known, "price": price, "weight_g": 450, "low_at": 2}]},
        headers={"If-Match": "*"},
    )

    (variant,) = answer.json["variants"]
    assert answer.status_code == 200, answer.text
    assert (variant["sku"], variant["price"], variant["weight_g"]) == ("M1", price, 450)
    assert (variant["stock"]["on_hand"], variant["stock"]["low_at"]) == (5, 2)
    assert (answer.json["title"], answer.json["brand"]) == ("Blue mug", "Kiln")


def test_null_empties_a_part(seller, product):
    answer = seller.patch(
        place(product), json={"brand": None, "description": None}, headers={"If-Match": "*"}
    )

    assert (answer.json["brand"], answer.json["description"]) == (None, "")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": "M"}, "/title"),
        ({"status": "active"}, "/status"),
        ({"variants": [{"id": "0" * 24}]}, "/variants/0/id"),
        ({"variants": [{"sku": "M2"}]}, "/variants/0/id"),
        ({"variants": [{"id": "{id}", "barcode": "123"}]}, "/variants/0/barcode"),
        ({"variants": [{"id": "{id}", "barcode": "4006381333932"}]}, "/variants/0/barcode"),
        ({"variants": [{"id": "{id}", "weight_g": -1}]}, "/variants/0/weight_g"),
        ({"variants": [{"id": "{id}", "active": False}]}, "/variants"),
    ],
)
def test_a_change_that_is_wrong_is_refused_at_its_field(seller, product, change, pointer):
    for variant in change.get("variants", ()):
        if variant.get("id") == "{id}":
            variant["id"] = str(product.variants[0].id)

    answer = seller.patch(place(product), json=change, headers={"If-Match": "*"})

    assert answer.status_code == 422, answer.text
    assert pointer in [one["pointer"] for one in answer.json["errors"]]


def test_a_change_to_a_taken_sku_is_refused(seller, product):
    a_product(a_variant("M2"), shop=seller.shop)
    variant = {"id": str(product.variants[0].id), "sku": "M2"}

    answer = seller.patch(place(product), json={"variants": [variant]}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json["code"]) == (409, "sku_taken")


def test_a_bar_code_is_read_with_its_spaces(seller, product):
    variant = {"id": str(product.variants[0].id), "barcode": "4 006381 333931"}

    answer = seller.patch(place(product), json={"variants": [variant]}, headers={"If-Match": "*"})

    assert answer.json["variants"][0]["barcode"] == "4006381333931"


def test_a_draft_is_deleted(seller):
    draft = a_product(shop=seller.shop, published=False)

    answer = seller.delete(place(draft), headers={"If-Match": '"0"'})

    assert (answer.status_code, answer.data) == (204, b"")
    assert seller.get(place(draft)).status_code == 404


def test_what_is_for_sale_is_not_deleted(seller, product):
    answer = seller.delete(place(product), headers={"If-Match": "*"})

    assert (answer.status_code, answer.json["allowed"]) == (409, ["pause", "archive"])


def test_a_listing_is_duplicated(seller, product):
    answer = seller.post(f"{place(product)}/duplicate")

    assert (answer.status_code, answer.json["status"]) == (201, "draft")
    assert seller.get(answer.headers["Location"]).json["variants"][0]["sku"] == "M1-copy"


def test_all_that_is_missing_is_named_with_its_field(app, seller):
    app.config["LISTING_PICTURES"] = 1
    draft = a_product(shop=seller.shop, published=False, title="Mug")

    answer = seller.post(f"{place(draft)}/submit")

    assert (answer.status_code, answer.json["code"]) == (409, "not_publishable")
    assert {one["pointer"]: one["message"] for one in answer.json["errors"]} == {
        "/title": "Give it a title of 5 to 120 characters.",
        "/pictures": "Add a picture.",
    }


def test_a_seller_searches_their_listings(seller, product):
    a_product(a_variant("X9"), shop=seller.shop, title="Green bowl")

    def found(words):
        return [one["title"] for one in seller.get(f"/api/v1/seller/kiln/products?q={words}").json["data"]]

    assert found("MUG") == ["Blue mug"]
    assert found("x") == ["Green bowl"]
    assert found("ug") == []
    assert found(".") == []


def test_a_list_of_ones_own_shows_prices_and_quality(seller, product):
    (row,) = seller.get("/api/v1/seller/kiln/products").json["data"]

    assert row["price_min"]["amount"] == row["price_max"]["amount"] == 1800
    assert 0 < row["quality"] < 100


def test_the_documentation_says_what_a_change_has_to_send(client):
    paths = client.get("/api/openapi.json").json["paths"]
    change = paths["/api/v1/seller/{shop}/products/{product_id}"]["patch"]

    header = next(one for one in change["parameters"] if one["name"] == "If-Match")
    assert (header["in"], header["required"]) == ("header", True)
    assert {"200", "409", "412", "428"} <= set(change["responses"])
    assert "ChangeProduct" in str(change["requestBody"])


def test_a_listing_whose_category_is_gone_is_shown_all_the_same(seller, product, client):
    connections.database()["categories"].delete_many({})

    for answer in (seller.get(place(product)), client.get(f"/api/v1/products/{product.pk}")):
        assert (answer.status_code, answer.json["category"]) == (200, None)

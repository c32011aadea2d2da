from __future__ import annotations

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog.documents import Attribute, Category
from marketplace.catalog.repositories import categories
from marketplace.catalog.values import AttributeRule
from tests.builders import a_category, a_product, a_shop, an_attribute, asking

CATEGORIES = "/api/v1/admin/categories"
ATTRIBUTES = "/api/v1/admin/attributes"


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique addresses and codes, as migrations make them."""
    for document in (Category, Attribute):
        document.ensure_indexes()


@pytest.fixture
def moderator(person):
    """The client of a moderator."""
    return person("Mo", roles=(Role.MODERATOR,))[1]


def code(answer) -> str:
    return answer.json["code"]


def test_everybody_reads_what_a_category_asks(client):
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    an_attribute(min=1)
    asking(home, AttributeRule("weight", required=True))

    answer = client.get("/api/v1/categories/home")

    rule = answer.json["rules"][0]
    assert (rule["required"], rule["attribute"]["code"], rule["attribute"]["min"]) == (True, "weight", 1)
    assert "kg" in rule["attribute"]["units"]
    assert [one["slug"] for one in answer.json["children"]] == [mugs.slug]
    assert client.get("/api/v1/categories/nowhere").status_code == 404


def test_a_listing_form_offers_no_retired_option(client, moderator):
    an_attribute("colour", options=["Red", "Blue"])
    asking(a_category("Home"), "colour")
    written = moderator.get(f"{ATTRIBUTES}/colour").json
    options = [{"code": "red", "label": "Red", "retired": True}, {"code": "blue", "label": "Blue"}]
    kept = {name: written[name] for name in ("code", "label", "type", "filterable", "version")}
    moderator.put(f"{ATTRIBUTES}/colour", json=kept | {"options": options})

    offered = client.get("/api/v1/categories/home").json["rules"][0]["attribute"]["options"]

    assert [option["code"] for option in offered] == ["blue"]


def test_a_category_is_made_changed_moved_and_removed(moderator):
    home = moderator.post(CATEGORIES, json={"name": "Home"})
    assert (home.status_code, home.json["slug"]) == (201, "home")
    at = home.headers["Location"]
    garden = moderator.post(CATEGORIES, json={"name": "Garden"}).json

    renamed = moderator.put(
        at, json={"name": "House", "slug": "house", "active": True, "version": home.json["version"]}
    )
    assert renamed.json["path"] == ["House"]
    preview = moderator.get(f"{at}/move?parent_id={garden['id']}").json
    assert preview == {"categories": 1, "products": 0, "path": ["Garden", "House"]}
    assert moderator.post(f"{at}/move", json={"parent_id": garden["id"]}).json["path"] == ["Garden", "House"]
    assert moderator.post(f"{at}/move", json={"parent_id": None}).json["path"] == ["House"]
    assert moderator.post(f"{at}/shift", json={"by": -1}).json["position"] == 0
    assert [one["name"] for one in moderator.get(CATEGORIES).json] == ["House", "Garden"]
    assert moderator.delete(at).status_code == 204
    assert moderator.get(at).status_code == 404


def test_the_errors_of_the_tree_have_codes(moderator):
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    a_product(category=mugs)
    at = f"{CATEGORIES}/{home.pk}"

    assert code(moderator.post(f"{at}/move", json={"parent_id": str(mugs.pk)})) == "category_cycle"
    assert code(moderator.delete(at)) == "category_not_empty"
    assert code(moderator.delete(f"{at}?move_to={mugs.pk}")) == "category_cycle"
    assert code(moderator.post(CATEGORIES, json={"name": "A", "slug": "home"})) == "category_slug_taken"
    assert code(moderator.post(CATEGORIES, json={"name": "A", "slug": "Home!"})) == "validation_error"
    stale = {"name": "A", "slug": "a", "active": True, "version": 9}
    assert moderator.put(at, json=stale).status_code == 412


def test_a_category_says_what_it_asks(moderator):
    home = a_category("Home")
    an_attribute()
    at = f"{CATEGORIES}/{home.pk}/rules"

    answer = moderator.put(at, json={"version": 0, "rules": [{"attribute": "weight", "required": True}]})

    rule = {"attribute": "weight", "required": True, "filter": False, "axis": False}
    assert answer.json["attribute_rules"] == [rule]
    wrong = moderator.put(at, json={"version": 1, "rules": [{"attribute": "size"}, {"attribute": "Ü"}]})
    assert wrong.status_code == 422
    unknown = moderator.put(at, json={"version": 1, "rules": [{"attribute": "size"}]})
    assert code(unknown) == "unknown_attribute"
    assert unknown.json["errors"][0]["pointer"] == "/rules/0/attribute"


def test_an_attribute_is_defined_changed_and_removed(moderator):
    written = {"code": "weight", "label": "Weight", "type": "number", "unit_family": "mass", "unit": "g"}

    made = moderator.post(ATTRIBUTES, json=written | {"aliases": ["mass"]})
    assert (made.status_code, made.json["aliases"]) == (201, ["mass"])
    changed = moderator.put(
        f"{ATTRIBUTES}/weight", json=written | {"label": "Mass", "version": made.json["version"]}
    )
    assert changed.json["label"] == "Mass"
    assert [one["code"] for one in moderator.get(ATTRIBUTES).json] == ["weight"]
    assert code(moderator.post(ATTRIBUTES, json=written)) == "attribute_name_taken"
    asking(a_category("Home"), "weight")
    assert code(moderator.delete(f"{ATTRIBUTES}/weight")) == "attribute_in_use"
    version = moderator.get(f"{ATTRIBUTES}/weight").json["version"]
    changed = moderator.put(f"{ATTRIBUTES}/weight", json=written | {"code": "mass", "version": version})
    assert code(changed) == "attribute_in_use"


def test_no_attribute_takes_the_address_of_the_form_for_new_ones(moderator):
    answer = moderator.post(ATTRIBUTES, json={"code": "new", "label": "New", "type": "boolean"})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/code")


def test_only_moderators_change_the_settings(person, client):
    _, buyer = person("Bob")
    home = a_category("Home")
    an_attribute()

    for path in (CATEGORIES, f"{CATEGORIES}/{home.pk}", f"{CATEGORIES}/{home.pk}/move", ATTRIBUTES):
        assert buyer.get(path).status_code == 403
        assert client.get(path).status_code == 401
    assert buyer.delete(f"{ATTRIBUTES}/weight").status_code == 403
    assert categories.get(home.pk).name == "Home"


@pytest.fixture
def shop(person):
    """The client of a seller, and the address of the shop's listings."""
    user, browser = person("Sal")
    a_shop(owner=user, slug="kiln")
    return browser


PRODUCTS = "/api/v1/seller/kiln/products"


def listing(category, *specs) -> dict:
    price = {"amount": 900, "currency": "USD"}
    plain = {"title": "Mug", "category_id": str(category.pk), "variants": [{"sku": "M", "price": price}]}
    return plain | {"specs": list(specs)}


def test_a_listing_states_an_attribute_over_json(shop):
    home = a_category("Home")
    an_attribute()
    an_attribute("parts", type="multi_enum", options=["Lid", "Spoon"])
    asking(home, "weight", "parts")
    specs = (
        {"attribute": "weight", "value": 1.5, "unit": "kg"},
        {"attribute": "parts", "value": ["spoon", "lid"]},
        {"name": "Made in", "type": "text", "value": "Graz"},
    )

    shown = shop.post(PRODUCTS, json=listing(home, *specs)).json["specs"]

    assert shown == [
        {
            "attribute": "weight",
            "name": "Weight",
            "type": "number",
            "value": 1.5,
            "unit": "kg",
            "norm": 1500.0,
        },
        {
            "attribute": "parts",
            "name": "Parts",
            "type": "multi_enum",
            "value": ["lid", "spoon"],
            "unit": "",
            "label": "Lid, Spoon",
        },
        {"name": "Made in", "type": "text", "value": "Graz", "unit": ""},
    ]


@pytest.mark.parametrize(
    ("spec", "expected", "pointer"),
    [
        ({"attribute": "size", "value": 1}, "unknown_attribute", "/specs/0/attribute"),
        ({"attribute": "colour", "value": "red"}, "attribute_not_in_category", "/specs/0/attribute"),
        ({"attribute": "weight", "value": "heavy"}, "invalid_type", "/specs/0/value"),
        ({"attribute": "weight", "value": {"$gt": 1}}, "invalid_type", "/specs/0/value"),
        ({"attribute": "weight", "value": 9000}, "out_of_range", "/specs/0/value"),
        ({"attribute": "shape", "value": "round"}, "invalid_option", "/specs/0/value"),
        ({"value": 5}, "validation_error", "/specs/0/name"),
        ({"name": "a", "type": "date", "value": "2024-01-01"}, "validation_error", "/specs/0/type"),
        ({"name": "a", "type": "text", "value": ["b"]}, "validation_error", "/specs/0/value"),
    ],
)
def test_a_fact_that_is_wrong_has_a_code_and_a_place(shop, spec, expected, pointer):
    home = a_category("Home")
    an_attribute(max=5000)
    an_attribute("colour", options=["Red"])
    an_attribute("shape", options=["Square"])
    asking(home, "weight", "shape")

    answer = shop.post(PRODUCTS, json=listing(home, spec))

    assert (answer.status_code, code(answer)) == (422, expected)
    assert pointer in [error["pointer"] for error in answer.json["errors"]]

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace

import pytest

from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.documents import Attribute, Category, Product
from marketplace.catalog.repositories import attributes, categories, products
from marketplace.catalog.values import AttributeRule, ProductSpecification, SpecificationDraft
from tests.builders import a_category, a_product, a_shop, an_attribute, asking


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique addresses and codes, as migrations make them."""
    for document in (Category, Attribute):
        document.ensure_indexes()


@pytest.fixture
def moderator(person):
    """The browser of a moderator."""
    return person("Mo", roles=(Role.MODERATOR,))[1]


@pytest.fixture
def seller(person):
    """A seller with a shop and a browser."""
    user, browser = person("Sal")
    shop = a_shop(owner=user, slug="kiln")
    return SimpleNamespace(browser=browser, shop=shop)


def said(answer) -> str:
    return unescape(answer.text)


def values(answer) -> dict[str, str]:
    """What stands in the inputs of the page, the chosen options among them."""
    text = answer.text
    tags = re.findall(r"<input[^>]*>", text)
    inputs = [(tag, dict(re.findall(r'([\w-]+)="([^"]*)"', tag))) for tag in tags]
    found = {
        one["name"]: one.get("value", "")
        for tag, one in inputs
        if "name" in one and (one.get("type") != "checkbox" or " checked" in tag)
    }
    for name, options in re.findall(r'<select[^>]*?name="([^"]+)".*?>(.*?)</select>', text, re.DOTALL):
        chosen = re.findall(r'value="([^"]*)" selected', options)
        found[name] = chosen[0] if chosen else ""
    return {name: unescape(value) for name, value in found.items()}


# Categories, in the browser


def test_a_moderator_adds_a_category_below_another(moderator):
    home = a_category("Home")

    answer = moderator.post("/admin/categories", data={"name": "Mugs", "parent_id": str(home.pk)})

    assert answer.status_code == 303
    page = moderator.get("/admin/categories")
    assert categories.find(name="Mugs").path == ["Home", "Mugs"]
    assert page.text.index("Home</a>") < page.text.index("Mugs</a>")


def test_a_category_without_a_name_is_refused_at_its_field(moderator):
    answer = moderator.post("/admin/categories", data={"name": " "})

    assert answer.status_code == 422
    assert "Name: Please fill this in." in said(answer)


def test_a_moderator_renames_and_hides_a_category(moderator):
    home = a_category("Home")
    form = values(moderator.get(f"/admin/categories/{home.pk}"))
    sent = {"name": "House", "slug": "house", "version": form["version"]}

    answer = moderator.post(f"/admin/categories/{home.pk}", data=sent)

    assert answer.status_code == 303
    assert (categories.get(home.pk).name, categories.get(home.pk).shown) == ("House", False)
    assert "Hidden" in moderator.get("/admin/categories").text
    assert moderator.get("/c/house").status_code == 404


def test_what_somebody_else_changed_meanwhile_is_told(moderator):
    home = a_category("Home")
    sent = {"name": "House", "slug": "house", "active": "1", "version": "0"}
    moderator.post(f"/admin/categories/{home.pk}", data=sent)

    answer = moderator.post(f"/admin/categories/{home.pk}", data=sent | {"name": "Hut"})

    assert answer.status_code == 412
    assert "Someone else changed this category" in said(answer)
    assert values(answer)["name"] == "Hut"


def test_a_move_is_shown_before_it_is_made(moderator):
    home, garden = a_category("Home"), a_category("Garden")
    a_product(category=home)

    page = moderator.get(f"/admin/categories/{home.pk}?parent_id={garden.pk}")
    assert "It would lie in Garden › Home: 1 category and 1 product move." in said(page)
    assert categories.get(home.pk).path == ["Home"]

    answer = moderator.post(f"/admin/categories/{home.pk}/move", data={"parent_id": str(garden.pk)})
    assert answer.status_code == 303
    assert categories.get(home.pk).path == ["Garden", "Home"]


def test_a_move_below_itself_is_refused_at_its_field(moderator):
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)

    for answer in (
        moderator.get(f"/admin/categories/{home.pk}?parent_id={mugs.pk}"),
        moderator.post(f"/admin/categories/{home.pk}/move", data={"parent_id": str(mugs.pk)}),
    ):
        assert answer.status_code == 409
        assert "Below: A category cannot be put below itself." in said(answer)


def test_a_moderator_puts_a_category_before_another(moderator):
    for name in ("A", "B"):
        services.create_category(name=name, position=None)
    last = categories.siblings(None)[1]

    moderator.post(f"/admin/categories/{last.pk}/shift", data={"by": "-1"})

    assert [one.name for one in categories.siblings(None)] == ["B", "A"]


def test_a_full_category_says_that_its_things_need_a_place(moderator):
    home, garden = a_category("Home"), a_category("Garden")
    product = a_product(category=home)

    refused = moderator.post(f"/admin/categories/{home.pk}/remove", data={"move_to": ""})
    assert refused.status_code == 409
    assert "Say where they go." in said(refused)

    answer = moderator.post(f"/admin/categories/{home.pk}/remove", data={"move_to": str(garden.pk)})
    assert answer.status_code == 303
    assert products.get(product.pk).category_id == garden.pk


def test_a_moderator_says_what_a_category_asks(moderator):
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    an_attribute()
    an_attribute("colour", options=["Red"])
    asking(home, "weight")
    sent = {
        "version": values(moderator.get(f"/admin/categories/{mugs.pk}"))["version"],
        "rules.0.attribute": "",
        "rules.1.attribute": "colour",
        "rules.1.required": "1",
        "rules.1.filter": "1",
    }

    answer = moderator.post(f"/admin/categories/{mugs.pk}/rules", data=sent)

    assert answer.status_code == 303
    assert categories.get(mugs.pk).attribute_rules == [AttributeRule("colour", required=True, filter=True)]
    assert "From above: Weight." in re.sub(r"\s+", " ", said(moderator.get(f"/admin/categories/{mugs.pk}")))


def test_a_rule_that_cannot_be_is_refused_at_its_row(moderator):
    home = a_category("Home")
    an_attribute()
    sent = {"version": "0", "rules.0.attribute": "weight", "rules.0.axis": "1"}

    answer = moderator.post(f"/admin/categories/{home.pk}/rules", data=sent)

    assert answer.status_code == 422
    assert "tells no variants apart" in said(answer)


@pytest.mark.parametrize(
    "path",
    ["/admin/categories", "/admin/attributes", "/admin/attributes/new", "/admin/attributes/weight"],
)
def test_only_moderators_see_the_settings(client, person, path):
    an_attribute()

    assert client.get(path).status_code == 303
    assert person("Bob")[1].get(path).status_code == 403


# Attributes, in the browser


def test_a_moderator_defines_a_choice(moderator):
    sent = {
        "label": "Colour",
        "code": "colour",
        "type": "enum",
        "aliases": "color, product colour",
        "filterable": "1",
        "options.0.label": "Dark blue",
        "options.1.label": "",
        "options.2.label": "Red",
        "options.2.code": "rot",
    }

    answer = moderator.post("/admin/attributes/new", data=sent)

    assert answer.status_code == 303
    made = attributes.with_code("colour")
    assert [option.code for option in made.options] == ["dark-blue", "rot"]
    assert (made.aliases, made.searchable) == (["color", "product colour"], False)
    assert "2 options" in moderator.get("/admin/attributes").text


def test_the_form_of_an_attribute_shows_what_is_stored_and_saves_it(moderator):
    an_attribute(min=1, max=2.5, decimals=1, aliases=("mass",))

    form = values(moderator.get("/admin/attributes/weight"))
    assert {name: form[name] for name in ("code", "unit", "unit_family", "min", "max", "aliases")} == {
        "code": "weight",
        "unit": "g",
        "unit_family": "mass",
        "min": "1",
        "max": "2.5",
        "aliases": "mass",
    }
    answer = moderator.post("/admin/attributes/weight", data=form | {"label": "Mass"})

    assert answer.status_code == 303
    assert attributes.with_code("weight").label == "Mass"


def test_more_rows_for_options_keep_what_was_typed(moderator):
    sent = {"label": "Colour", "options.0.label": "Red"}

    page = moderator.post("/admin/attributes/new?add=options", data=sent)
    assert values(page)["options.0.label"] == "Red"
    an_attribute("colour", options=["Red"])
    page = moderator.post("/admin/attributes/colour?add=options", data=sent)
    assert "options.5.label" in page.text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "Weight!"}, "Code: Use small letters"),
        ({"type": ""}, "Type: Please fill this in."),
        (
            {"type": "text", "unit_family": "", "unit": "", "filterable": "1"},
            "Lists cannot be filtered by a text.",
        ),
        ({"min": "much"}, "Min: Write a number such as 2.5."),
        ({"unit": "cm"}, "There is no such unit here."),
        ({"code": "weight"}, "Another attribute has this code"),
    ],
)
def test_an_attribute_that_is_wrong_says_where(moderator, changes, sentence):
    an_attribute()
    sent = {"label": "Mass", "code": "mass", "type": "number", "unit_family": "mass", "unit": "g"}

    answer = moderator.post("/admin/attributes/new", data=sent | changes)

    assert answer.status_code in (409, 422)
    assert sentence in said(answer)


def test_an_attribute_goes_unless_it_is_used(moderator):
    an_attribute()
    an_attribute("height")
    asking(a_category("Home"), "height")

    moderator.post("/admin/attributes/weight/remove")
    moderator.post("/admin/attributes/height/remove")

    assert [one.code for one in attributes.in_order()] == ["height"]


# The listing editor


LISTINGS = "/sell/kiln/listings"


def listing(category, **more) -> dict[str, str]:
    plain = {"title": "Mug", "category_id": str(category.pk), "variants.0.sku": "M", "variants.0.price": "9"}
    return plain | {"variants.0.active": "1", "variants.0.on_hand": "3"} | more


@pytest.fixture
def home():
    """A category that asks for a fact of each kind."""
    category = a_category("Home")
    an_attribute()
    an_attribute("colour", options=["Red", "Blue"])
    an_attribute("parts", type="multi_enum", options=["Lid", "16"])
    an_attribute("waterproof", type="boolean")
    an_attribute("made", type="date")
    return asking(category, AttributeRule("weight", required=True), "colour", "parts", "waterproof", "made")


FACTS = {
    "attributes.weight": "1,5 kg",
    "attributes.colour": "blue",
    "attributes.parts.o_lid": "1",
    "attributes.parts.o_16": "1",
    "attributes.waterproof": "no",
    "attributes.made": "2024-05-31",
}


def test_the_fields_of_a_category_are_shown_when_it_was_chosen(seller, home):
    page = seller.browser.post(f"{LISTINGS}/new?add=fields", data=listing(home, description="For tea."))

    assert values(page)["title"] == "Mug"
    assert "For tea." in page.text
    for name in FACTS:
        assert f'name="{name}"' in page.text
    assert "Needed before it is published." in page.text


def test_a_listing_states_what_its_category_asks(seller, home):
    sent = listing(home, **FACTS) | {"specs.0.name": "Made in", "specs.0.value": "Graz"}

    answer = seller.browser.post(f"{LISTINGS}/new", data=sent)

    assert answer.status_code == 303
    product = Product.objects.get(title="Mug")
    assert [spec.text for spec in product.specs] == [
        "Graz", "1.5 kg", "Blue", "Lid, 16", "No", "2024-05-31",
    ]  # fmt: skip
    form = values(seller.browser.get(answer.location))
    assert {name: form[name] for name in FACTS if "parts" not in name} == {
        name: text.replace(",", ".") for name, text in FACTS.items() if "parts" not in name
    }
    assert form["specs.0.name"] == "Made in"


def test_saving_a_listing_as_it_is_changes_none_of_its_facts(seller, home):
    seller.browser.post(f"{LISTINGS}/new", data=listing(home, **FACTS))
    before = Product.objects.get(title="Mug")
    page = seller.browser.get(f"{LISTINGS}/{before.pk}")

    form = {name: text for name, text in values(page).items() if name != "back"}  # that of another form

    answer = seller.browser.post(f"{LISTINGS}/{before.pk}", data=form)

    assert answer.status_code == 303
    after = {spec.attribute: spec.text for spec in products.get(before.pk).specs}
    assert after == {spec.attribute: spec.text for spec in before.specs}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"attributes.weight": "heavy"}, "Weight: Write a number and its unit"),
        ({"attributes.colour": "green"}, "Colour: Choose one of: Red, Blue."),
        ({"attributes.made": "soon"}, "Made: Write a date"),
        ({"attributes.parts.o_nothing": "1"}, "Parts: Choose one of: Lid, 16."),
    ],
)
def test_a_fact_that_is_wrong_is_told_at_its_field_and_kept(seller, home, changes, sentence):
    answer = seller.browser.post(f"{LISTINGS}/new", data=listing(home, **FACTS) | changes)

    assert answer.status_code == 422
    assert sentence in said(answer)
    assert values(answer)["attributes.weight"] == changes.get("attributes.weight", "1,5 kg")
    assert Product.objects.count() == 0


def test_what_another_category_does_not_ask_is_kept_as_a_free_fact(seller, home):
    garden = a_category("Garden")

    seller.browser.post(f"{LISTINGS}/new", data=listing(garden, **FACTS))

    product = Product.objects.get(title="Mug")
    assert {spec.name: spec.text for spec in product.specs} == {
        "Weight": "1,5 kg",
        "Colour": "Blue",
        "Parts": "Lid, 16",
        "Waterproof": "no",
        "Made": "2024-05-31",
    }
    assert not any(spec.attribute for spec in product.specs)


def test_fields_that_no_attribute_has_are_left_aside(seller, home):
    strange = {"attributes.$where": "1", "attributes.weight.x": "1", "attributes.": "1"}

    answer = seller.browser.post(f"{LISTINGS}/new", data=listing(home) | strange)

    assert answer.status_code in (303, 422)


# The product's page


def test_the_page_of_a_product_shows_what_its_category_asks_first(client):
    category = a_category("Home")
    an_attribute("colour", options=["Red"])
    an_attribute()
    asking(category, "weight", "colour")
    shop = a_shop(slug="kiln")
    facts = [
        ProductSpecification("made in", "text", "Graz"),
        SpecificationDraft("colour", "red"),
        SpecificationDraft("weight", "1.5 kg"),
    ]
    a_product(category=category, shop=shop, specs=facts)

    page = client.get("/p/kiln/mug").text

    places = [page.index(f">{name}</th>") for name in ("Weight", "Colour", "Made in")]
    assert places == sorted(places)
    assert "<caption>Other facts</caption>" in page


def test_free_facts_alone_are_one_table_without_a_name(client):
    a_product(shop=a_shop(slug="kiln"), specs=[ProductSpecification("made in", "text", "Graz")])

    assert "<caption>" not in client.get("/p/kiln/mug").text.partition("spec")[2]

"""Filters, orders and counts of lists, over JSON and on pages."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from marketplace.accounts import services as accounts
from marketplace.catalog import services
from marketplace.catalog.repositories import facets as counting
from marketplace.catalog.repositories import tokens
from marketplace.catalog.values import AttributeRule, SpecificationDraft
from marketplace.shared import connections
from tests.builders import a_category, a_product, a_shop, a_variant, an_attribute, asking

pytestmark = pytest.mark.usefixtures("app")


COLOURS = ("Blue", "Green", "Red", "Gold")


def a_tree(*codes: str):
    """Mugs below Home, which ask for these attributes."""
    home = a_category("Home")
    mugs = a_category("Mugs", below=home)
    return asking(mugs, *(AttributeRule(code, filter=True) for code in codes))


def facts(**values) -> list[SpecificationDraft]:
    return [SpecificationDraft(code, value) for code, value in values.items()]


@pytest.fixture
def shelf():
    """Mugs of several colours, materials and weights; the red one is sold out."""
    an_attribute("colour", options=COLOURS)
    an_attribute("material", options=("Clay", "Glass"))
    an_attribute("weight", filterable=True)
    shop, mugs = a_shop(slug="kiln", name="Kiln"), a_tree("colour", "material", "weight")
    for title, price, weight, on_hand in (
        ("Blue clay", 1000, "300 g", 3),
        ("Blue glass", 2000, "0.35 kg", 3),
        ("Green clay", 3000, "600 g", None),
        ("Red clay", 4000, "2 kg", 0),
    ):
        colour, material = title.split()
        specs = facts(colour=colour.lower(), material=material, weight=weight)
        a_product(a_variant(price=price, on_hand=on_hand), shop=shop, category=mugs, title=title, specs=specs)
    a_product(title="Saw", category=a_category("Tools"))
    return shop


def rate(title: str, count: int, total: int) -> None:
    """Give a product stars, as its reviews would."""

    db = connections.database()
    found = db.products.find_one_and_update(
        {"title": title}, {"$set": {"rating": {"n": count, "sum": total}}}
    )
    tokens.follow([found["_id"]])


def listed(client, query: str) -> list[str]:
    answer = client.get(f"/api/v1/products?sort=price&{query}")
    assert answer.status_code == 200, answer.text
    return [product["title"] for product in answer.json["data"]]


def facet(client, query: str, name: str) -> dict:
    answer = client.get(f"/api/v1/products?facets={name}&{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["facets"][0]


def counts(client, query: str, name: str) -> dict[str, int]:
    return {value["value"]: value["count"] for value in facet(client, query, name)["values"]}


# Filters


def test_the_options_of_one_attribute_widen_a_list(client, shelf):
    assert listed(client, "f.colour=blue&f.colour=green") == ["Blue clay", "Blue glass", "Green clay"]


def test_another_attribute_narrows_it(client, shelf):
    assert listed(client, "f.colour=blue&f.colour=green&f.material=clay") == ["Blue clay", "Green clay"]


@pytest.mark.parametrize(
    "place", ["", "&category=home", "&category=mugs", "&shop=kiln", "&category=home&shop=kiln"]
)
def test_attributes_narrow_every_place(client, shelf, place):
    assert listed(client, f"f.colour=blue&f.material=glass{place}") == ["Blue glass"]


def test_a_list_can_be_of_what_is_in_stock(client, shelf):
    assert listed(client, "category=mugs&in_stock=true") == ["Blue clay", "Blue glass", "Green clay"]


@pytest.mark.parametrize("sort", ["newest", "price", "rating"])
def test_prices_bound_narrowed_lists_in_every_order(client, shelf, sort):
    answer = client.get(
        f"/api/v1/products?category=home&f.material=clay&price_min=15&price_max=35&sort={sort}"
    )

    assert [product["title"] for product in answer.json["data"]] == ["Green clay"]


def test_stars_cut_a_list(client, shelf):
    rate("Blue clay", 4, 16)
    rate("Green clay", 3, 11)

    assert listed(client, "rating_min=4") == ["Blue clay"]
    assert listed(client, "rating_min=3&f.colour=green") == ["Green clay"]


def test_the_best_rated_come_first_and_one_vote_is_no_proof(client, shelf):
    rate("Red clay", 40, 190)
    rate("Blue glass", 1, 5)
    rate("Green clay", 9, 12)

    answer = client.get("/api/v1/products?category=mugs&sort=rating")

    assert [product["title"] for product in answer.json["data"]] == [
        "Red clay",
        "Blue glass",
        "Blue clay",
        "Green clay",
    ]


@pytest.mark.parametrize(
    ("bounds", "titles"),
    [
        ("300..350", ["Blue clay", "Blue glass"]),
        ("0.35 kg..0.6 kg", ["Blue glass", "Green clay"]),
        ("601..", ["Red clay"]),
        ("..300 g", ["Blue clay"]),
        ("1 g..1 t", ["Blue clay", "Blue glass", "Green clay", "Red clay"]),
        ("5..4", []),
    ],
)
@pytest.mark.parametrize("place", ["", "category=home&", "shop=kiln&"])
def test_numbers_are_bounded_in_whatever_unit(client, shelf, bounds, titles, place):
    assert listed(client, f"{place}num.weight={quote(bounds)}") == titles


def test_ranges_of_numbers_are_counted_from_the_least_on(client, shelf):
    values = facet(client, "category=mugs", "weight")["values"]

    assert [(value["value"], value["label"], value["count"]) for value in values] == [
        ("200~500", "200 g to 500 g", 2),
        ("500~1000", "500 g to 1000 g", 1),
        ("2000~5000", "2000 g to 5000 g", 1),
    ]
    assert listed(client, "f.weight=200~500&f.weight=500~1000") == ["Blue clay", "Blue glass", "Green clay"]


def test_an_option_that_nothing_has_leaves_nothing(client, shelf):
    assert listed(client, "f.colour=gold") == []


@pytest.mark.parametrize(
    "query",
    ["f.size=xl", "f.cat=1", "f.=1", "f=1", "f.$where=1", "num.size=1..2", "colour=blue", "f.a.b=1"],
)
def test_an_unknown_parameter_is_refused_with_those_that_are_known(client, shelf, query):
    answer = client.get(f"/api/v1/products?{query}")

    assert (answer.status_code, answer.json["code"]) == (400, "unknown_parameter")
    assert "price_min" in answer.json["allowed"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("num.weight=5", "/num/weight/value"),
        ("num.weight=..", "/num/weight/value"),
        ("num.weight=a..b", "/num/weight"),
        ("num.weight=1 mile..", "/num/weight"),
        ("num.colour=1..2", "/num/colour"),
        ("f.colour=a%20b", "/f/colour"),
        ("rating_min=5", "/rating_min"),
        ("rating_min=x", "/rating_min"),
        ("in_stock=perhaps", "/in_stock"),
        ("facets=$f", "/facets"),
        ("f.colour=" + "&f.colour=".join(map(str, range(21))), "/f/colour/value"),
        ("&".join(f"f.a{number}=1" for number in range(11)), "/f"),
    ],
)
def test_what_cannot_be_read_is_named(client, shelf, query, pointer):
    answer = client.get(f"/api/v1/products?{query}")

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_an_unknown_order_is_refused_by_its_name(client, shelf):
    answer = client.get("/api/v1/products?sort=colour")

    assert (answer.status_code, answer.json["code"]) == (400, "invalid_sort")


@pytest.mark.parametrize("sort", ["newest", "price", "-price", "rating"])
def test_narrowed_pages_show_everything_once_in_both_directions(client, shelf, sort):
    query = f"category=home&f.material=clay&sort={sort}&limit=1"
    first = client.get(f"/api/v1/products?{query}").json
    second = client.get(f"/api/v1/products?{query}&cursor={first['page']['next']}").json
    third = client.get(f"/api/v1/products?{query}&cursor={second['page']['next']}").json
    back = client.get(f"/api/v1/products?{query}&cursor={third['page']['previous']}").json

    pages = [first, second, third]
    assert {page["data"][0]["title"] for page in pages} == {"Blue clay", "Green clay", "Red clay"}
    assert third["page"]["next"] is None
    assert back["data"] == second["data"]
    assert {page["page"]["total"]["value"] for page in pages} == {3}


def test_a_cursor_belongs_to_its_filters_in_whatever_order_they_stand(client, shelf):
    place = "category=home&limit=1"
    first = client.get(f"/api/v1/products?{place}&f.colour=blue&f.material=clay&f.colour=red").json
    cursor = first["page"]["next"]

    same = client.get(f"/api/v1/products?f.material=clay&f.colour=red&f.colour=blue&{place}&cursor={cursor}")
    other = client.get(f"/api/v1/products?{place}&f.colour=blue&cursor={cursor}")

    assert (same.status_code, other.status_code, other.json["code"]) == (200, 400, "invalid_cursor")


def test_asking_for_counts_keeps_the_cursor(client, shelf):
    cursor = client.get("/api/v1/products?limit=1&facets=price").json["page"]["next"]

    assert client.get(f"/api/v1/products?limit=1&cursor={cursor}").status_code == 200


# Counts


def test_a_list_without_a_wish_for_counts_has_none(client, shelf):
    assert client.get("/api/v1/products").json["facets"] is None


def test_an_attribute_is_counted_without_its_own_choice(client, shelf):
    assert counts(client, "f.colour=blue", "colour") == {"blue": 2, "green": 1, "red": 1}


def test_all_other_choices_count(client, shelf):
    query = "f.colour=blue&f.material=clay&category=mugs"

    assert counts(client, query, "colour") == {"blue": 1, "green": 1, "red": 1}
    assert counts(client, query, "material") == {"clay": 1, "glass": 1}


def test_prices_narrow_the_counts_and_are_bounded_without_their_own_choice(client, shelf):
    query = "category=mugs&f.material=clay&price_max=35"
    price = facet(client, query, "price")

    assert counts(client, query, "colour") == {"blue": 1, "green": 1}
    assert (price["least"], price["most"]) == (1000, 4000)


def test_what_is_in_stock_is_counted(client, shelf):
    assert counts(client, "category=mugs&f.material=clay", "stock") == {"1": 2}


def test_stars_are_counted_by_step(client, shelf):
    rate("Blue clay", 4, 16)
    rate("Green clay", 3, 9)

    assert counts(client, "category=mugs", "rating") == {"4": 1, "3": 2, "2": 2, "1": 2}


def test_the_categories_below_are_counted(client, shelf):
    assert counts(client, "", "category") == {"home": 4, "tools": 1}
    assert counts(client, "category=home", "category") == {"mugs": 4}


def test_the_chosen_value_says_so_even_when_nothing_has_it(client, shelf):
    values = facet(client, "f.colour=gold", "colour")["values"]

    assert [(value["value"], value["label"], value["count"]) for value in values if value["chosen"]] == [
        ("gold", "Gold", 0)
    ]


def test_of_many_values_the_most_frequent_are_shown(client):
    an_attribute("colour", options=[f"Shade {number}" for number in range(21)])
    shop, mugs = a_shop(), a_tree("colour")
    for number in (*range(21), 20):
        a_product(shop=shop, category=mugs, title=f"Mug {number}", specs=facts(colour=f"shade-{number}"))

    shown = facet(client, "", "colour")

    assert (len(shown["values"]), shown["values"][0]["value"], shown["more"]) == (20, "shade-20", True)


def test_a_facet_of_no_product_is_refused(client, shelf):
    answer = client.get("/api/v1/products?facets=price,size")

    assert (answer.status_code, answer.json["code"]) == (400, "unknown_parameter")


def test_of_a_long_list_some_are_counted_and_it_is_said(client, shelf, monkeypatch):
    monkeypatch.setattr(counting, "SAMPLE", 2)

    answer = client.get("/api/v1/products?category=mugs&facets=material").json

    assert answer["approximate"] is True
    assert sum(value["count"] for value in answer["facets"][0]["values"]) == 3
    assert answer["page"]["total"] == {"value": 4, "relation": "eq"}


def test_counts_are_remembered_for_a_minute(client, shelf):
    before = counts(client, "category=mugs", "colour")
    connections.database().products.update_one({"title": "Blue clay"}, {"$set": {"visible": False}})

    assert counts(client, "category=mugs", "colour") == before


def test_counts_do_without_redis(client, shelf, app, monkeypatch):
    def away(*_, **__):
        raise connections.redis.ConnectionError

    store = connections.sessions_store()
    monkeypatch.setattr(store, "get", away)
    monkeypatch.setattr(store, "set", away)

    assert counts(client, "category=mugs", "colour") == {"blue": 2, "green": 1, "red": 1}


# Pages


class Links(HTMLParser):
    """The addresses and names of links, and the inputs of forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: dict[str, str] = {}
        self.inputs: list[dict] = []
        self._href, self._words = "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a":
            self._href, self._words = found.get("href", ""), ""
        if tag == "input":
            self.inputs.append(found)

    def handle_data(self, data):
        self._words += data

    def handle_endtag(self, tag):
        if tag == "a":
            self.links[" ".join(self._words.split())] = self._href


def page(client, address: str, status: int = 200) -> Links:
    answer = client.get(address)
    assert answer.status_code == status
    return Links(answer.text)


@pytest.mark.parametrize("address", ["/s", "/c/home", "/c/mugs", "/shop/kiln"])
def test_every_list_offers_what_it_can_be_narrowed_by(client, shelf, address):
    boxes = {(one["name"], one.get("value")) for one in page(client, address).inputs if one.get("name")}

    assert {("f.colour", "blue"), ("f.material", "clay"), ("in_stock", "1")} <= boxes


def test_chosen_boxes_are_ticked_and_chips_take_them_back(client, shelf):
    found = page(client, "/c/mugs?f.colour=blue&f.colour=red&price_max=50&sort=price")
    ticked = {one["value"] for one in found.inputs if one.get("name") == "f.colour" and "checked" in one}

    assert ticked == {"blue", "red"}
    assert found.links["Remove the filter Colour: Blue"] == "/c/mugs?f.colour=red&price_max=50&sort=price"
    assert found.links["Remove the filter Up to $50.00"] == "/c/mugs?f.colour=blue&f.colour=red&sort=price"
    assert found.links["Clear all"] == "/c/mugs?sort=price"


def test_the_next_page_keeps_the_filters(client, shelf):
    first = page(client, "/c/mugs?f.material=clay&f.colour=blue&f.colour=red&limit=1&sort=price")

    second = client.get(first.links["Next"]).text

    assert "Red clay" in second
    assert "Blue clay" not in second


def test_sorting_keeps_every_chosen_option(client, shelf):
    found = page(client, "/c/mugs?f.colour=blue&f.colour=red")
    kept = [one["value"] for one in found.inputs if one.get("type") == "hidden" and one["name"] == "f.colour"]

    assert kept == ["blue", "red"]


def test_a_list_of_nothing_helps_on(client, shelf):
    found = page(client, "/c/mugs?f.colour=blue&f.material=glass&price_max=5")

    assert found.links["Without “Material: Glass”"] == "/c/mugs?f.colour=blue&price_max=5"
    assert found.links["Without “Up to $5.00”"] == "/c/mugs?f.colour=blue&f.material=glass"
    assert found.links["In Home"] == "/c/home"


def test_an_attribute_that_no_product_has_is_said_on_the_page(client, shelf):
    answer = client.get("/c/mugs?f.size=xl")

    assert answer.status_code == 400
    assert "Lists are not filtered by size" in answer.text


def test_the_sidebar_counts_the_categories_below(client, shelf):
    text = " ".join(client.get("/c/home").text.split())

    assert '<span>Mugs</span> <span class="tree__count">4</span>' in text


# Suggestions


def suggested(client, text: str) -> list[tuple[str, str, str]]:
    answer = client.get("/api/v1/search/suggest", query_string={"q": text})
    assert answer.status_code == 200
    return [(row["type"], row["label"], row["url"]) for row in answer.json["data"]]


def test_what_one_may_mean_leads_where_it_is(client, shelf):
    services.rebuild_dictionary()

    assert ("category", "Mugs", "/c/mugs") in suggested(client, "mu")
    assert ("shop", "Kiln", "/shop/kiln") in suggested(client, "ki")
    assert ("product", "Green clay", "/p/kiln/green-clay") in suggested(client, "gre")
    assert ("term", "clay", "/s?q=clay") in suggested(client, "cl")


@pytest.mark.parametrize("text", ["", "m", '"', "$where", "a" * 200, "🚲🚲", "\\"])
def test_nothing_that_is_typed_breaks_the_suggestions(client, shelf, text):
    assert suggested(client, text) == []


def test_the_box_in_the_header_knows_where_to_ask(client):
    box = next(one for one in page(client, "/").inputs if one.get("id") == "search")

    assert box["data-suggest"] == "/api/v1/search/suggest"


# Cards are kept as long as nothing of them changes


def card(client, title: str) -> dict:
    found = client.get("/api/v1/products").json["data"]
    return next(one for one in found if one["title"] == title)


def grid(client) -> str:
    return client.get("/s").text


@pytest.fixture
def mug():
    return a_product(a_variant(price=1000, on_hand=9), shop=a_shop(slug="kiln", name="Kiln"), title="Mug")


CHANGES = {
    "price": ({"price_min": 900}, ("price", {"amount": 900, "currency": "USD"}), "$9.00"),
    "title": ({"title": "Cup"}, ("title", "Cup"), ">Cup</a>"),
    "rating": ({"rating": {"n": 2, "sum": 9}}, None, "4.5 out of 5 stars"),
    "brand": ({"brand": "Kiln & Co"}, ("brand", "Kiln & Co"), None),
}


@pytest.mark.parametrize(("change", "told", "drawn"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen_on_its_card_at_once(client, mug, change, told, drawn):
    before = card(client, "Mug"), grid(client)

    connections.database().products.update_one({"_id": mug.pk}, {"$set": change})

    after = card(client, change.get("title", "Mug"))
    assert after != before[0]
    assert told is None or after[told[0]] == told[1]
    assert drawn is None or (drawn in grid(client) and drawn not in before[1])


def test_a_card_tells_what_was_sold(client, mug):
    assert card(client, "Mug")["stock"] == {"bucket": "in_stock", "left": None}
    assert "Only 2 left" not in grid(client)

    connections.database().stock.update_one({"product_id": mug.pk}, {"$set": {"available": 2}})

    assert card(client, "Mug")["stock"] == {"bucket": "low", "left": 2}
    assert "Only 2 left" in grid(client)


def test_a_card_tells_how_its_shop_is_called_now(client, mug):
    assert ">Kiln</a>" in grid(client)

    connections.database().shops.update_one({"slug": "kiln"}, {"$set": {"name": "Kiln & Co"}})

    assert card(client, "Mug")["shop"] == {"slug": "kiln", "name": "Kiln & Co"}
    assert ">Kiln &amp; Co</a>" in grid(client)


def test_the_same_card_is_the_same_object(mug):
    first, second = (services.newest(1)[0] for _ in range(2))

    assert first is second


def test_lists_remember_what_is_left_for_a_moment_and_the_product_itself_does_not(app, client, mug):
    app.config["FRESH_SECONDS"] = 60
    app.extensions["remembered"].clear()
    assert card(client, "Mug")["stock"]["bucket"] == "in_stock"

    connections.database().stock.update_one({"product_id": mug.pk}, {"$set": {"available": 2}})

    answer = client.get("/api/v1/products?limit=5").json["data"][0]
    assert answer["stock"]["bucket"] == "in_stock"
    assert client.get(f"/api/v1/products/{mug.pk}").json["variants"][0]["stock"]["left"] == 2
    app.extensions["remembered"].clear()
    assert client.get("/api/v1/products?limit=6").json["data"][0]["stock"]["left"] == 2


@pytest.mark.parametrize("root", ["", "/market"])
def test_cards_lead_to_where_the_marketplace_is(client, mug, root):
    page = client.get("/s", environ_overrides={"SCRIPT_NAME": root}).text

    assert f'href="{root}/p/kiln/mug"' in page


@pytest.mark.parametrize("path", ["/", "/s", "/shop/kiln", "/p/kiln/jug"])
@pytest.mark.parametrize("member_first", [True, False])
def test_members_read_prices_in_their_locale_and_nobody_else_does(client, person, mug, path, member_first):
    shop = services.find_product(mug.pk).shop_id
    a_product(a_variant(price=123400), shop=accounts.get_shop(shop), title="Jug")
    a_product(a_variant(price=123400), shop=accounts.get_shop(shop), title="Pot")
    user, browser = person("Gerda")
    connections.database().users.update_one({"_id": user.pk}, {"$set": {"locale": "de_DE"}})

    asked = [browser, client] if member_first else [client, browser]
    pages = {one: one.get(path).text for one in asked}

    assert "1.234,00" in pages[browser]
    assert "1,234.00" not in pages[browser]
    assert "1,234.00" in pages[client]
    assert "1.234,00" not in pages[client]

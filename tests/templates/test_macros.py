from __future__ import annotations

from types import SimpleNamespace

import pytest

from marketplace.shared.values import Money

PRICE = Money(2400, "USD")


def a_card(**parts):
    return {"title": "Stoneware mug", "url": "/p/clay/mug", "price": PRICE} | parts


# Pictures


def test_a_title_always_has_the_same_tile(render):
    once, again = (render('{{ tile("HP 80 Original Cyan") }}').html for _ in range(2))

    assert once == again


@pytest.mark.parametrize(
    ("title", "letters"),
    [("stoneware mug", "SM"), ("HP 80 Original Cyan", "HO"), ("Keyboards", "Ke"), ("3M", "3M"), ("-", "-")],
)
def test_a_tile_shows_the_first_letters_of_words(render, title, letters):
    assert render("{{ tile(title) }}", title=title).text == letters


def test_tiles_use_all_their_colours_and_patterns(render):
    html = "".join(render("{{ tile(title) }}", title=f"Thing number {n}").html for n in range(200))

    assert all(f"tile-{n}" in html for n in range(8))
    assert all(f"#pattern-{n}" in html for n in range(6))


def test_a_picture_has_its_words(render):
    page = render('{{ picture("/mug.svg", "A blue mug", "Mug") }}')

    assert page.one("img")["alt"] == "A blue mug"


def test_without_a_picture_a_tile_takes_its_place(render):
    page = render('{{ picture(none, "", "Mug") }}')

    assert not page.all("img")
    assert page.text == "Mu"


# Products


def test_a_card_leads_to_its_product(render):
    page = render("{{ product_card(card) }}", card=a_card())

    assert page.one("a")["href"] == "/p/clay/mug"
    assert "Stoneware mug" in page.text
    assert "$24.00" in page.text


def test_a_reduced_price_is_read_with_the_one_before(render):
    page = render("{{ price(now, before) }}", now=PRICE, before=Money(3000, "USD"))

    assert page.text == "Now $24.00 Before $30.00"


@pytest.mark.parametrize(
    ("bucket", "left", "words"),
    [
        ("out", None, "Sold out"),
        ("low", 3, "Only 3 left"),
        ("low", None, "Few left"),
        ("in_stock", None, "In stock"),
    ],
)
def test_stock_is_said_in_words(render, bucket, left, words):
    assert render("{{ stock(it) }}", it={"bucket": bucket, "left": left}).text == words


def test_plenty_is_not_worth_a_word_on_a_card(render):
    card = a_card(stock={"bucket": "in_stock", "left": None})

    assert "In stock" not in render("{{ product_card(card) }}", card=card).text


def test_a_rating_is_drawn_in_half_stars_and_said_exactly(render):
    page = render("{{ stars(4.4, 12) }}")

    assert page.one("svg")["aria-label"] == "4.4 out of 5 stars"
    assert page.one("use")["href"].endswith("#stars-9")


@pytest.mark.parametrize(("count", "said"), [(1, "1 review"), (12, "12 reviews")])
def test_one_review_is_no_several(render, count, said):
    assert render("{{ stars(4.4, count) }}", count=count).text == said
    assert render("{{ stars(4.4, count, '/p/kiln/mug') }}", count=count).text == said


def test_nothing_is_drawn_before_the_first_review(render):
    assert not render("{{ stars(none, 0) }}").elements


def test_what_is_sold_out_can_be_seen_but_not_chosen(render):
    options = [
        {"value": "s", "label": "Small", "available": False},
        {"value": "l", "label": "Large", "available": True},
    ]

    page = render('{{ variant_picker("Size", options, chosen="l") }}', options=options)

    assert ["disabled" in option for option in page.all("input")] == [True, False]
    assert "Small Sold out" in page.text


# Pages


def test_a_pager_leads_both_ways(render):
    page = render("{{ pager(page) }}", page=SimpleNamespace(prev_url="/a", next_url="/b"))

    assert [(link["rel"], link["href"]) for link in page.all("a")] == [("prev", "/a"), ("next", "/b")]


def test_a_single_page_has_no_pager(render):
    assert not render("{{ pager(page) }}", page=SimpleNamespace(prev_url=None, next_url=None)).elements


def test_sorting_keeps_what_is_searched(render):
    page = render('{{ sort_form([("new", "Newest")], "new", keep={"q": "mug", "shop": none}) }}')

    assert [(kept["name"], kept["value"]) for kept in page.all("input")] == [("q", "mug")]


def test_a_table_says_on_a_phone_which_column_a_cell_is_of(render):
    page = render(
        '{% call data_table(["Shop", ""], "Orders") %}'
        '{% call row() %}{{ cell("Shop", "Clay") }}{% endcall %}{% endcall %}'
    )

    assert page.one("td")["data-label"] == "Shop"
    assert page.text == "Orders Shop Actions Clay"


def test_this_page_is_the_end_of_the_way_to_it(render):
    page = render('{{ breadcrumb([{"label": "Home", "url": "/"}, {"label": "Mugs"}]) }}')

    assert len(page.all("a")) == 1
    assert [part for part in page.all("span") if part.get("aria-current") == "page"]


# Orders


def test_progress_says_where_an_order_is(render):
    steps = [
        {"label": "Paid", "state": "done"},
        {"label": "Shipped", "state": "current"},
        {"label": "Delivered", "state": "todo"},
    ]

    page = render("{{ progress(steps) }}", steps=steps)

    assert [step.get("aria-current") for step in page.all("li")] == [None, "step", None]
    assert page.text == "Paid , done Shipped Delivered , still to come"


def test_a_problem_stands_at_its_line(render):
    line = {
        "title": "Mug",
        "quantity": 5,
        "unit_price": PRICE,
        "total": PRICE * 5,
        "problem": "Only 3 are left.",
    }

    page = render("{{ line(it) }}", it=line)

    assert "5 × $24.00" in page.text
    assert "Only 3 are left." in page.text


def test_totals_end_in_the_sum(render):
    page = render('{{ totals([("Items", sum), ("Shipping", "Free")], sum) }}', sum=PRICE)

    assert page.text == "Items $24.00 Shipping Free Total $24.00"

from __future__ import annotations

import pytest

from marketplace.accounts import services as accounts
from marketplace.accounts.values import ShippingTerms
from marketplace.catalog import services
from marketplace.catalog.values import Picture, ProductSpecification, VariantDraft
from marketplace.shared.values import Money
from tests.builders import a_category, a_product, a_shop, a_user, a_variant, usd

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


def test_an_empty_marketplace_invites_to_open_a_shop(client):
    page = client.get("/")

    assert page.status_code == 200
    assert "Nothing is for sale yet" in page.text


def test_the_start_page_shows_what_is_new_and_who_sells(client):
    a_product(title="Blue mug", shop=a_shop(name="Kiln & Clay"), category=a_category("Pottery"))

    page = client.get("/").text

    assert "Blue mug" in page
    assert "Kiln &amp; Clay" in page
    assert "/c/pottery" in page


def test_every_category_is_on_one_page(client):
    a_category("Mugs", below=a_category("Home"))

    page = client.get("/categories").text

    assert page.index(">Home<") < page.index(">Mugs<")


def test_a_category_shows_its_place_and_what_is_in_it(client):
    home = a_category("Home")
    a_product(title="Blue mug", category=a_category("Mugs", below=home))

    page = client.get("/c/home").text

    assert "Blue mug" in page
    assert "/c/mugs" in page


def test_a_category_without_products_says_what_to_do(client):
    a_category("Mugs")

    assert "Nothing found here" in client.get("/c/mugs").text


@pytest.mark.parametrize(
    "path", ["/c/nowhere", "/shop/nobody", "/p/nobody/mug", "/media/none.svg", "/media/%C3%A9.svg"]
)
def test_what_does_not_exist_is_a_page_that_says_so(client, path):
    assert client.get(path).status_code == 404


def test_a_shop_shows_itself_and_its_goods(client):
    shop = a_shop(name="Kiln", slug="kiln", description="Thrown by hand.")
    a_product(title="Blue mug", shop=shop)

    page = client.get("/shop/kiln").text

    assert "Thrown by hand." in page
    assert "Leaves within 2 business days" in page
    assert "Blue mug" in page


def test_a_shop_that_waits_for_approval_is_not_shown(client):
    draft = a_product(shop=a_shop(slug="kiln", approved=False), published=False)

    assert client.get("/shop/kiln").status_code == 404
    assert client.get(f"/p/kiln/{draft.slug}").status_code == 404


def test_a_list_goes_on_to_its_next_page_and_back(client):
    for number in range(25):
        a_product(a_variant(price=number), shop=a_shop(slug=f"s{number}"), title=f"Mug {number:02}")

    first = client.get("/s?sort=price").text
    second_url = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(second_url).text

    assert "Mug 24" not in first
    assert "Mug 24" in second
    assert 'rel="prev"' in second


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("sort=colour", "There is no such order."),
        ("cursor=xyz", "This cursor is damaged."),
        ("price_min=abc", "Write an amount as digits, such as 12.50."),
        ("price_min=5&price_max=3", "This is below the least price."),
        ("limit=0", "Give a whole number from 1 to 100."),
        ("q=%00", "This contains characters that cannot be used."),
        ("q=a&sort=", ""),
    ],
)
@pytest.mark.parametrize("path", ["/s", "/c/mugs", "/shop/kiln"])
def test_a_list_that_cannot_be_shown_says_why(client, path, query, sentence):
    a_category("Mugs")
    a_shop(slug="kiln")

    page = client.get(f"{path}?{query}")

    if sentence:
        assert page.status_code == 400
        assert sentence in page.text
        assert "Start the list again" in page.text


def test_an_address_with_parameters_of_others_shows_the_list(client):
    assert client.get("/s?utm_source=letter&q%5B%24ne%5D=1").status_code == 200


def test_a_product_can_be_put_into_the_cart(client):
    product = a_product(
        a_variant(on_hand=50),
        title="Blue mug",
        description="For two hands.",
        specs=[ProductSpecification("weight", "number", 450, "g")],
        shop=a_shop(name="Kiln", slug="kiln", description="Thrown by hand."),
    )

    page = client.get(f"/p/kiln/{product.slug}").text

    assert f'name="variant_id" value="{product.variants[0].id}"' in page
    assert "For two hands." in page
    assert "450 g" in page
    assert f'<link rel="canonical" href="http://localhost/p/kiln/{product.slug}">' in page


def test_variants_are_chosen_by_their_options(client):
    product = a_product(
        a_variant("S", option_values=("S",), price=1800, on_hand=0),
        a_variant("L", option_values=("L",), price=2400, on_hand=2),
        options=["Size"],
        shop=a_shop(slug="kiln"),
    )

    page = client.get(f"/p/kiln/{product.slug}").text

    assert page.count('type="radio"') == 2
    assert "Sold out" in page
    assert "only 2 left" in page
    assert f'value="{product.variants[1].id}" checked' in page


def test_what_is_sold_out_cannot_be_put_into_the_cart(client):
    a_product(a_variant(on_hand=0), title="Mug", shop=a_shop(slug="kiln"))

    page = client.get("/p/kiln/mug").text

    assert "disabled" in page
    assert "Add to cart" not in page


def test_more_of_the_shop_stands_below(client):
    shop = a_shop(slug="kiln")
    a_product(title="Mug", shop=shop)
    a_product(title="Blue jug", shop=shop)

    assert "Blue jug" in client.get("/p/kiln/mug").text


def test_only_the_seller_is_led_to_the_editor(person, client):
    owner, browser = person()
    a_product(title="Mug", shop=a_shop(owner=owner, slug="kiln"))

    assert "Edit this listing" in browser.get("/p/kiln/mug").text
    assert "Edit this listing" not in client.get("/p/kiln/mug").text


def test_text_of_sellers_is_never_markup(client):
    a_product(title="<script>alert(1)</script>", description="<img src=x>", shop=a_shop(slug="kiln"))

    page = client.get("/p/kiln/script-alert-1-script").text

    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_a_picture_is_kept_by_browsers_and_can_do_no_harm(client):
    name = services.store_picture(body=SVG, content_type="image/svg+xml")

    answer = client.get(f"/media/{name}")
    again = client.get(f"/media/{name}", headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.data, answer.content_type) == (SVG, "image/svg+xml")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert again.status_code == 304


def test_pictures_are_shown_on_cards_and_pages(client):
    name = services.store_picture(body=SVG, content_type="image/svg+xml")
    a_product(title="Mug", shop=a_shop(slug="kiln"), pictures=[Picture(name, "A blue mug")])

    assert f"/media/{name}" in client.get("/s").text
    assert 'alt="A blue mug"' in client.get("/p/kiln/mug").text


def test_a_reduced_price_is_shown_with_the_one_before(client):
    a_product(a_variant(price=1800, compare_at=usd(2400)), title="Mug", shop=a_shop(slug="kiln"))

    page = client.get("/p/kiln/mug").text

    assert "$18.00" in page
    assert "$24.00" in page


@pytest.mark.parametrize(
    ("days", "free_over", "sentences"),
    [
        (0, None, ["Leaves the same business day", "Shipping $4.90"]),
        (1, 5000, ["Leaves within one business day", "free from $50.00"]),
    ],
)
def test_a_shop_says_how_it_sends(client, days, free_over, sentences):
    limit = usd(free_over) if free_over else None
    a_shop(slug="kiln", shipping=ShippingTerms(usd(490), days, limit))

    page = client.get("/shop/kiln").text

    assert all(sentence in page for sentence in sentences)


def test_a_shops_prices_are_asked_for_in_its_own_currency(client):
    shop = accounts.open_shop(owner_id=a_user().id, name="Kiln", slug="kiln", currency="EUR", approved=True)
    euros = VariantDraft(sku="m", price=Money(1800, "EUR"), on_hand=1)
    a_product(euros, shop=shop, title="Euro mug")

    inside = client.get("/shop/kiln?price_min=18&price_max=18").text
    outside = client.get("/shop/kiln?price_min=19").text

    assert "Euro mug" in inside
    assert "Euro mug" not in outside


@pytest.mark.real
def test_a_search_shows_what_it_found_and_says_when_it_is_relaxed(client):
    a_product(title="Blue keyboard", shop=a_shop(slug="kiln"))

    assert "Blue keyboard" in client.get("/s?q=keyboards").text
    assert "No product has all of these words" in client.get("/s?q=keyboard+zebra").text
    assert "Nothing found for “zebra”" in client.get("/s?q=zebra").text
    assert "Blue keyboard" in client.get("/shop/kiln?q=keyboard&sort=price").text

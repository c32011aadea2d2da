from __future__ import annotations

import re

import pytest

from marketplace.catalog import services
from marketplace.catalog.documents import Product
from marketplace.catalog.repositories import products
from marketplace.catalog.services import stock
from marketplace.catalog.values import ProductSpecification, ProductStatus
from marketplace.shared.clock import now
from tests.builders import a_category, a_product, a_shop, a_variant

LISTINGS = "/sell/kiln/listings"


@pytest.fixture
def shop(person):
    """The seller's shop, with their browser as `shop.browser`."""
    owner, browser = person()
    shop = a_shop(owner=owner, slug="kiln")
    shop.browser = browser
    return shop


def submitted(page) -> dict[str, str]:
    """What a browser sends back for the page's listing form when nobody changes anything."""
    return {name: text.replace("\n", "\r\n") for name, text in shown_form(page).items()}


def form(**changes: str) -> dict[str, str]:
    """The form as a seller fills it in for a mug in two sizes."""
    filled = {
        "title": "Blue mug",
        "category_id": str(services.category_path(["Mugs"]).pk),
        "brand": "Kiln",
        "description": "For two hands.",
        "tags": "mug, blue , mug",
        "options.0": "Size",
        "options.1": "",
        "variants.0.sku": "S",
        "variants.0.option_values.0": "Small",
        "variants.0.price": "18.00",
        "variants.0.compare_at": "",
        "variants.0.on_hand": "7",
        "variants.0.active": "1",
        "variants.1.sku": "L",
        "variants.1.option_values.0": "Large",
        "variants.1.price": "24",
        "variants.1.on_hand": "3",
        "specs.0.name": "Weight",
        "specs.0.type": "number",
        "specs.0.value": "450",
        "specs.0.unit": "g",
        "specs.1.name": "",
        "specs.1.type": "text",
        "specs.1.value": "",
        "specs.1.unit": "",
    }
    return {name.replace("__", "."): text for name, text in (filled | changes).items()}


def shown_form(page) -> dict[str, str]:
    """What the fields of the page's listing form hold."""
    found = {}
    for tag in re.findall(r"<input\b[^>]*>", page.text):
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        if name and (not re.search(r'type="(checkbox|radio)"', tag) or " checked" in tag):
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page.text, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', page.text, re.S):
        found[name] = text
    return {name: text for name, text in found.items() if name not in ("q", "csrf_token", "back")}


def test_a_seller_writes_a_listing_with_variants_and_facts(shop):
    answer = shop.browser.post(f"{LISTINGS}/new", data=form())

    product = Product.objects.get()
    assert answer.status_code == 303
    assert (product.title, product.tags, product.options) == ("Blue mug", ["mug", "blue"], ["Size"])
    assert [(one.sku, one.price.amount, one.active) for one in product.variants] == [
        ("S", 1800, True),
        ("L", 2400, False),
    ]
    assert product.specs == [ProductSpecification("Weight", "number", 450, "g")]
    assert stock.levels([product.variants[0].id])[product.variants[0].id].on_hand == 7


def test_a_listing_can_be_published_as_it_is_saved(shop):
    shop.browser.post(f"{LISTINGS}/new?then=submit", data=form())

    assert Product.objects.get().visible


def test_a_draft_of_a_shop_that_may_not_sell_is_kept(person):
    owner, browser = person()
    a_shop(owner=owner, slug="kiln", approved=False)

    answer = browser.post(f"{LISTINGS}/new?then=submit", data=form(), follow_redirects=True)

    assert "This shop may not sell yet" in answer.text
    assert Product.objects.get().status is ProductStatus.DRAFT


def test_the_form_of_a_stored_listing_saves_it_unchanged(shop):
    shop.browser.post(f"{LISTINGS}/new", data=form())
    product = Product.objects.get()
    page = shop.browser.get(f"{LISTINGS}/{product.pk}")

    answer = shop.browser.post(f"{LISTINGS}/{product.pk}", data=shown_form(page))

    after = Product.objects.get()
    assert answer.status_code == 303
    assert after.version == 1
    for name in ("title", "tags", "options", "specs", "variants", "description", "brand"):
        assert getattr(after, name) == getattr(product, name), name


def test_a_count_that_was_not_changed_is_not_a_count(shop):
    product = a_product(a_variant(on_hand=7), shop=shop)
    filled = shown_form(shop.browser.get(f"{LISTINGS}/{product.pk}"))
    stock.hold(product.variants[0].id, ref="cart", quantity=2, until=now())
    stock.commit(product.variants[0].id, "cart")
    stock.ship(product.variants[0].id, "order", 2)

    shop.browser.post(f"{LISTINGS}/{product.pk}", data=filled)

    assert stock.levels([product.variants[0].id])[product.variants[0].id].on_hand == 5


def test_a_new_count_is_taken(shop):
    product = a_product(a_variant(on_hand=7), shop=shop)
    filled = shown_form(shop.browser.get(f"{LISTINGS}/{product.pk}"))

    shop.browser.post(f"{LISTINGS}/{product.pk}", data=filled | {"variants.0.on_hand": "12"})

    assert stock.levels([product.variants[0].id])[product.variants[0].id].on_hand == 12


def test_a_ticked_variant_is_removed(shop):
    shop.browser.post(f"{LISTINGS}/new", data=form())
    product = Product.objects.get()
    filled = shown_form(shop.browser.get(f"{LISTINGS}/{product.pk}"))

    shop.browser.post(f"{LISTINGS}/{product.pk}", data=filled | {"variants.1.remove": "1"})

    assert [variant.sku for variant in Product.objects.get().variants] == ["S"]


@pytest.mark.parametrize(("what", "name", "more"), [("variants", "sku", 1), ("specs", "name", 3)])
def test_adding_a_row_keeps_everything_that_was_typed(shop, what, name, more):
    typed = form(title="A")
    rows = 2 if what == "variants" else 1

    page = shop.browser.post(f"{LISTINGS}/new?add={what}", data=typed)

    shown = shown_form(page)
    assert page.status_code == 200
    assert {f"{what}.{index}.{name}" for index in range(rows + more)} <= set(shown)
    assert shown["title"] == "A"
    assert shown["variants.1.price"] == "24"
    assert shown["specs.0.value"] == "450"
    assert "variants.1.active" not in shown
    assert Product.objects.count() == 0


def test_a_row_can_be_added_to_a_stored_listing(shop):
    product = a_product(shop=shop)
    filled = shown_form(shop.browser.get(f"{LISTINGS}/{product.pk}"))

    page = shop.browser.post(f"{LISTINGS}/{product.pk}?add=variants", data=filled)

    assert "variants.1.sku" in shown_form(page)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Please fill this in."),
        ({"title": "x" * 301}, "Write between 2 and 300 characters."),
        ({"title": "a\x00b"}, "This contains characters that cannot be used."),
        ({"category_id": ""}, "Choose a category."),
        ({"category_id": "x"}, "An id has 24 hexadecimal digits."),
        ({"category_id": "0" * 24}, "Choose one of the categories."),
        ({"tags": ",".join("abcdefghijk")}, "Give ten tags at most"),
        ({"variants.0.sku": ""}, "Please fill this in."),
        ({"variants.1.sku": "S"}, "Two variants have this SKU."),
        ({"variants.0.price": "abc"}, "Write an amount as digits, such as 12.50."),
        ({"variants.0.price": "1.999"}, "USD has 2 decimals at most"),
        ({"variants.0.price": "-1"}, "Write zero or more."),
        ({"variants.0.price": "9" * 30}, "Write an amount as digits"),
        ({"variants.0.compare_at": "5"}, "The price before is higher than the price now."),
        ({"variants.0.on_hand": "-1"}, "Give a whole number from 0 to 10000000."),
        ({"variants.0.on_hand": "9" * 30}, "Give a whole number from 0 to 10000000."),
        ({"variants.1.option_values.0": ""}, "Give a value for each option."),
        ({"variants.1.option_values.0": "Small"}, "Two variants have these options."),
        ({"options.0": ""}, "Name an option, such as Size"),
        ({"specs.0.value": "heavy"}, "Write a number such as 2.5."),
        ({"specs.0.type": "colour"}, "Choose one of the kinds."),
        ({"specs.0.type": "boolean", "specs.0.unit": ""}, "Write yes or no."),
        ({"specs.0.name": ""}, "Please fill this in."),
        ({"variants": "x"}, "Not a valid list."),
        ({"$where": "1"}, "There is no such field."),
    ],
)
def test_a_form_that_is_wrong_says_where_and_keeps_what_was_typed(shop, changes, sentence):
    page = shop.browser.post(f"{LISTINGS}/new", data=form(**changes))

    assert page.status_code == 422
    assert sentence in page.text
    assert "For two hands." in page.text
    assert Product.objects.count() == 0


def test_a_form_without_anything_asks_for_what_is_needed(shop):
    page = shop.browser.post(f"{LISTINGS}/new", data={})

    assert page.status_code == 422
    assert page.text.count("Please fill this in.") >= 3


def test_a_new_listing_has_no_version_and_no_variants_of_others(shop):
    other = a_product()

    saved = shop.browser.post(f"{LISTINGS}/new", data=form(version="3"))
    refused = shop.browser.post(f"{LISTINGS}/new", data=form() | {"variants.0.id": str(other.variants[0].id)})

    assert (saved.status_code, refused.status_code) == (303, 422)
    assert "This listing has no such variant." in refused.text


def test_a_sku_of_another_listing_is_named_at_its_field(shop):
    a_product(a_variant("S"), shop=shop)

    page = shop.browser.post(f"{LISTINGS}/new", data=form())

    assert page.status_code == 409
    assert "Another listing of your shop has this SKU." in page.text


def test_who_saved_in_between_is_no_loss(shop):
    product = a_product(shop=shop)
    filled = shown_form(shop.browser.get(f"{LISTINGS}/{product.pk}")) | {"title": "Mine"}
    services.change_status(shop_id=shop.id, product_id=product.pk, step="pause")

    first = shop.browser.post(f"{LISTINGS}/{product.pk}", data=filled)
    second = shop.browser.post(f"{LISTINGS}/{product.pk}", data=shown_form(first))

    assert first.status_code == 412
    assert "Nothing that you typed is lost" in first.text
    assert second.status_code == 303
    assert products.get(product.pk).title == "Mine"


def test_listings_are_shown_by_state_with_the_steps_that_lead_on(shop):
    product = a_product(a_variant(on_hand=3), shop=shop, title="Blue mug")

    page = shop.browser.get(LISTINGS).text

    assert "Blue mug" in page
    assert f"{LISTINGS}/{product.pk}/pause" in page
    assert f"{LISTINGS}/{product.pk}/resume" not in page


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("draft", "No drafts"),
        ("paused", "Nothing is paused"),
        ("archived", "Nothing is archived"),
        ("active", "Nothing is for sale yet"),
    ],
)
def test_a_state_without_listings_says_so(shop, status, sentence):
    assert sentence in shop.browser.get(f"{LISTINGS}?status={status}").text


@pytest.mark.parametrize("query", ["status=gone", "cursor=xyz", "limit=0"])
def test_a_list_that_cannot_be_shown_says_why(shop, query):
    page = shop.browser.get(f"{LISTINGS}?{query}")

    assert page.status_code == 400
    assert "This list cannot be shown like that" in page.text


def test_a_listing_takes_a_step_by_a_button(shop):
    product = a_product(shop=shop, title="Blue mug")

    page = shop.browser.post(f"{LISTINGS}/{product.pk}/pause", follow_redirects=True)

    assert "“Blue mug” is off sale." in page.text
    assert products.get(product.pk).status is ProductStatus.PAUSED


def test_a_step_that_is_not_allowed_is_explained(shop):
    product = a_product(shop=shop)

    page = shop.browser.post(f"{LISTINGS}/{product.pk}/resume", follow_redirects=True)

    assert "so that step is not possible" in page.text


def test_visitors_are_led_to_sign_in(client):
    a_shop(slug="kiln")

    answer = client.get(LISTINGS)

    assert (answer.status_code, answer.location) == (303, "/signin?next=%2Fsell%2Fkiln%2Flistings")


@pytest.mark.parametrize("path", ["", "/new", "/{id}"])
def test_another_sellers_pages_are_not_there(person, path):
    product = a_product(shop=a_shop(slug="theirs"), category=a_category())
    _, stranger = person()

    answer = stranger.get(f"/sell/theirs/listings{path.format(id=product.pk)}")

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/new", "/{id}", "/{id}/pause"])
def test_another_sellers_listings_cannot_be_changed(person, path):
    product = a_product(shop=a_shop(slug="theirs"), category=a_category())
    _, stranger = person()

    answer = stranger.post(f"/sell/theirs/listings{path.format(id=product.pk)}", data=form())

    assert answer.status_code == 404
    assert products.get(product.pk).version == product.version


@pytest.mark.parametrize(
    "name", ["variants.99999.sku", "variants.10000.sku", "variants.abc.sku", "variants..sku", "specs.².name"]
)
def test_rows_that_no_form_of_ours_numbers_so_make_no_page_longer(shop, name):
    answer = shop.browser.post(f"{LISTINGS}/new", data={name: "v"})

    assert answer.status_code == 422
    assert len(answer.text) < 100_000


def test_a_text_of_several_lines_stays_as_it_is(shop):
    product = a_product(shop=shop, description="One.\n\nTwo." + "\n" * 30 + "x" * 9950)

    address = f"{LISTINGS}/{product.pk}"
    answer = shop.browser.post(address, data=submitted(shop.browser.get(address)))

    assert answer.status_code == 303
    assert products.get(product.pk).description == product.description


def test_options_may_stand_in_any_of_the_three_fields(shop):
    written = form() | {"options.1": "", "options.2": "Colour", "variants.0.option_values.2": "Blue"}

    answer = shop.browser.post(f"{LISTINGS}/new", data=written | {"variants.1.option_values.2": "Red"})

    product = Product.objects.get()
    assert answer.status_code == 303
    assert [variant.option_values for variant in product.variants] == [["Small", "Blue"], ["Large", "Red"]]


def test_a_count_is_not_emptied_by_accident(shop):
    product = a_product(a_variant(on_hand=7), shop=shop)
    address = f"{LISTINGS}/{product.pk}"

    answer = shop.browser.post(
        address, data=submitted(shop.browser.get(address)) | {"variants.0.on_hand": ""}
    )

    assert answer.status_code == 422
    assert "0 when none are left" in answer.text


def test_what_is_not_counted_is_saved_without_a_number(shop):
    product = a_product(a_variant(on_hand=None), shop=shop)
    address = f"{LISTINGS}/{product.pk}"
    unchanged = submitted(shop.browser.get(address))

    saved = shop.browser.post(address, data=unchanged)
    refused = shop.browser.post(
        address, data=submitted(shop.browser.get(address)) | {"variants.0.on_hand": "5"}
    )

    assert (saved.status_code, refused.status_code) == (303, 422)
    assert "leave this empty" in refused.text


# Review, addresses and copies


def test_the_button_says_whether_a_moderator_looks_at_it_first(app, shop):
    at_once = shop.browser.get(f"{LISTINGS}/new").text
    app.config["LISTING_REVIEW"] = "all"
    later = shop.browser.get(f"{LISTINGS}/new").text

    assert "Save and publish" in at_once
    assert "Save and send for review" in later


def test_a_listing_that_is_sent_for_review_waits(app, shop):
    app.config["LISTING_REVIEW"] = "all"

    page = shop.browser.post(f"{LISTINGS}/new?then=submit", data=form(), follow_redirects=True)

    assert "“Blue mug” waits for a moderator." in page.text
    assert Product.objects.get().status is ProductStatus.PENDING


def test_what_is_missing_is_said_in_the_editor_and_what_was_typed_is_saved(app, shop):
    app.config["LISTING_PICTURES"] = 1

    page = shop.browser.post(f"{LISTINGS}/new?then=submit", data=form(title="Mug"), follow_redirects=True)

    product = Product.objects.get()
    assert product.status is ProductStatus.DRAFT
    assert page.request.path == f"{LISTINGS}/{product.pk}"
    assert "Give it a title of 5 to 120 characters." in page.text
    assert "Add a picture." in page.text


def test_publishing_in_the_table_leads_to_what_is_missing(shop):
    product = a_product(shop=shop, title="Mug", published=False)

    page = shop.browser.post(f"{LISTINGS}/{product.pk}/submit", follow_redirects=True)

    assert "Give it a title of 5 to 120 characters." in page.text


def test_the_address_changes_with_the_title_when_it_is_ticked(shop):
    product = a_product(shop=shop, title="Blue mug")
    filled = shown_form(shop.browser.get(f"{LISTINGS}/{product.pk}"))

    shop.browser.post(f"{LISTINGS}/{product.pk}", data=filled | {"title": "Green mug", "new_address": "1"})

    assert products.get(product.pk).slug == "green-mug"


def test_bar_code_weight_and_warning_are_kept_by_the_form(shop):
    product = a_product(a_variant(barcode="4006381333931", weight_g=450, low_at=3), shop=shop)
    address = f"{LISTINGS}/{product.pk}"

    shop.browser.post(address, data=submitted(shop.browser.get(address)))

    (variant,) = products.get(product.pk).variants
    assert (variant.barcode, variant.weight_g) == ("4006381333931", 450)
    assert stock.levels([variant.id])[variant.id].low_at == 3


def test_a_listing_is_copied_by_a_button(shop):
    product = a_product(shop=shop, title="Blue mug")

    page = shop.browser.post(f"{LISTINGS}/{product.pk}/duplicate", follow_redirects=True)

    assert "This is the copy" in page.text
    assert Product.objects.count() == 2


def test_a_draft_is_deleted_by_a_button(shop):
    product = a_product(shop=shop, title="Blue mug", published=False)

    page = shop.browser.post(f"{LISTINGS}/{product.pk}/delete", follow_redirects=True)

    assert "“Blue mug” is deleted." in page.text
    assert Product.objects.count() == 0


def test_what_is_for_sale_is_not_deleted_by_a_button(shop):
    product = a_product(shop=shop)

    page = shop.browser.post(f"{LISTINGS}/{product.pk}/delete", follow_redirects=True)

    assert "so that step is not possible" in page.text
    assert Product.objects.count() == 1


def test_listings_are_searched_and_counted_by_state(shop):
    a_product(shop=shop, title="Blue mug")
    a_product(shop=shop, title="Green mug", published=False)
    a_product(shop=shop, title="Blue bowl", published=False)

    page = shop.browser.get(f"{LISTINGS}?q=blue").text

    assert "Blue mug" in page
    assert "Green mug" not in page
    assert re.findall(r'tabs__count">(\d+)<', page) == ["1", "1", "0", "0"]


def test_a_search_that_finds_nothing_says_where_to_look(shop):
    assert "Nothing begins with “xyz” here" in shop.browser.get(f"{LISTINGS}?q=xyz").text


def test_the_table_shows_what_to_do_about_a_listing_that_was_sent_back(shop):
    product = a_product(shop=shop, title="Blue mug", published=False)
    product.take_step("submit", to=ProductStatus.PENDING)
    product.decide("request_changes", by=shop.owner_id, reason="Say what it is made of.")
    products.save(product)

    page = shop.browser.get(f"{LISTINGS}?status=changes_requested").text

    assert "Say what it is made of." in page
    assert "Send in again" in page


def test_the_editor_of_a_draft_lists_what_is_missing_with_links_to_the_fields(shop):
    product = a_product(a_variant(active=False), shop=shop, title="Mug", published=False)

    page = shop.browser.get(f"{LISTINGS}/{product.pk}")

    for field in ("title", "variants"):
        assert f'<a href="#field-{field}">' in page.text
        assert f'id="field-{field}"' in page.text


def test_the_editor_of_a_draft_that_lacks_nothing_lists_nothing(shop):
    product = a_product(shop=shop, title="Blue mug", published=False)

    assert "Before people can buy it" not in shop.browser.get(f"{LISTINGS}/{product.pk}").text


def test_enter_in_a_field_saves(shop):
    page = shop.browser.get(f"{LISTINGS}/new")

    form = page.text[page.text.index('action="/sell/kiln/listings/new"') :]
    first = re.search(r"<button[^>]*>", form)[0]
    assert "formaction" not in first

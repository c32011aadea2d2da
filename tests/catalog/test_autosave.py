from __future__ import annotations

import pytest

from marketplace.catalog.documents import Product, Stock
from marketplace.catalog.repositories import products
from marketplace.catalog.values import ProductStatus
from tests.builders import a_product, a_shop, a_variant
from tests.catalog.test_selling import shown_form

LISTINGS = "/sell/kiln/listings"


@pytest.fixture
def shop(person):
    """The seller's shop, with their browser as `shop.browser`."""
    owner, browser = person()
    shop = a_shop(owner=owner, slug="kiln")
    shop.browser = browser
    return shop


@pytest.fixture
def draft(shop) -> Product:
    """A draft with a mug in two sizes."""
    sizes = [a_variant(size, option_values=[size], price=1800, on_hand=7) for size in ("S", "L")]
    return a_product(*sizes, options=["Size"], shop=shop, title="Blue mug", published=False)


def editor(shop, product) -> dict[str, str]:
    """What the fields of the editor hold."""
    return shown_form(shop.browser.get(f"{LISTINGS}/{product.pk}"))


def autosave(shop, product, form):
    return shop.browser.post(f"{LISTINGS}/{product.pk}/autosave", data=form)


def test_what_is_typed_is_kept_and_the_version_follows(shop, draft):
    form = editor(shop, draft)

    first = autosave(shop, draft, form | {"title": "Blue mug, large"}).json
    second = autosave(shop, draft, form | {"title": "Red mug", "version": str(first["version"])}).json

    assert (first["saved"], second["saved"]) == (True, True)
    assert products.get(draft.pk).title == "Red mug"
    assert second["version"] == products.get(draft.pk).version


def test_what_is_not_valid_yet_is_left_as_it_was_and_named(shop, draft):
    form = editor(shop, draft) | {"brand": "Kiln", "variants.0.price": "twelve", "title": ""}

    answer = autosave(shop, draft, form).json

    after = products.get(draft.pk)
    assert (after.title, after.brand, after.variants[0].price.amount) == ("Blue mug", "Kiln", 1800)
    assert set(answer["left"]) == {"the title", "the variants"}
    assert "12.50" in answer["left"]["the variants"]


def test_what_a_rule_refuses_is_left_as_well(shop, draft):
    a_product(a_variant("TAKEN"), shop=shop)
    form = editor(shop, draft) | {"brand": "Kiln", "variants.0.sku": "TAKEN"}

    answer = autosave(shop, draft, form).json

    assert products.get(draft.pk).brand == "Kiln"
    assert answer["left"] == {"the variants": "Another listing of your shop has this SKU."}


def test_a_row_that_is_stored_now_is_not_new_the_next_time(shop, draft):
    form = editor(shop, draft) | {
        f"variants.2.{name}": text
        for name, text in {"sku": "XL", "price": "30", "option_values.0": "XL", "on_hand": "4"}.items()
    }

    first = autosave(shop, draft, form).json
    told = {f"variants.2.{name}": text for name, text in first["variants"]["XL"].items()}
    autosave(shop, draft, form | told | {"version": str(first["version"]), "brand": "Kiln"})

    after = products.get(draft.pk)
    assert str(after.variants[2].id) == first["variants"]["XL"]["id"]
    assert {one.pk for one in Stock.objects} == {one.id for one in after.variants}


def test_nothing_is_removed_and_no_address_changes_before_the_button_is_pressed(shop, draft):
    form = editor(shop, draft) | {"variants.1.remove": "1", "new_address": "1", "title": "Red mug"}

    autosave(shop, draft, form)

    after = products.get(draft.pk)
    assert (len(after.variants), after.slug, after.title) == (2, "blue-mug", "Red mug")


def test_what_was_saved_elsewhere_is_not_written_over(shop, draft):
    form = editor(shop, draft)
    autosave(shop, draft, form | {"title": "Theirs"})

    answer = autosave(shop, draft, form | {"title": "Mine"})

    assert (answer.status_code, answer.json["saved"]) == (412, False)
    assert products.get(draft.pk).title == "Theirs"


@pytest.mark.parametrize("status", ProductStatus)
def test_only_drafts_and_what_was_sent_back_are_saved_by_themselves(shop, draft, status):
    draft.status = status
    products.save(draft)
    page = shop.browser.get(f"{LISTINGS}/{draft.pk}")
    itself = status in ("draft", "changes_requested", "rejected")

    answer = autosave(shop, draft, shown_form(page) | {"title": "Red mug"})

    assert ("data-autosave" in page.text) is itself
    assert answer.json["saved"] is itself
    assert (products.get(draft.pk).title == "Red mug") is itself


def test_another_shops_draft_is_not_found(shop, person):
    _, stranger = person("Eve")
    other = a_product(published=False)

    assert autosave(shop, other, {}).status_code == 404
    assert stranger.post(f"{LISTINGS}/{other.pk}/autosave", data={}).status_code == 404


# Conflicts


def test_a_conflict_names_what_the_other_changed_and_both_ways_out(shop, draft):
    form = editor(shop, draft)
    shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form | {"title": "Theirs", "variants.0.price": "20"})

    page = shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form | {"brand": "Mine"})

    said = page.text[page.text.index("Somebody else saved") :][:1500]
    assert page.status_code == 412
    assert "<strong>Title</strong>: Theirs" in said
    assert "<strong>Options, variants and prices</strong>" in said
    assert "<strong>Brand</strong>" not in said
    assert "Keep mine" in said
    assert f'href="{LISTINGS}/{draft.pk}"' in said
    assert 'role="alert"' in page.text


def test_nothing_typed_is_lost_and_keeping_mine_saves_it(shop, draft):
    form = editor(shop, draft)
    shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form | {"title": "Theirs"})
    page = shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form | {"title": "Mine", "brand": "Kiln"})

    answer = shop.browser.post(f"{LISTINGS}/{draft.pk}", data=shown_form(page))

    after = products.get(draft.pk)
    assert answer.status_code == 303
    assert (after.title, after.brand) == ("Mine", "Kiln")


def test_nothing_saves_itself_while_a_conflict_is_open(shop, draft):
    form = editor(shop, draft)
    shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form | {"title": "Theirs"})

    page = shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form | {"title": "Mine"})

    assert "data-autosave" not in page.text


def test_a_change_that_the_form_does_not_show_is_said_to_be_one(shop, draft):
    form = editor(shop, draft)
    products.save(products.get(draft.pk))

    page = shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form | {"title": "Mine"})

    assert "differs in nothing that this form shows" in page.text


@pytest.mark.parametrize("seen", ["", "x", "x," * 60, "<script>"])
def test_a_forged_digest_says_no_more_than_that_something_differs(shop, draft, seen):
    form = editor(shop, draft) | {"version": "0", "seen": seen}
    products.save(products.get(draft.pk))

    page = shop.browser.post(f"{LISTINGS}/{draft.pk}", data=form)

    assert page.status_code == 412
    assert "<script>" not in page.text

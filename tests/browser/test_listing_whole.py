"""A listing from its first word to the shop window, and its stock, by pointer and by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from marketplace.accounts.values import Role
from marketplace.catalog.repositories import products
from marketplace.catalog.services import stock
from tests.browser.conftest import OpenPage
from tests.browser.hands import Hands, Keyboard, Pointer
from tests.browser.layout import fits
from tests.builders import PASSWORD, a_category, a_product, a_shop, a_user, a_variant
from tests.catalog.photos import a_photo

pytestmark = [pytest.mark.real, pytest.mark.browser]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    """Four photos on the seller's disk."""
    found = [tmp_path / f"side-{number}.jpg" for number in range(4)]
    for number, path in enumerate(found):
        path.write_bytes(a_photo(400 + 40 * number, 300))
    return found


@pytest.mark.parametrize(
    ("width", "hands"),
    [(360, Pointer()), (1280, Pointer()), (1280, Keyboard())],
    ids=["narrow", "wide", "keyboard"],
)
def test_a_product_is_listed_in_one_go_sent_back_mended_and_goes_live(
    app: Flask, open_page: OpenPage, photos: list[Path], width: int, hands: Hands
) -> None:
    app.config |= {"LISTING_REVIEW": "all", "LISTING_PICTURES": 1}
    a_category("Pottery")
    seller, moderator = a_user(email="seller@example.com"), a_user(roles=(Role.MODERATOR,))
    shop = a_shop(owner=seller, slug="kiln")

    selling = open_page("/signin?next=/sell/kiln/listings/new", width=width)
    sign_in(selling, hands, seller.email)
    write_listing(selling, hands, photos)
    expect(selling.get_by_text("“Clockwork bird” waits for a moderator.")).to_be_visible()
    assert fits(selling, width)

    looking = open_page("/signin?next=/admin/listings", width=width)
    sign_in(looking, hands, moderator.email)
    hands.press(looking.get_by_role("link", name="Clockwork bird", exact=True))
    hands.press(looking.locator("summary", has_text="Ask for changes").first)
    hands.write(looking.get_by_label("What has to change"), "Say whether it sings.")
    hands.press(looking.get_by_role("button", name="Ask for changes"))
    expect(looking.get_by_text("“Clockwork bird” was sent back to its seller.")).to_be_visible()

    product = products.all().filter(shop_id=shop.id).get()
    selling.goto(f"/sell/kiln/listings/{product.pk}")
    expect(selling.get_by_text("Say whether it sings.")).to_be_visible()
    hands.write(selling.get_by_label("Description"), "It sings at noon.")
    hands.press(selling.get_by_role("button", name="Save and send for review"))
    expect(selling.get_by_text("“Clockwork bird” waits for a moderator.")).to_be_visible()

    looking.goto(f"/admin/listings/{product.pk}")
    hands.press(looking.get_by_role("button", name="Approve"))
    expect(looking.get_by_text("“Clockwork bird” is approved.")).to_be_visible()
    looking.goto("/p/kiln/clockwork-bird")
    expect(looking.get_by_text("It sings at noon.")).to_be_visible()
    expect(looking.get_by_role("radio")).to_have_count(3)

    live = products.get(product.pk)
    assert [one.label for one in live.variants] == ["S", "M", "L"]
    assert len(live.pictures) == 4
    assert {one.on_hand for one in stock.levels([one.id for one in live.variants]).values()} == {7}


def sign_in(page: Page, hands: Hands, email: str) -> None:
    """Sign in on the page that is open."""
    hands.write(page.get_by_label("E-mail"), email)
    hands.write(page.get_by_label("Password"), PASSWORD)
    hands.press(page.get_by_role("button", name="Sign in"))


def write_listing(page: Page, hands: Hands, photos: list[Path]) -> None:
    """Write a listing with three variants and four pictures, and send it in."""
    hands.write(page.get_by_label("Title"), "Clockwork bird")
    hands.choose(page.get_by_label("Category"), "Pottery")
    hands.write(page.get_by_label("Option 1", exact=True), "Size")
    hands.write(page.get_by_label("Values 1"), "S, M, L")
    hands.write(page.get_by_label("SKU"), "BIRD")
    hands.write(page.get_by_label("Price", exact=True), "12.50")
    hands.write(page.get_by_label("Pieces on hand"), "7")
    hands.press(page.get_by_role("button", name="Make all combinations"))
    expect(page.get_by_label("SKU")).to_have_count(3)
    hands.write(page.get_by_label("SKU").nth(2), "BIRD-LARGE")
    hands.press(page.get_by_role("button", name="Save as draft"))
    expect(page.get_by_text("Saved.")).to_be_visible()
    hands.attach(page.get_by_label("Add pictures"), photos)
    hands.press(page.get_by_role("button", name="Upload"))
    expect(page.get_by_role("button", name="Remove picture 4")).to_be_visible()
    hands.press(page.get_by_role("button", name="Save and send for review"))


@pytest.mark.parametrize(
    ("width", "hands"), [(360, Pointer()), (1280, Keyboard())], ids=["narrow", "keyboard"]
)
def test_what_broke_is_counted_out_of_the_inventory(
    app: Flask, open_page: OpenPage, width: int, hands: Hands
) -> None:
    seller = a_user(email="seller@example.com", display_name="Ada")
    mug = a_product(a_variant("MUG", on_hand=9), shop=a_shop(owner=seller, slug="kiln"))
    page = open_page("/signin?next=/sell/kiln/inventory", width=width)
    sign_in(page, hands, seller.email)

    hands.press(page.get_by_text("Change", exact=True))
    hands.write(page.get_by_label("Pieces on hand"), "4")
    hands.press(page.get_by_role("button", name="Save MUG"))
    expect(page.get_by_role("alert")).to_contain_text("Say why there are more or fewer.")
    hands.choose(page.get_by_label("Why"), "Damaged")
    hands.press(page.get_by_role("button", name="Save MUG"))
    expect(page.get_by_text("MUG: 4 on hand, 4 free.")).to_be_visible()

    expect(page.get_by_role("cell", name="-5")).to_be_visible()
    assert fits(page, width)
    assert stock.levels([mug.variants[0].id])[mug.variants[0].id].on_hand == 4

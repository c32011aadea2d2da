from __future__ import annotations

import pytest

from marketplace.catalog.repositories import products
from marketplace.catalog.values import ProductSpecification, ProductStatus
from tests.builders import a_product, a_shop, a_variant


@pytest.fixture
def shop(person):
    """The seller's shop, with their browser as `shop.browser`."""
    owner, browser = person()
    shop = a_shop(owner=owner, slug="kiln")
    shop.browser = browser
    return shop


def preview(product) -> str:
    return f"/sell/kiln/listings/{product.pk}/preview"


@pytest.mark.parametrize("status", ProductStatus)
def test_a_listing_in_any_state_is_seen_as_its_buyers_would(shop, status):
    product = a_product(
        a_variant("S", option_values=["Small"], price=1800),
        a_variant("L", option_values=["Large"], price=2900),
        options=["Size"],
        shop=shop,
        title="Blue mug",
        published=False,
        description="For two hands.",
        specs=[ProductSpecification("Weight", "number", 450, "g")],
    )
    product.status = status
    products.save(product)

    page = shop.browser.get(preview(product))

    assert page.status_code == 200
    for said in ("Preview: ", "Blue mug", "For two hands.", "Small", "Large", "$29.00", "450 g"):
        assert said in page.text


def test_nothing_of_a_preview_is_kept_or_found_by_others(shop):
    page = shop.browser.get(preview(a_product(shop=shop, published=False)))

    assert "no-store" in page.headers["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in page.text
    assert 'rel="canonical"' not in page.text


def test_nothing_can_be_bought_in_a_preview(shop):
    page = shop.browser.get(preview(a_product(shop=shop)))

    assert "disabled" in page.text[page.text.index("product__add") :][:200]


def test_a_listing_with_nothing_for_sale_is_previewed_with_all_its_variants(shop):
    product = a_product(a_variant("S", active=False), shop=shop, published=False)

    assert shop.browser.get(preview(product)).status_code == 200


def test_the_editor_leads_to_the_preview_and_the_preview_back(shop):
    product = a_product(shop=shop, published=False)

    assert preview(product) in shop.browser.get(f"/sell/kiln/listings/{product.pk}").text
    assert f'href="/sell/kiln/listings/{product.pk}"' in shop.browser.get(preview(product)).text


def test_nobody_else_sees_a_preview(shop, person, client):
    product = a_product(shop=shop, published=False)
    _, stranger = person("Eve")

    assert stranger.get(preview(product)).status_code == 404
    assert client.get(preview(product)).status_code in (302, 303)


def test_a_listing_of_another_shop_is_not_previewed_here(shop):
    assert shop.browser.get(preview(a_product())).status_code == 404

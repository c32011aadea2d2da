from __future__ import annotations

import pytest
from bson import ObjectId
from mongoengine import ValidationError

from marketplace.catalog.documents import Category, Product, Variant
from marketplace.catalog.errors import CategoryTooDeep
from marketplace.catalog.values import ProductStatus
from marketplace.shared.errors import Invalid
from marketplace.shared.values import Money, MoneyCurrencyMismatch
from tests.builders import a_product, a_variant, usd

pytestmark = pytest.mark.usefixtures("app")


def a_draft(*variants: Variant, options: tuple[str, ...] = (), **parts) -> Product:
    product = Product(shop_id=ObjectId(), slug="mug", currency="USD", **{"shop_visible": True} | parts)
    product.describe(title="Mug", category=Category(id=ObjectId(), name="Pottery", path=["Pottery"]))
    product.offer(variants or [Variant(sku="M1", price=usd(1800))], options)
    return product


def field_refused(product: Product) -> str | None:
    with pytest.raises(Invalid) as refused:
        product.clean()
    return refused.value.field


def test_a_product_shows_the_price_span_of_what_can_be_bought():
    product = a_draft(
        Variant(sku="S", price=usd(1800), option_values=["S"]),
        Variant(sku="L", price=usd(2400), option_values=["L"]),
        Variant(sku="X", price=usd(900), option_values=["X"], active=False),
        options=("Size",),
    )

    product.clean()

    assert (product.price_min, product.price_max) == (1800, 2400)


def test_a_product_needs_a_variant():
    product = a_draft()
    product.variants = []

    assert field_refused(product) == "variants"


def test_two_variants_have_two_skus():
    product = a_draft(
        Variant(sku="M", price=usd(1), option_values=["S"]),
        Variant(sku="M", price=usd(1), option_values=["L"]),
        options=("Size",),
    )

    assert field_refused(product) == "variants.1.sku"


def test_two_variants_differ_in_an_option():
    product = a_draft(Variant(sku="A", price=usd(1)), Variant(sku="B", price=usd(1)))

    assert field_refused(product) == "variants.1.option_values"


def test_a_variant_has_a_value_for_each_option():
    product = a_draft(Variant(sku="A", price=usd(1), option_values=["S"]), options=("Size", "Colour"))

    assert field_refused(product) == "variants.0.option_values"


def test_a_price_is_not_below_zero():
    assert field_refused(a_draft(Variant(sku="A", price=usd(-1)))) == "variants.0.price"


def test_the_price_before_was_higher():
    product = a_draft(Variant(sku="A", price=usd(5), compare_at=usd(5)))

    assert field_refused(product) == "variants.0.compare_at"


def test_every_price_is_in_the_currency_of_the_shop():
    with pytest.raises(MoneyCurrencyMismatch) as refused:
        a_draft(Variant(sku="A", price=Money(5, "EUR"))).clean()

    assert refused.value.field == "variants.0.price"


@pytest.mark.parametrize(
    "parts", [{"title": "M"}, {"title": "M" * 301}, {"title": "Mug\x00"}, {"description": "d" * 10_001}]
)
def test_text_that_cannot_be_shown_is_refused(parts):
    product = a_draft()
    for name, value in parts.items():
        setattr(product, name, value)

    with pytest.raises(ValidationError) as refused:
        product.validate()

    assert set(refused.value.to_dict()) == set(parts)


@pytest.mark.parametrize("barcode", ["4006381333931", "96385074", "036000291452", "00012345600012"])
def test_a_bar_code_is_known_by_its_last_digit(barcode):
    product = a_draft(Variant(sku="A", price=usd(1), barcode=barcode))
    wrong = a_draft(Variant(sku="A", price=usd(1), barcode=barcode[:-1] + str((int(barcode[-1]) + 1) % 10)))

    product.clean()

    assert field_refused(wrong) == "variants.0.barcode"


@pytest.mark.parametrize(
    ("shop_visible", "status", "visible"),
    [(True, "active", True), (True, "paused", False), (True, "draft", False), (False, "active", False)],
)
def test_the_public_sees_active_listings_of_visible_shops(shop_visible, status, visible):
    product = a_draft(shop_visible=shop_visible, status=ProductStatus(status))

    product.clean()

    assert product.visible is visible


def test_categories_nest_five_levels_deep():
    parent = None
    for level in range(5):
        category = Category(id=ObjectId(), name=f"Level {level}")
        category.put_below(parent)
        parent = category

    with pytest.raises(CategoryTooDeep):
        Category(name="Too deep").put_below(parent)


@pytest.mark.parametrize("name", ["price", "compare_at"])
def test_no_price_is_so_high_that_a_full_cart_of_it_is_no_amount(app, name):
    prices = {"price": usd(100), "compare_at": usd(200)} | {name: usd(10**9 + 1)}

    with pytest.raises(Invalid) as refused:
        a_product(a_variant(price=prices["price"].amount, compare_at=prices["compare_at"]))

    assert refused.value.field == f"variants.0.{name}"

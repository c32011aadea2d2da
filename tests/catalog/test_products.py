from __future__ import annotations

from datetime import timedelta

import pytest
from bson import ObjectId

from marketplace.accounts import services as accounts
from marketplace.accounts.values import Role
from marketplace.catalog import services
from marketplace.catalog.documents import Product
from marketplace.catalog.errors import (
    BelowCommitted,
    ProductNotFound,
    ShopNotActive,
    SkuTaken,
    VariantInUse,
    VariantNotFound,
)
from marketplace.catalog.repositories import products
from marketplace.catalog.services import stock
from marketplace.catalog.values import ProductStatus, VariantDraft
from marketplace.shared.clock import now
from marketplace.shared.errors import Invalid, VersionConflict
from tests.builders import a_category, a_product, a_shop, a_user, a_variant, usd

SOON = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique slugs and SKUs, as migrations make them."""
    for index in ("slug", "sku"):
        fields = {"slug": ["shop_id", "slug"], "sku": ["shop_id", "variants.sku"]}[index]
        Product._get_collection().create_index([(field, 1) for field in fields], unique=True, name=index)


def edited(product: Product, *variants: VariantDraft, **changes) -> Product:
    """The product saved again by its seller, with changes."""
    written = {
        "title": product.title,
        "category_id": product.category_id,
        "version": product.version,
        "variants": list(variants) or [kept(product)],
    }
    return services.edit_product(shop_id=product.shop_id, product_id=product.pk, **written | changes)


def kept(product: Product, index: int = 0, **changes) -> VariantDraft:
    """A variant as it is stored, with changes."""
    variant = product.variants[index]
    plain = {
        "id": variant.id,
        "sku": variant.sku,
        "price": variant.price,
        "option_values": tuple(variant.option_values),
    }
    return VariantDraft(**plain | changes)


def test_a_new_listing_is_a_draft_with_stock():
    product = a_product(a_variant(on_hand=7), published=False)

    assert (product.status, product.visible) == (ProductStatus.DRAFT, False)
    assert stock.levels([product.variants[0].id])[product.variants[0].id].available == 7


def test_listings_of_one_title_have_addresses_of_their_own():
    shop = a_shop()

    slugs = [a_product(shop=shop, title="Blue Mug").slug for _ in range(3)]

    assert slugs == ["blue-mug", "blue-mug-2", "blue-mug-3"]


def test_a_title_without_letters_has_an_address_too():
    assert a_product(title="!!").slug == "product"


def test_a_sku_is_one_variant_of_the_shop():
    shop = a_shop()
    a_product(a_variant("M1"), shop=shop)

    with pytest.raises(SkuTaken) as refused:
        a_product(a_variant("M1"), shop=shop)

    assert refused.value.field == "variants.0.sku"


def test_two_shops_may_use_one_sku():
    a_product(a_variant("M1"))

    assert a_product(a_variant("M1")).variants[0].sku == "M1"


def test_a_listing_belongs_into_a_category():
    with pytest.raises(Invalid) as refused:
        services.create_product(
            shop_id=a_shop().id, title="Mug", category_id=ObjectId(), variants=[a_variant()]
        )

    assert refused.value.field == "category_id"


def test_an_edited_listing_keeps_its_address_and_variants():
    product = a_product(title="Mug")

    saved = edited(product, title="Big mug")

    assert (saved.title, saved.slug) == ("Big mug", "mug")
    assert saved.variants[0].id == product.variants[0].id


def test_who_saw_an_older_version_saves_nothing():
    product = a_product()
    edited(product, title="First")

    with pytest.raises(VersionConflict):
        edited(product, title="Second")

    assert products.get(product.pk).title == "First"


def test_an_edit_brings_new_variants_with_stock():
    product = a_product(a_variant("S", option_values=("S",)), options=["Size"])

    saved = edited(product, kept(product), a_variant("L", option_values=("L",), on_hand=4), options=["Size"])

    assert stock.levels([saved.variants[1].id])[saved.variants[1].id].on_hand == 4


def test_an_edit_counts_the_stock_anew():
    product = a_product(a_variant(on_hand=7))

    edited(product, kept(product, on_hand=3))

    assert stock.levels([product.variants[0].id])[product.variants[0].id].on_hand == 3


def test_an_edit_without_a_count_leaves_the_stock_alone():
    product = a_product(a_variant(on_hand=7))

    edited(product, kept(product))

    assert stock.levels([product.variants[0].id])[product.variants[0].id].on_hand == 7


def two_sizes() -> Product:
    return a_product(
        a_variant("S", option_values=("S",)), a_variant("L", option_values=("L",)), options=["Size"]
    )


def test_a_variant_that_is_left_out_is_gone_with_its_stock():
    product = two_sizes()

    saved = edited(product, kept(product), options=["Size"])

    assert [variant.sku for variant in saved.variants] == ["S"]
    assert stock.levels([product.variants[1].id]) == {}


def test_a_variant_that_is_promised_to_someone_stays():
    product = two_sizes()
    stock.hold(product.variants[1].id, ref="cart", quantity=1, until=now() + SOON)

    with pytest.raises(VariantInUse):
        edited(product, kept(product), options=["Size"])


def test_a_variant_of_an_order_that_is_not_shipped_stays():
    product = two_sizes()
    stock.hold(product.variants[1].id, ref="cart", quantity=1, until=now() + SOON)
    stock.commit(product.variants[1].id, "cart")

    with pytest.raises(VariantInUse):
        edited(product, kept(product), options=["Size"])


def test_a_variant_whose_holds_ran_out_can_be_removed():
    product = two_sizes()
    stock.hold(product.variants[1].id, ref="left the shop", quantity=1, until=now() - SOON)

    saved = edited(product, kept(product), options=["Size"])

    assert len(saved.variants) == 1


def test_what_nobody_paid_in_time_is_offered_again():
    product = a_product(a_variant(on_hand=1))
    variant_id = product.variants[0].id
    stock.hold(variant_id, ref="left the shop", quantity=1, until=now() - SOON)

    offered = services.offers([variant_id])[variant_id].available
    shown = services.details(product).level(variant_id)

    assert (offered, shown.left, shown.held) == (1, 1, 0)


def test_no_fewer_are_counted_than_are_promised():
    product = a_product()
    stock.hold(product.variants[0].id, ref="cart", quantity=2, until=now() + SOON)

    with pytest.raises(BelowCommitted) as refused:
        edited(product, kept(product, on_hand=1))

    assert refused.value.field == "variants.0.on_hand"


def test_a_variant_of_another_listing_is_refused():
    stranger = a_product()

    with pytest.raises(Invalid) as refused:
        edited(a_product(), kept(stranger))

    assert refused.value.field == "variants.0.id"


def test_a_listing_for_sale_keeps_something_for_sale():
    product = a_product()

    with pytest.raises(Invalid) as refused:
        edited(product, kept(product, active=False))

    assert set(refused.value.errors) == {"variants"}


def test_another_shops_listing_is_not_there():
    product = a_product()

    with pytest.raises(ProductNotFound):
        services.change_status(shop_id=a_shop().id, product_id=product.pk, step="pause")


def test_a_shop_that_may_not_sell_keeps_drafts():
    draft = a_product(shop=a_shop(approved=False), published=False)

    with pytest.raises(ShopNotActive):
        services.change_status(shop_id=draft.shop_id, product_id=draft.pk, step="submit")

    assert products.get(draft.pk).status is ProductStatus.DRAFT


def test_a_paused_listing_is_not_visible_until_it_is_resumed():
    product = a_product()

    seen = [
        services.change_status(shop_id=product.shop_id, product_id=product.pk, step=step).visible
        for step in ("pause", "resume", "archive", "restore")
    ]

    assert seen == [False, True, False, False]


def test_drafts_become_visible_only_by_publishing_when_their_shop_is_approved():
    shop = a_shop(approved=False)
    draft = a_product(shop=shop, published=False)

    accounts.approve_shop(moderator_id=a_user(roles=(Role.MODERATOR,)).id, slug=shop.slug)

    stored = products.get(draft.pk)
    assert (stored.shop_visible, stored.visible) == (True, False)


def test_what_a_shop_sells_is_shown_and_hidden_with_it():
    product = a_product()

    products.follow_shop(product.shop_id, visible=False)
    hidden = products.get(product.pk).visible
    products.follow_shop(product.shop_id, visible=True)

    assert (hidden, products.get(product.pk).visible) == (False, True)


def test_an_offer_says_what_a_variant_costs_now():
    product = a_product(
        a_variant("S", option_values=("S",), price=1800, on_hand=7), options=["Size"], title="Mug"
    )
    variant_id = product.variants[0].id

    offer = services.offers([variant_id])[variant_id]

    assert (offer.title, offer.options, offer.price, offer.available) == (
        "Mug",
        (("Size", "S"),),
        usd(1800),
        7,
    )
    assert offer.on_sale


def test_what_is_paused_is_not_on_sale():
    product = a_product()
    services.change_status(shop_id=product.shop_id, product_id=product.pk, step="pause")

    assert not services.offers([product.variants[0].id])[product.variants[0].id].on_sale


def test_what_is_not_counted_is_offered_without_a_number():
    product = a_product(a_variant(on_hand=None))

    assert services.offers([product.variants[0].id])[product.variants[0].id].available is None


def test_there_is_no_offer_for_what_does_not_exist():
    assert services.offers([ObjectId()]) == {}


def test_a_seller_counts_the_stock_of_their_own_variant():
    product = a_product()
    place = {"shop_id": product.shop_id, "product_id": product.pk}

    assert services.count_stock(variant_id=product.variants[0].id, on_hand=3, **place).on_hand == 3
    with pytest.raises(VariantNotFound):
        services.count_stock(variant_id=ObjectId(), on_hand=3, **place)


@pytest.mark.real
def test_an_edit_that_fails_at_the_stock_saves_nothing():
    product = a_product(category=a_category())
    stock.hold(product.variants[0].id, ref="cart", quantity=2, until=now() + SOON)

    with pytest.raises(BelowCommitted):
        edited(product, kept(product, on_hand=1), title="Not saved")

    assert products.get(product.pk).title == "Mug"


def test_a_picture_is_stored_once_under_the_name_of_its_content():
    names = {services.store_picture(body=b"<svg/>", content_type="image/svg+xml") for _ in range(2)}

    assert len(names) == 1
    assert names.pop().endswith(".svg")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"x", "text/html"), (b"", "image/png"), (b"x" * 1_048_577, "image/png")],
)
def test_what_is_no_picture_is_not_stored(body, content_type):
    with pytest.raises(Invalid):
        services.store_picture(body=body, content_type=content_type)


def test_a_new_listing_cannot_take_over_the_id_of_a_variant(app):
    taken = a_product().variants[0].id

    with pytest.raises(Invalid, match="This listing has no such variant") as refused:
        a_product(a_variant(id=taken))

    assert refused.value.field == "variants.0.id"

"""What a shop's state lets its people and its buyers do with listings."""

from __future__ import annotations

import pytest
from bson import ObjectId

from marketplace.accounts import services as accounts
from marketplace.accounts.errors import ShopNotActive
from marketplace.accounts.values import Capability, Role, ShopStatus
from marketplace.catalog import services
from marketplace.catalog.repositories import products
from marketplace.catalog.services import pictures, reviews
from marketplace.catalog.values import ProductStatus
from tests.builders import a_product, a_shop, a_user, a_variant

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def listed():
    """A listing that is for sale, and a way to take its shop to another state."""
    shop = a_shop(slug="kiln")
    return shop, a_product(shop=shop)


def suspend(shop):
    moderator = a_user(roles=(Role.MODERATOR,))
    return accounts.suspend_shop(moderator_id=moderator.id, slug=shop.slug, reason="Look at this.")


WRITES = {
    "write a new one": lambda shop, product: a_product(shop=shop, published=False),
    "edit": lambda shop, product: services.edit_product(
        shop_id=shop.id,
        product_id=product.pk,
        version=product.version,
        title="Another mug",
        category_id=product.category_id,
        variants=[a_variant()],
    ),
    "pause": lambda shop, product: services.change_status(
        shop_id=shop.id, product_id=product.pk, step="pause"
    ),
    "count stock": lambda shop, product: services.count_stock(
        shop_id=shop.id, product_id=product.pk, variant_id=product.variants[0].id, on_hand=3
    ),
    "count in the inventory": lambda shop, product: services.change_stock(
        shop_id=shop.id, variant_id=product.variants[0].id, actor_id=shop.owner_id, on_hand=3
    ),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "end", [suspend, lambda shop: accounts.close_shop(owner_id=shop.owner_id, slug="kiln")]
)
def test_listings_of_a_suspended_or_closed_shop_stay_as_they_are(listed, write, end):
    shop, product = listed
    end(shop)

    with pytest.raises(ShopNotActive):
        WRITES[write](shop, products.get(product.pk))

    assert products.get(product.pk).title == "Mug"


@pytest.mark.parametrize("status", [one for one in ShopStatus if one is not ShopStatus.ACTIVE])
def test_nothing_is_published_but_in_an_open_shop(status):
    shop = a_shop(status=status)

    with pytest.raises(ShopNotActive):
        services.change_status(
            shop_id=shop.id, product_id=a_product(shop=shop, published=False).pk, step="submit"
        )


def test_listings_go_and_come_back_with_their_shop(listed, client):
    shop, product = listed
    addresses = ("/shop/kiln", f"/p/kiln/{product.slug}", f"/api/v1/products/{product.pk}")

    suspend(shop)
    gone = [client.get(address).status_code for address in addresses]
    accounts.reinstate_shop(moderator_id=a_user(roles=(Role.MODERATOR,)).id, slug="kiln")
    back = [client.get(address).status_code for address in addresses]

    assert (gone, back) == ([404] * 3, [200] * 3)
    assert products.get(product.pk).status is ProductStatus.ACTIVE


def test_a_refused_change_is_a_conflict_with_the_state_over_json(person):
    ada, browser = person()
    shop = a_shop(owner=ada, slug="kiln")
    product = a_product(shop=shop)
    suspend(shop)

    answer = browser.post(f"/api/v1/seller/kiln/products/{product.pk}/pause")

    assert (answer.status_code, answer.json["code"], answer.json["state"]) == (
        409,
        "shop_not_active",
        "suspended",
    )


def test_every_state_that_shows_listings_also_sells_them():
    visible, sells = (
        {status for status in ShopStatus if a_shop(status=status).may(one)}
        for one in (Capability.VISIBLE, Capability.SELL)
    )

    assert visible == sells == {ShopStatus.ACTIVE}


def test_a_closed_shop_writes_no_replies():
    shop = a_shop(status=ShopStatus.CLOSED)

    with pytest.raises(ShopNotActive):
        reviews.reply_to_review(shop_id=shop.id, review_id=ObjectId(), text="Thank you.")


@pytest.mark.parametrize(
    "change",
    [
        lambda shop, product: pictures.upload(shop_id=shop.id, product_id=product.pk, files=[]),
        lambda shop, product: pictures.remove_picture(shop_id=shop.id, product_id=product.pk, file="x"),
        lambda shop, product: services.delete_draft(shop_id=shop.id, product_id=product.pk),
    ],
)
def test_pictures_and_drafts_of_a_suspended_shop_stay_too(listed, change):
    shop, product = listed
    suspend(shop)

    with pytest.raises(ShopNotActive):
        change(shop, product)

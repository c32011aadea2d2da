"""What a product's page says of sending, and how its seller chooses a shipping profile."""

from __future__ import annotations

import pytest
from babel.dates import format_date
from bson import ObjectId

from marketplace.accounts import services as accounts
from marketplace.accounts.values import business_days_after
from marketplace.catalog import services
from marketplace.catalog.repositories import products
from marketplace.shared import clock
from marketplace.shared.errors import Invalid
from marketplace.shared.values import Address
from tests.builders import a_product, a_shop, usd


def a_method(first, **parts):
    return {"name": "Standard", "first": usd(first), "additional": usd(100), **parts}


@pytest.fixture
def kiln(person):
    """The shop Kiln that sends to Germany and the United States alone, and its owner's browser."""
    ada, browser = person()
    shop = a_shop(owner=ada, slug="kiln")
    zones = [
        {"name": "Near", "countries": ["DE"], "methods": [a_method(490, days_min=2, days_max=3)]},
        {"name": "Far", "countries": ["US"], "methods": [a_method(1990, free_over=usd(9000))]},
    ]
    accounts.edit_shipping_profile(
        owner_id=ada.id, slug="kiln", profile_id=shop.pk, name="Parcels", handling_days=1, zones=zones
    )
    return accounts.get_shop(shop.pk), browser


def heavy(shop):
    zones = [{"name": "All", "methods": [a_method(5000)]}]
    made = accounts.add_shipping_profile(
        owner_id=shop.owner_id, slug=shop.slug, name="Heavy", handling_days=6, zones=zones
    )
    return accounts.get_shop(shop.pk), made.id


def test_the_page_says_what_sending_costs_when_it_leaves_and_when_it_arrives(kiln, client):
    product = a_product(shop=kiln[0])
    client.set_cookie("country", "DE")

    page = client.get(f"/p/kiln/{product.slug}").text

    leaves = business_days_after(clock.now(), 1)
    early, late = (format_date(business_days_after(leaves, days), locale="en_US") for days in (2, 3))
    assert f"Leaves by {format_date(leaves, locale='en_US')}</strong>, arrives {early} to {late}" in page
    assert "Shipping to Germany $4.90, each further piece $1.00" in page


def test_without_a_choice_it_is_the_country_of_the_marketplace(kiln, client):
    page = client.get(f"/p/kiln/{a_product(shop=kiln[0]).slug}").text

    assert "Shipping to United States $19.90" in page
    assert "free from $90.00" in page


def test_a_member_sees_what_it_costs_to_their_address(kiln, person):
    member, browser = person("Bea")
    product = a_product(shop=kiln[0])
    address = {"name": "Bea", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}
    accounts.add_address(user_id=member.id, address=Address.checked(**address))

    assert "Shipping to Germany" in browser.get(f"/p/kiln/{product.slug}").text


def test_the_page_says_when_it_is_not_sent_there(kiln, client):
    client.set_cookie("country", "JP")

    assert "Not sent to Japan" in client.get(f"/p/kiln/{a_product(shop=kiln[0]).slug}").text


def test_a_product_that_names_a_profile_is_sent_by_it(kiln, client):
    shop, profile_id = heavy(kiln[0])

    page = client.get(f"/p/kiln/{a_product(shop=shop, shipping_profile_id=profile_id).slug}").text

    assert "Shipping to United States $50.00" in page


def test_a_profile_that_is_gone_leaves_a_product_to_the_default(app):
    shop = a_shop()

    assert shop.profile(ObjectId()) == shop.profiles[0]


def test_a_product_names_its_own_shops_profiles_alone(kiln):
    with pytest.raises(Invalid) as refusal:
        a_product(shop=kiln[0], shipping_profile_id=a_shop().pk)

    assert refusal.value.field == "shipping_profile_id"


def test_an_offer_says_which_profile_it_follows(kiln):
    shop, profile_id = heavy(kiln[0])
    variants = [a_product(shop=shop, shipping_profile_id=one).variants[0].id for one in (None, profile_id)]

    offers = services.offers(variants)

    assert [offers[one].profile_id for one in variants] == [None, profile_id]


def test_a_duplicate_follows_the_same_profile(kiln):
    shop, profile_id = heavy(kiln[0])
    product = a_product(shop=shop, shipping_profile_id=profile_id)

    copy = services.duplicate_product(shop_id=shop.pk, product_id=product.pk)

    assert copy.shipping_profile_id == profile_id


def test_the_profile_is_chosen_over_json_and_stays_when_something_else_changes(kiln):
    shop, profile_id = heavy(kiln[0])
    browser = kiln[1]
    product = a_product(shop=shop)
    here, match = f"/api/v1/seller/kiln/products/{product.pk}", {"If-Match": "*"}

    chosen = browser.patch(here, json={"shipping_profile_id": str(profile_id)}, headers=match)
    renamed = browser.patch(here, json={"title": "Another mug"}, headers=match)
    back = browser.patch(here, json={"shipping_profile_id": None}, headers=match)

    assert chosen.json["shipping_profile_id"] == str(profile_id)
    assert renamed.json["shipping_profile_id"] == str(profile_id)
    assert back.json["shipping_profile_id"] is None


def test_the_editor_offers_the_profiles_of_a_shop_with_several(kiln):
    shop, browser = kiln
    product = a_product(shop=shop)
    address = f"/sell/kiln/listings/{product.pk}"

    alone = browser.get(address).text
    shop, profile_id = heavy(shop)
    several = browser.get(address).text

    assert 'name="shipping_profile_id"' not in alone
    assert (f'<option value="{profile_id}">Heavy' in several, "Parcels, the shop" in several) == (True, True)


def test_the_editor_saves_the_chosen_profile(kiln):
    shop, profile_id = heavy(kiln[0])
    product = a_product(shop=shop)
    variant = product.variants[0]
    row = {"id": str(variant.id), "sku": variant.sku, "price": "18.00", "active": "1", "on_hand": "10"}
    form = {f"variants.0.{name}": text for name, text in row.items()}
    what = {"title": "Mug", "category_id": str(product.category_id), "shipping_profile_id": str(profile_id)}

    answer = kiln[1].post(f"/sell/kiln/listings/{product.pk}", data=form | what)

    assert (answer.status_code, products.get(product.pk).shipping_profile_id) == (303, profile_id)

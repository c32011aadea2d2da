"""Shipping profiles: what a parcel costs, and how shops look after them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts import services
from marketplace.accounts.documents import Shop
from marketplace.accounts.errors import (
    ShippingProfileInUse,
    ShippingProfileNotFound,
    ShopNotFound,
    TooManyShippingProfiles,
)
from marketplace.accounts.values import (
    MOST_PROFILES,
    Parcel,
    ShippingMethod,
    ShippingProfile,
    ShippingTerms,
    ShippingZone,
    profile_of_terms,
    shipping_options,
)
from marketplace.shared.documents import restored, stored
from marketplace.shared.errors import Invalid
from marketplace.shared.values import LARGEST_PRICE, Money, MoneyCurrencyMismatch
from tests.builders import a_product, a_shop, a_user, usd

ID = ObjectId("64b000000000000000000001")
STANDARD = {"name": "Standard", "first": usd(500), "additional": usd(100)}
FREE = {"amount": 0, "currency": "USD"}


def a_method(name="Standard", first=500, additional=100, **parts):
    return ShippingMethod(ObjectId(), name, usd(first), usd(additional), **parts)


def a_profile(*methods, countries=(), **parts):
    zone = ShippingZone("Zone", methods or (a_method(),), countries)
    return ShippingProfile(ObjectId(), **{"name": "Parcels", "handling_days": 2, "zones": (zone,)} | parts)


def quote(profile, pieces=1, subtotal=1000, country="DE"):
    return shipping_options([Parcel(profile, pieces, usd(subtotal))], country, "USD")


# What it costs


def test_the_first_piece_costs_its_price_and_each_further_one_the_other():
    assert a_method(first=500, additional=100).quote(3, usd(1)) == usd(700)


def test_from_its_limit_on_sending_is_free():
    method = a_method(free_over=usd(2000))

    assert (method.quote(9, usd(1999)), method.quote(9, usd(2000))) == (usd(1300), usd(0))


def test_goods_of_two_profiles_cost_the_sum_of_what_each_asks():
    letters = Parcel(a_profile(a_method(first=200, additional=50)), 2, usd(500))
    boxes = Parcel(a_profile(a_method(first=900, additional=300), handling_days=5), 3, usd(500))

    (option,) = shipping_options([letters, boxes], "DE", "USD")

    assert (option.price, option.handling_days) == (usd(250 + 1500), 5)


def test_ways_of_one_name_belong_together_and_a_profile_without_it_sends_its_cheapest():
    letters = Parcel(a_profile(a_method(first=200)), 1, usd(500))
    boxes = Parcel(a_profile(a_method(first=900), a_method("Express", first=2000)), 1, usd(500))

    options = shipping_options([letters, boxes], "DE", "USD")

    assert [(one.name, one.price) for one in options] == [("Standard", usd(1100)), ("Express", usd(2200))]


def test_the_cheapest_way_stands_first_and_picking_up_last():
    profile = a_profile(a_method("Express", first=900), a_method(first=500), pickup="12 Pier Road")

    options = quote(profile)

    assert [(one.name, one.pickup) for one in options] == [
        ("Standard", ""),
        ("Express", ""),
        ("Pick up", "12 Pier Road"),
    ]


def test_a_country_is_in_the_zone_that_names_it_or_else_in_the_one_for_everywhere_else():
    zones = (ShippingZone("Near", (a_method(first=1),), ("DE",)), ShippingZone("Far", (a_method(first=9),)))
    profile = a_profile(zones=zones, excluded=("FR",))

    prices = {code: [one.price.amount for one in quote(profile, country=code)] for code in ("DE", "US", "FR")}

    assert prices == {"DE": [1], "US": [9], "FR": []}


def test_nothing_goes_where_no_zone_is():
    profile = a_profile(countries=("DE",))

    assert (profile.serves("DE"), profile.serves("US"), quote(profile, country="US")) == (True, False, ())


def test_an_option_says_when_it_leaves_and_arrives_in_business_days():
    friday = datetime(2026, 1, 2, 12, tzinfo=UTC)
    (option,) = quote(a_profile(a_method(days_min=1, days_max=3)))

    assert option.ships_by(friday).date().isoformat() == "2026-01-06"
    assert [day.date().isoformat() for day in option.arrives(friday)] == ["2026-01-07", "2026-01-09"]


def test_a_shop_that_does_not_say_how_long_it_travels_promises_no_day():
    (option,) = quote(a_profile())

    assert option.arrives(datetime(2026, 1, 2, tzinfo=UTC)) is None


@given(
    currency=st.sampled_from(["JPY", "USD", "KWD"]),
    parcels=st.lists(
        st.tuples(
            st.lists(st.tuples(*[st.integers(0, LARGEST_PRICE)] * 2), min_size=1, max_size=3),
            st.integers(1, 9900),
            st.integers(0, 10**12),
            st.none() | st.integers(1, 10**12),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_a_quote_is_a_whole_amount_that_is_never_negative_and_never_too_large(currency, parcels):
    sent = []
    for prices, pieces, subtotal, free_over in parcels:
        limit = None if free_over is None else Money(free_over, currency)
        methods = tuple(
            ShippingMethod(ID, f"Way {place}", Money(first, currency), Money(further, currency), limit)
            for place, (first, further) in enumerate(prices)
        )
        profile = ShippingProfile(ID, "P", 1, (ShippingZone("Z", methods),))
        sent.append(Parcel(profile, pieces, Money(subtotal, currency)))

    options = shipping_options(sent, "DE", currency)

    assert options
    for option in options:
        assert isinstance(option.price.amount, int)
        assert (0 <= option.price.amount <= LARGEST_PRICE, option.price.currency) == (True, currency)
    assert [one.price.amount for one in options] == sorted(one.price.amount for one in options)


@given(first=st.integers(0, 10**6), further=st.integers(0, 10**4), pieces=st.integers(1, 98))
def test_another_piece_never_makes_sending_cheaper(first, further, pieces):
    method = ShippingMethod(ID, "Standard", Money(first, "KWD"), Money(further, "KWD"))
    value = Money(1, "KWD")

    assert method.quote(pieces + 1, value) - method.quote(pieces, value) == Money(further, "KWD")


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: a_method(first=-1), "first"),
        (lambda: a_method(additional=LARGEST_PRICE + 1), "additional"),
        (lambda: a_method(free_over=usd(0)), "free_over"),
        (lambda: a_method(free_over=Money(5, "EUR")), "first"),
        (lambda: a_method(days_min=1), "days_max"),
        (lambda: a_method(days_min=3, days_max=2), "days_max"),
        (lambda: a_method(days_min=91, days_max=92), "days_min"),
        (lambda: a_profile(a_method(), a_method("standard")), "methods.1.name"),
        (lambda: ShippingZone("Z", ()), "methods"),
        (lambda: a_profile(handling_days=31), "handling_days"),
        (lambda: a_profile(zones=()), "zones"),
        (lambda: a_profile(zones=(ShippingZone("A", (a_method(),)),) * 2), "zones.1.countries"),
        (lambda: a_profile(zones=(ShippingZone("A", (a_method(),), ("DE",)),) * 2), "zones.1.countries"),
        (lambda: a_profile(zones=(ShippingZone("A", (a_method(),)),) * 13), "zones"),
    ],
)
def test_a_profile_that_makes_no_sense_names_what_is_wrong(make, field):
    with pytest.raises(Invalid) as refusal:
        make()

    assert refusal.value.field == field


def test_a_profile_is_stored_and_restored_as_it_was():
    profile = a_profile(a_method(free_over=usd(1), days_min=0, days_max=3), countries=("DE",), pickup="Here")

    assert restored(ShippingProfile, stored(profile)) == profile


# Shops that only gave terms


@pytest.mark.parametrize("free_over", [None, usd(5000)])
def test_the_profile_of_terms_costs_what_the_terms_cost_wherever_it_goes(free_over):
    terms = ShippingTerms(usd(490), 3, free_over)
    profile = profile_of_terms(terms, ID)

    for subtotal in (0, 4999, 5000, 9000):
        (option,) = quote(profile, pieces=7, subtotal=subtotal, country="AQ")
        assert (option.price, option.handling_days) == (terms.quote(usd(subtotal)), 3)
    assert profile.in_short("USD") == terms


@pytest.mark.parametrize("free_over", [None, usd(5000)])
def test_the_migration_makes_the_profile_that_the_code_would(free_over):
    as_profile = import_module("migrations.0014_cart").as_profile
    terms = ShippingTerms(usd(490), 3, free_over)

    change = as_profile(None, {"_id": ID, "shipping": stored(terms)})

    assert change == {"$set": {"shipping_profiles": [stored(profile_of_terms(terms, ID))]}}


def test_a_shop_that_was_not_migrated_yet_sends_by_its_terms():
    shop = Shop(id=ID, currency="USD", shipping=ShippingTerms(usd(490), 3))

    assert shop.profiles == [profile_of_terms(shop.shipping, ID)]


# Looking after them


def owned(shop):
    return {"owner_id": shop.owner_id, "slug": shop.slug}


def written(**parts):
    zones = [{"name": "All", "methods": [dict(STANDARD)]}]
    return {"name": "Boxes", "handling_days": 4, "zones": zones} | parts


def test_a_shop_begins_with_one_profile_and_takes_in_more(app):
    shop = a_shop()

    made = services.add_shipping_profile(**owned(shop), **written())

    assert [one.name for one in services.get_shop(shop.pk).profiles] == ["Standard", "Boxes"]
    assert services.get_shop(shop.pk).profile(made.id).handling_days == 4


def test_the_default_in_short_is_what_the_shop_says_of_sending(app):
    shop = a_shop()

    services.edit_shipping_profile(**owned(shop), profile_id=shop.pk, **written())

    assert services.get_shop(shop.pk).shipping == ShippingTerms(usd(500), 4)


def test_a_method_keeps_its_id_when_its_profile_is_edited(app):
    shop = a_shop()
    made = services.add_shipping_profile(**owned(shop), **written())
    (method,) = made.methods
    zones = [{"name": "All", "methods": [STANDARD | {"id": method.id, "first": usd(900)}]}]

    services.edit_shipping_profile(**owned(shop), profile_id=made.id, **written(zones=zones))

    (changed,) = services.get_shop(shop.pk).own_profile(made.id).methods
    assert changed == replace(method, first=usd(900))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "standard"}, "name"),
        ({"zones": [{"name": "All", "methods": [STANDARD | {"id": ObjectId()}]}]}, "zones.0.methods.0.id"),
        ({"zones": [{"name": "All", "methods": [STANDARD | {"days_min": 4}]}]}, "zones.0.methods.0.days_max"),
        ({"zones": [{"name": "All", "methods": [STANDARD, STANDARD]}]}, "zones.0.methods.1.name"),
        ({"zones": []}, "zones"),
    ],
)
def test_what_is_wrong_with_a_profile_is_named_by_its_field(app, wrong, field):
    shop = a_shop()

    with pytest.raises(Invalid) as refusal:
        services.add_shipping_profile(**owned(shop), **written(**wrong))

    assert refusal.value.field == field


def test_all_prices_are_in_the_shops_currency(app):
    euros = {"name": "Standard", "first": Money(1, "EUR"), "additional": Money(1, "EUR")}
    shop = a_shop()

    with pytest.raises(MoneyCurrencyMismatch):
        services.add_shipping_profile(**owned(shop), **written(zones=[{"name": "All", "methods": [euros]}]))


def test_a_shop_has_ten_profiles_at_most(app):
    shop = a_shop()
    for number in range(MOST_PROFILES - 1):
        services.add_shipping_profile(**owned(shop), **written(name=f"Boxes {number}"))

    with pytest.raises(TooManyShippingProfiles):
        services.add_shipping_profile(**owned(shop), **written())


def test_another_profile_becomes_the_default_and_the_old_one_may_go(app):
    shop = a_shop()
    made = services.add_shipping_profile(**owned(shop), **written())

    services.prefer_shipping_profile(**owned(shop), profile_id=made.id)
    services.remove_shipping_profile(**owned(shop), profile_id=shop.pk)

    assert [one.id for one in services.get_shop(shop.pk).profiles] == [made.id]


def test_the_default_stays(app):
    shop = a_shop()

    with pytest.raises(ShippingProfileInUse):
        services.remove_shipping_profile(**owned(shop), profile_id=shop.pk)


def test_a_profile_that_products_name_stays(app):
    shop = a_shop()
    made = services.add_shipping_profile(**owned(shop), **written())
    a_product(shop=services.get_shop(shop.pk), shipping_profile_id=made.id)

    with pytest.raises(ShippingProfileInUse, match="1 listings"):
        services.remove_shipping_profile(**owned(shop), profile_id=made.id)


def test_the_profiles_of_others_are_not_there(app):
    shop = a_shop()

    with pytest.raises(ShopNotFound):
        services.add_shipping_profile(owner_id=a_user().id, slug=shop.slug, **written())
    with pytest.raises(ShippingProfileNotFound):
        services.edit_shipping_profile(**owned(shop), profile_id=ObjectId(), **written())


# Over JSON


@pytest.fixture
def seller(person):
    """The browser of the owner of the shop Kiln."""
    ada, browser = person()
    a_shop(owner=ada, slug="kiln")
    return browser


HERE = "/api/v1/seller/kiln/shipping-profiles"
METHOD = {"name": "Standard", "first": {"amount": 490, "currency": "USD"}, "additional": FREE}
PROFILE = {"name": "Boxes", "handling_days": 3, "zones": [{"name": "All", "methods": [METHOD]}]}


def test_a_profile_is_written_read_and_removed_over_json(seller):
    made = seller.post(HERE, json=PROFILE)
    there = f"{HERE}/{made.json['id']}"
    changed = seller.put(there, json=PROFILE | {"excluded": ["FR"]})
    preferred = seller.post(f"{there}/default")
    kept = seller.delete(there)

    assert (made.status_code, made.headers["Location"]) == (201, there)
    assert changed.json["excluded"] == ["FR"]
    assert [one["name"] for one in preferred.json] == ["Boxes", "Standard"]
    assert (kept.status_code, kept.json["code"]) == (409, "shipping_profile_in_use")
    assert seller.delete(f"{HERE}/{preferred.json[1]['id']}").status_code == 204
    assert [one["name"] for one in seller.get(HERE).json] == ["Boxes"]


def test_a_quote_can_be_tried_over_json(seller):
    made = seller.post(HERE, json=PROFILE | {"pickup": "12 Pier Road"}).json["id"]

    (parcel, pickup) = seller.get(f"{HERE}/{made}/quote?country=de&pieces=3").json

    assert (parcel["price"]["amount"], parcel["handling_days"]) == (490, 3)
    assert (pickup["price"]["amount"], pickup["pickup"]) == (0, "12 Pier Road")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"handling_days": 31}, "/handling_days"),
        ({"excluded": ["XX"]}, "/excluded/0"),
        ({"zones": [{"name": "All", "methods": []}]}, "/zones/0/methods"),
        ({"zones": [{"name": "All", "methods": [METHOD | {"first": {"amount": 1, "currency": "EUR"}}]}]},
         "/zones/0/methods/0/first"),
        ({"mood": "good"}, "/mood"),
    ],
)  # fmt: skip
def test_each_mistake_of_a_profile_is_named(seller, wrong, pointer):
    answer = seller.post(HERE, json=PROFILE | wrong)

    assert (answer.status_code, [one["pointer"] for one in answer.json["errors"]]) == (422, [pointer])


# On the pages


ROWS = {
    "name": "Boxes",
    "handling_days": "4",
    "pickup": "",
    "excluded": "fr, Japan",
    "zones.0.name": "Near",
    "zones.0.countries": "Germany, at",
    "zones.0.methods.0.name": "Standard",
    "zones.0.methods.0.first": "4.90",
    "zones.0.methods.0.additional": "1",
    "zones.0.methods.0.free_over": "50",
    "zones.0.methods.0.days_min": "1",
    "zones.0.methods.0.days_max": "3",
    "zones.0.methods.0.tracked": "1",
}


def test_a_profile_is_written_on_its_page_with_countries_by_name(seller):
    answer = seller.post("/sell/kiln/shipping/new", data=ROWS)

    assert (answer.status_code, answer.location) == (303, "/sell/kiln/shipping")
    (boxes,) = seller.get(HERE).json[1:]
    assert (boxes["excluded"], boxes["zones"][0]["countries"]) == (["FR", "JP"], ["DE", "AT"])
    assert boxes["zones"][0]["methods"][0]["free_over"]["amount"] == 5000


def test_what_is_saved_again_unchanged_stays_the_same(seller):
    seller.post("/sell/kiln/shipping/new", data=ROWS)
    (boxes,) = seller.get(HERE).json[1:]
    method = boxes["zones"][0]["methods"][0]["id"]

    seller.post(f"/sell/kiln/shipping/{boxes['id']}", data=ROWS | {"zones.0.methods.0.id": method})

    assert seller.get(HERE).json[1:] == [boxes]


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        ({"zones.0.countries": "Atlantis"}, "This is no country that parcels go to: Atlantis."),
        ({"zones.0.methods.0.first": "lots"}, "Write an amount as digits"),
        ({"zones.0.methods.0.days_max": ""}, "Give both numbers of days, or neither."),
        ({"zones.1.name": "Far"}, "Say how you send there."),
        ({"name": "Standard"}, "Another profile of your shop has this name."),
    ],
)
def test_a_mistake_in_the_form_is_told_and_what_was_typed_stays(seller, mistake, sentence):
    answer = seller.post("/sell/kiln/shipping/new", data=ROWS | mistake)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert 'value="4"' in answer.text


def test_rows_are_added_without_losing_what_was_typed(seller):
    zone = seller.post("/sell/kiln/shipping/new?add=zone", data=ROWS)
    method = seller.post("/sell/kiln/shipping/new?add=method-0", data=ROWS)

    assert ('name="zones.1.name"' in zone.text, 'value="4.90"' in zone.text) == (True, True)
    assert 'name="zones.0.methods.1.first"' in method.text


def test_ticked_rows_are_gone_when_it_is_saved(seller):
    more = {"zones.1.name": "Far", "zones.1.remove": "1"} | {
        f"zones.0.methods.1.{name}": text
        for name, text in {"name": "Express", "first": "9", "additional": "0", "remove": "1"}.items()
    }

    seller.post("/sell/kiln/shipping/new", data=ROWS | more)

    (boxes,) = seller.get(HERE).json[1:]
    assert [(zone["name"], len(zone["methods"])) for zone in boxes["zones"]] == [("Near", 1)]


def test_the_page_tries_a_quote_for_a_country(seller):
    seller.post("/sell/kiln/shipping/new", data=ROWS)

    germany = seller.get("/sell/kiln/shipping?country=DE&pieces=2").text
    japan = seller.get("/sell/kiln/shipping?country=JP&pieces=2").text

    assert "Standard, $5.90, tracked, 1 to 3 business days on its way" in germany
    assert "Does not send to Japan." in japan


def test_the_page_makes_a_profile_the_default_and_removes_one(seller):
    seller.post("/sell/kiln/shipping/new", data=ROWS)
    old, new = (one["id"] for one in seller.get(HERE).json)

    seller.post(f"/sell/kiln/shipping/{old}/remove")
    seller.post(f"/sell/kiln/shipping/{new}/default")
    seller.post(f"/sell/kiln/shipping/{old}/remove")

    assert [one["id"] for one in seller.get(HERE).json] == [new]


# Where it goes


def test_a_visitor_chooses_where_things_would_be_sent(client):
    answer = client.post("/country", data={"country": "JP", "next": "/cart"})

    assert (answer.status_code, answer.location) == (303, "/cart")
    assert client.get_cookie("country").value == "JP"
    assert '<option value="JP" selected>' in client.get("/country?next=/cart").text


@pytest.mark.parametrize("path", ["https://example.com/", "//example.com", "/\\example.com", ""])
def test_choosing_a_country_leads_to_no_other_site(client, path):
    assert client.post("/country", data={"country": "JP", "next": path}).location == "/"


def test_what_is_no_country_is_not_remembered(client):
    client.post("/country", data={"country": "XX"})

    assert client.get_cookie("country") is None

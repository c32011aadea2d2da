"""How carts are sent: what each shop offers, what is chosen at checkout, and what is kept for later."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_hex

import pytest
from bson import ObjectId
from hypothesis import given
from hypothesis import strategies as st

from marketplace.accounts import services as accounts
from marketplace.accounts.values import ShippingTerms
from marketplace.catalog import services as catalog
from marketplace.catalog.values import VariantDraft
from marketplace.ordering import services
from marketplace.ordering.documents import Cart, CartItem
from marketplace.ordering.errors import (
    CartChanged,
    CartItemNotFound,
    NoShipping,
    NotPurchasable,
    QuantityLimit,
    ShippingMethodRequired,
)
from marketplace.ordering.repositories import carts, orders
from marketplace.ordering.services import Sending
from marketplace.ordering.values import CartOwner, MergeOutcome, ShippingChoice, new_cart_token
from marketplace.shared import clock
from marketplace.shared.values import Money
from tests.builders import (
    a_cart,
    a_placed_order,
    a_shop,
    a_user,
    an_address,
    checked_out,
    goods,
    paid,
    put_on_sale,
    usd,
)


def a_method(name="Standard", first=500, additional=100, **parts):
    return {"name": name, "first": usd(first), "additional": usd(additional), **parts}


def a_zone(*methods, countries=()):
    return {"name": "Zone", "countries": countries, "methods": list(methods)}


def sends(shop, *zones, profile_id=None, **parts):
    """The shop, whose default profile has these zones."""
    written = {"name": "Parcels", "handling_days": 2, "zones": list(zones)} | parts
    accounts.edit_shipping_profile(owner_id=shop.owner_id, slug=shop.slug, profile_id=shop.pk, **written)
    return accounts.get_shop(shop.pk)


def sent_by(shop, profile_id, *, price=1000):
    """The id of a variant that names this profile."""
    draft = VariantDraft(sku=str(ObjectId()), price=usd(price), on_hand=10)
    category = catalog.category_path(["Home", "Mugs"])
    product = catalog.create_product(
        shop_id=shop.id,
        title="Large bowl",
        category_id=category.id,
        variants=[draft],
        shipping_profile_id=profile_id,
    )
    return put_on_sale(product).variants[0].id


def two_ways(shop=None):
    """A shop that sends in two ways."""
    return sends(
        shop or a_shop(name="Kiln"),
        a_zone(a_method(days_min=2, days_max=4), a_method("Express", 1500, 0, days_min=1, days_max=1)),
    )


def options(owner, country="DE"):
    (group,) = services.priced_cart(owner, Sending(country)).groups
    return {option.name: option.price.amount for option in group.options}


# The cart


def test_a_cart_quotes_each_way_for_the_country(app):
    near = a_zone(a_method(first=300, additional=50), countries=("DE",))
    owner = a_cart(goods(sends(a_shop(), near, a_zone(a_method("Airmail", 2000, 900)))), quantity=3)

    assert (options(owner, "DE"), options(owner, "US")) == ({"Standard": 400}, {"Airmail": 3800})


def test_goods_of_different_profiles_are_quoted_each_by_its_own(app):
    shop = sends(a_shop(), a_zone(a_method(first=300, additional=0)))
    heavy = accounts.add_shipping_profile(
        owner_id=shop.owner_id,
        slug=shop.slug,
        name="Heavy",
        handling_days=6,
        zones=[a_zone(a_method("Freight", 5000, 4000))],
    )
    owner = a_cart(goods(shop), sent_by(accounts.get_shop(shop.pk), heavy.id), quantity=2)

    (group,) = services.priced_cart(owner).groups

    assert (group.shipping, group.option.handling_days) == (usd(300 + 9000), 6)


def test_the_sums_are_those_of_the_cheapest_way_until_one_is_chosen(app):
    shop = two_ways()
    owner = a_cart(goods(shop, price=1000))
    (group,) = services.priced_cart(owner).groups
    express = group.options[1]

    chosen = services.priced_cart(owner, Sending("DE", {shop.id: express.id}))

    assert (group.total, chosen.total) == (usd(1500), usd(2500))


def test_a_cart_says_until_when_it_leaves_and_when_it_arrives(app):
    with clock.at(clock.now().replace(2026, 1, 5)):  # a Monday
        (group,) = services.priced_cart(a_cart(goods(two_ways()))).groups

        days = [group.ships_by, *group.arrives]

    assert [day.day for day in days] == [7, 9, 13]


def test_what_does_not_go_to_the_country_is_a_problem_that_is_mended_by_saving_it(app):
    mug = goods(sends(a_shop(name="Kiln"), a_zone(a_method(), countries=("US",))))

    cart = services.priced_cart(a_cart(mug), Sending("DE"))

    ((_, problem),) = cart.problems
    assert (problem.code, problem.details, problem.mending) == (
        "no_shipping_to",
        {"country": "DE"},
        "save_for_later",
    )
    assert problem.message == "Kiln does not send this to Germany."
    assert (cart.ready, cart.total) == (False, usd(0))


def test_what_can_be_picked_up_can_be_bought_from_anywhere(app):
    mug = goods(sends(a_shop(), pickup="12 Pier Road"))

    cart = services.priced_cart(a_cart(mug), Sending("DE"))

    assert (cart.ready, cart.groups[0].option.pickup) == (True, "12 Pier Road")


def test_a_problem_tells_programs_its_facts(client):
    mug = goods(price=1000, stock=2)
    client.post("/api/v1/cart/items", json={"variant_id": str(mug), "quantity": 2})
    catalog.stock.hold(mug, ref="other", quantity=1, until=clock.now() + timedelta(hours=1))

    group = client.get("/api/v1/cart").json["groups"][0]

    (problem,) = group["problems"]
    assert (problem["code"], problem["available"], problem["item_id"]) == (
        "insufficient_stock",
        1,
        group["items"][0]["id"],
    )
    assert problem["fix"] == {"label": "Take 1", "action": "set_quantity", "quantity": 1}


def test_the_api_tells_the_ways_to_send_to_a_country(client):
    shop = two_ways()
    client.post("/api/v1/cart/items", json={"variant_id": str(goods(shop))})

    cart = client.get("/api/v1/cart?country=fr").json

    group = cart["groups"][0]
    assert (cart["country"], group["shop"]["id"]) == ("FR", str(shop.id))
    assert [one["name"] for one in group["shipping_options"]] == ["Standard", "Express"]
    assert group["shipping_method"] == group["shipping_options"][0]["id"]
    assert group["ships_by"] < group["shipping_options"][0]["arrives_from"]


def test_an_unknown_country_is_refused(client):
    assert client.get("/api/v1/cart?country=XX").status_code == 400


# Checking out


def test_the_only_way_needs_no_choice_and_is_kept_with_the_order(app):
    way = a_method(days_min=2, days_max=4, tracked=True)
    shop = sends(a_shop(), a_zone(way), handling_days=3)

    order = paid(checked_out(a_cart(goods(shop)))).orders[0]

    (method,) = shop.profiles[0].methods
    assert order.shipping == ShippingChoice(method.id, "Standard", 2, 4, tracked=True)
    assert (order.totals.shipping, order.handling_days) == (usd(500), 3)


def test_of_several_ways_one_is_chosen_or_the_shop_is_named(app):
    shop = two_ways()
    owner = a_cart(goods(shop))

    with pytest.raises(ShippingMethodRequired, match="Choose how Kiln sends it") as refusal:
        checked_out(owner)

    assert list(refusal.value.errors) == [f"shipping.{shop.id}"]
    assert services.priced_cart(owner).ready


def test_the_chosen_way_is_what_is_paid(app):
    shop = two_ways()
    owner = a_cart(goods(shop, price=1000))
    chosen = {shop.id: services.priced_cart(owner).groups[0].options[1].id}

    done = checked_out(owner, shipping=chosen, expected_total=usd(2500))

    assert orders.of_purchase(done.purchase.id)[0].shipping.name == "Express"


def test_a_way_that_the_shop_does_not_offer_is_refused(app):
    shop = two_ways()

    with pytest.raises(ShippingMethodRequired, match="any more"):
        checked_out(a_cart(goods(shop)), shipping={shop.id: ObjectId()})


def test_choosing_another_way_than_was_agreed_to_is_told_before_it_is_bought(app):
    shop = two_ways()
    owner = a_cart(goods(shop, price=1000))
    express = services.priced_cart(owner).groups[0].options[1].id

    with pytest.raises(CartChanged) as refusal:
        checked_out(owner, shipping={shop.id: express}, expected_total=usd(1500))

    assert refusal.value.details["total"] == {"amount": 2500, "currency": "USD"}


def test_nothing_is_bought_that_is_not_sent_to_the_address(app):
    mug = goods(sends(a_shop(), a_zone(a_method(), countries=("US",))), stock=1)
    owner = a_cart(mug)

    with pytest.raises(NoShipping) as refusal:
        checked_out(owner, ship_to=an_address())

    assert refusal.value.details["country"] == "DE"
    assert catalog.offers([mug])[mug].available == 1


def test_the_promised_day_stays_when_it_is_paid_soon_and_moves_when_it_is_paid_late(app):
    monday = clock.now().replace(2026, 1, 5, 12, 0)
    with clock.at(monday):
        soon, late = (checked_out(a_cart(goods())) for _ in range(2))
    with clock.at(monday + timedelta(hours=14)):
        on_time = paid(soon).orders[0]
    with clock.at(monday + timedelta(days=2)):
        moved = paid(late).orders[0]

    assert (on_time.ships_by.day, moved.ships_by.day) == (7, 9)


def test_an_order_keeps_how_it_is_sent_whatever_the_shop_changes(app):
    shop = two_ways()
    owner = a_cart(goods(shop))
    chosen = {shop.id: services.priced_cart(owner).groups[0].options[1].id}
    done = checked_out(owner, shipping=chosen, expected_total=usd(2500))

    sends(shop, a_zone(a_method("Other", 1)))

    order = orders.of_purchase(done.purchase.id)[0]
    assert (order.shipping.name, order.totals.shipping) == ("Express", usd(1500))


def test_a_shop_with_plain_terms_is_bought_from_as_ever(app):
    shop = a_shop(shipping=ShippingTerms(usd(495), 2, usd(5000)))

    order = a_placed_order(goods(shop, price=1000), quantity=3)

    assert order.totals.total == usd(3495)


def test_the_checkout_page_offers_the_ways_and_counts_the_total_anew(client):
    shop = two_ways()
    client.post("/cart/items", data={"variant_id": str(goods(shop, price=1000))})
    express = client.get("/api/v1/cart").json["groups"][0]["shipping_options"][1]["id"]

    page = client.get("/checkout").text
    again = client.post("/checkout/total", data={f"shipping.{shop.id}": express, "email": "ada"}).text

    assert f'name="shipping.{shop.id}" value="{express}"' in page
    assert "Buy for $15.00" in page
    assert "Buy for $25.00" in again
    assert ('value="ada"' in again, f'value="{express}" checked' in again) == (True, True)


def test_the_checkout_page_names_the_shop_whose_way_is_missing(client):
    shop = two_ways()
    client.post("/cart/items", data={"variant_id": str(goods(shop, price=1000))})
    form = {f"ship_to.{name}": text for name, text in ADDRESS.items()}
    total = {"expected_total.amount": "1500", "expected_total.currency": "USD"}

    answer = client.post(
        "/checkout",
        data=form | total | {"email": "a@example.com", "accept_terms": "1", "idempotency_key": token_hex(8)},
    )

    assert (answer.status_code, "Choose how Kiln sends it." in answer.text) == (422, True)


ADDRESS = {"name": "Ada", "line1": "Hauptstr. 1", "postal": "10115", "city": "Berlin", "country": "DE"}


def once() -> dict[str, str]:
    """The header of a request that is carried out once."""
    return {"Idempotency-Key": token_hex(8)}


def test_over_json_the_choice_is_by_shop(client):
    shop = two_ways()
    client.post("/api/v1/cart/items", json={"variant_id": str(goods(shop, price=1000))})
    express = client.get("/api/v1/cart").json["groups"][0]["shipping_options"][1]["id"]
    order = {
        "email": "a@example.com",
        "ship_to": ADDRESS,
        "accept_terms": True,
        "expected_total": {"amount": 2500, "currency": "USD"},
    }

    missing = client.post("/api/v1/checkout", json=order, headers=once())
    done = client.post("/api/v1/checkout", json=order | {"shipping": {str(shop.id): express}}, headers=once())

    assert (missing.status_code, missing.json["code"]) == (422, "shipping_method_required")
    assert missing.json["errors"][0]["pointer"] == f"/shipping/{shop.id}"
    assert done.status_code == 201


# Kept for later


def saved(owner):
    return [line.title for line in services.priced_cart(owner).saved]


def test_a_line_is_kept_for_later_and_put_back_at_todays_price(app):
    mug = goods(title="Blue mug")
    owner = a_cart(mug, quantity=2)
    item = services.priced_cart(owner).lines[0].item.id

    services.save_for_later(owner, item_id=item)
    kept = services.priced_cart(owner)
    services.take_back(owner, item_id=item)
    back = services.priced_cart(owner)

    assert ([line.title for line in kept.saved], kept.pieces, kept.total) == (["Blue mug"], 0, usd(0))
    assert (back.saved, back.pieces) == ((), 2)


def test_what_is_put_into_the_cart_anew_is_no_longer_kept_for_later(app):
    mug = goods()
    owner = a_cart(mug)
    services.save_for_later(owner, item_id=services.priced_cart(owner).lines[0].item.id)

    services.add_item(owner, variant_id=mug)

    assert (saved(owner), services.priced_cart(owner).pieces) == ([], 1)


def test_what_is_kept_for_later_outlives_a_purchase(app):
    mug, bowl = goods(title="Blue mug"), goods(title="Bowl")
    owner = a_cart(mug, bowl)
    services.save_for_later(owner, item_id=services.priced_cart(owner).lines[0].item.id)

    checked_out(owner)

    assert (saved(owner), services.priced_cart(owner).lines) == (["Blue mug"], [])


def test_emptying_the_cart_leaves_what_is_kept_for_later(app):
    owner = a_cart(goods(title="Blue mug"), goods())
    services.save_for_later(owner, item_id=services.priced_cart(owner).lines[0].item.id)

    services.empty_cart(owner)

    assert saved(owner) == ["Blue mug"]


def test_what_is_sold_out_is_not_put_back(app):
    owner = a_cart(goods(stock=1))
    item = services.priced_cart(owner).lines[0].item
    services.save_for_later(owner, item_id=item.id)
    catalog.stock.hold(item.variant_id, ref="x", quantity=1, until=clock.now() + timedelta(hours=1))

    with pytest.raises(NotPurchasable):
        services.take_back(owner, item_id=item.id)


def test_what_is_not_on_the_list_is_not_found(app):
    owner = a_cart(goods())

    for step in (services.save_for_later, services.take_back, services.forget_saved):
        with pytest.raises(CartItemNotFound):
            step(owner, item_id=ObjectId())


def test_a_hundred_things_are_kept_for_later_at_most():
    cart = Cart(items=[_item(ObjectId())], saved=[_item(ObjectId()) for _ in range(100)], currency="USD")

    with pytest.raises(QuantityLimit):
        cart.save_for_later(cart.items[0].id)


def test_the_page_and_the_api_keep_put_back_and_forget(client):
    client.post("/cart/items", data={"variant_id": str(goods(title="Blue mug"))})
    item = client.get("/api/v1/cart").json["groups"][0]["items"][0]["id"]

    client.post(f"/cart/items/{item}/save")
    page = client.get("/cart").text
    client.post(f"/cart/saved/{item}/restore")
    kept = client.post(f"/api/v1/cart/items/{item}/save").json
    back = client.post(f"/api/v1/cart/saved/{item}/restore").json
    client.post(f"/cart/items/{item}/save")
    gone = client.delete(f"/api/v1/cart/saved/{item}").json

    assert ("Saved for later" in page, "Put into the cart: Blue mug" in page) == (True, True)
    assert ([one["title"] for one in kept["saved"]], kept["pieces"]) == (["Blue mug"], 0)
    assert (back["saved"], back["pieces"]) == ([], 1)
    assert (gone["saved"], gone["pieces"]) == ([], 0)


# Joining carts

VARIANTS = [ObjectId() for _ in range(6)]


def _item(variant_id, quantity=1, currency="USD"):
    price = Money(100, currency)
    return CartItem(
        product_id=ObjectId(), variant_id=variant_id, shop_id=ObjectId(), quantity=quantity, seen_price=price
    )


def _held(cart):
    return {item.variant_id: item.quantity for item in cart.items}


quantities = st.dictionaries(st.sampled_from(VARIANTS), st.integers(1, 99), max_size=6)


def _cart(lines, kept=()):
    items = [_item(variant, quantity) for variant, quantity in lines.items()]
    later = [_item(variant) for variant in kept if variant not in lines]
    return Cart(items=items, saved=later, currency="USD" if items else None)


@given(mine=quantities, theirs=quantities, kept=st.sets(st.sampled_from(VARIANTS)))
def test_joining_a_cart_twice_is_joining_it_once(mine, theirs, kept):
    cart, other = _cart(mine), _cart(theirs, kept)

    cart.take_in(other.items, other.saved)
    once = _held(cart), [item.variant_id for item in cart.saved]
    changes = cart.take_in(other.items, other.saved)

    assert (_held(cart), [item.variant_id for item in cart.saved]) == once
    assert changes == []
    cart.clean()


@given(mine=quantities, theirs=quantities)
def test_it_does_not_matter_which_cart_is_joined_to_which(mine, theirs):
    one, other = _cart(mine), _cart(theirs)

    one.take_in(_cart(theirs).items)
    other.take_in(_cart(mine).items)

    assert _held(one) == _held(other)


@given(first=quantities, second=quantities, third=quantities)
def test_it_does_not_matter_in_which_order_carts_are_joined(first, second, third):
    one, other = _cart(first), _cart(first)

    for lines in (second, third):
        one.take_in(_cart(lines).items)
    for lines in (third, second):
        other.take_in(_cart(lines).items)

    assert _held(one) == _held(other)


@given(mine=quantities, theirs=quantities)
def test_joining_says_exactly_what_it_changed(mine, theirs):
    cart = _cart(mine)

    changes = cart.take_in(_cart(theirs).items)

    told = {one.variant_id: (one.before, one.after) for one in changes}
    held = _held(cart)
    changed = [variant for variant in held if mine.get(variant) != held[variant]]
    assert told == {variant: (mine.get(variant, 0), held[variant]) for variant in changed}


def test_what_does_not_fit_is_left_out_and_told():
    full = Cart(items=[_item(ObjectId()) for _ in range(100)], currency="USD")

    outcomes = [one.outcome for one in full.take_in([_item(VARIANTS[0]), _item(VARIANTS[1], currency="EUR")])]

    assert outcomes == [MergeOutcome.NO_ROOM, MergeOutcome.CURRENCY_MISMATCH]
    assert len(full.items) == 100


def test_a_visitors_list_for_later_comes_along(app):
    member, token = CartOwner(user_id=a_user().id), new_cart_token()
    visitor = a_cart(goods(title="Blue mug"), goods(title="Bowl"), owner=CartOwner(token=token))
    services.save_for_later(visitor, item_id=services.priced_cart(visitor).lines[0].item.id)

    changes = services.merge_carts(token=token, user_id=member.user_id)
    again = services.merge_carts(token=token, user_id=member.user_id)

    assert {one.outcome for one in changes} == {MergeOutcome.ADDED, MergeOutcome.SAVED}
    assert (again, saved(member), carts.pieces(member)) == ([], ["Blue mug"], 1)


def test_joining_over_json_tells_what_changed_once(person, app):
    _, browser = person()
    visitor = a_cart(goods(), quantity=3)
    browser.set_cookie("cart", visitor.token)

    first = browser.post("/api/v1/cart/merge").json
    second = browser.post("/api/v1/cart/merge").json

    assert [(one["outcome"], one["before"], one["after"]) for one in first["changes"]] == [("added", 0, 3)]
    assert (second["changes"], second["cart"]["pieces"]) == ([], 3)

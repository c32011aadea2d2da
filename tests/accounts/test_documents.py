from __future__ import annotations

import pytest
from bson import ObjectId

from marketplace.accounts.documents import ADDRESS_LIMIT, Shop, User
from marketplace.accounts.errors import AddressNotFound, InvalidShopTransition, TooManyAddresses
from marketplace.accounts.values import (
    CAPABILITIES,
    SHOP_TRANSITIONS,
    Capability,
    Role,
    ShippingTerms,
    ShopStatus,
)
from marketplace.shared.clock import now
from marketplace.shared.values import MoneyCurrencyMismatch
from tests.builders import an_address, usd

STEPS = {
    "submit": lambda shop: shop.submit(),
    "approve": lambda shop: shop.approve(now()),
    "reject": lambda shop: shop.reject("Say more."),
    "suspend": lambda shop: shop.suspend("Look at this."),
    "reinstate": lambda shop: shop.reinstate(),
    "close": lambda shop: shop.close(now()),
}


def test_each_step_of_a_shops_table_is_a_method_of_the_shop():
    assert set(STEPS) == set(SHOP_TRANSITIONS)


@pytest.mark.parametrize("status", ShopStatus)
@pytest.mark.parametrize("name", SHOP_TRANSITIONS)
def test_a_shop_takes_the_steps_of_its_table_and_no_other(status, name):
    shop, step = Shop(status=status), SHOP_TRANSITIONS[name]

    if status in step.sources:
        STEPS[name](shop)
        assert shop.status is step.target
    else:
        with pytest.raises(InvalidShopTransition) as refusal:
            STEPS[name](shop)
        assert shop.status is status
        assert refusal.value.details == {"state": status.value, "allowed": shop.available(step.actor)}


def test_a_shop_can_leave_every_state_but_closed():
    stuck = {
        status for status in ShopStatus if not any(status in one.sources for one in SHOP_TRANSITIONS.values())
    }

    assert stuck == {ShopStatus.CLOSED}


VISIBLE, SELL, FULFIL, MESSAGE, EDIT = Capability


@pytest.mark.parametrize(
    ("status", "capabilities"),
    [
        (ShopStatus.ONBOARDING, {MESSAGE, EDIT}),
        (ShopStatus.PENDING_REVIEW, {MESSAGE, EDIT}),
        (ShopStatus.REJECTED, {MESSAGE, EDIT}),
        (ShopStatus.ACTIVE, {VISIBLE, SELL, FULFIL, MESSAGE, EDIT}),
        (ShopStatus.SUSPENDED, {FULFIL, MESSAGE}),
        (ShopStatus.CLOSED, set()),
    ],
)
def test_what_a_shop_may_do_follows_from_its_status(status, capabilities):
    shop = Shop(status=status)

    assert {one for one in Capability if shop.may(one)} == capabilities
    assert (shop.visible, shop.sells, shop.fulfils) == tuple(
        one in capabilities for one in (VISIBLE, SELL, FULFIL)
    )


def test_every_status_has_its_capabilities():
    assert set(CAPABILITIES) == set(ShopStatus)


def test_a_shop_that_says_nothing_lacks_everything_on_its_checklist():
    shop = Shop(description="Short.")

    assert [one.code for one in shop.unmet] == ["profile", "shipping_terms", "accept_terms"]
    assert all(one.why for one in shop.unmet)


def test_a_shop_that_accepted_older_terms_accepts_the_present_ones():
    shop = Shop(description="Stoneware, thrown and fired.", shipping_confirmed=True, terms_version="1999-1")

    before = [one.code for one in shop.unmet]
    shop.accept_terms(now())

    assert (before, shop.unmet) == (["accept_terms"], [])


def test_an_approved_shop_forgets_why_it_was_sent_back():
    shop = Shop(status=ShopStatus.PENDING_REVIEW, rejection_reason="Say more.")

    shop.approve(moment := now())

    assert (shop.rejection_reason, shop.approved_at) == (None, moment)


def test_a_shop_keeps_to_one_currency():
    shop = Shop(currency="EUR", shipping=ShippingTerms(price=usd(1), handling_days=1))

    with pytest.raises(MoneyCurrencyMismatch, match="prices are in EUR"):
        shop.clean()


def test_an_address_is_kept_once():
    user = User()

    first = user.keep_address(an_address())
    again = user.keep_address(an_address())

    assert first is again
    assert len(user.addresses) == 1


def test_an_address_book_has_an_end():
    user = User()
    for number in range(ADDRESS_LIMIT):
        user.keep_address(an_address(line1=f"Hauptstr. {number}"))

    with pytest.raises(TooManyAddresses, match="Remove one first"):
        user.keep_address(an_address(line1="One too many 1"))


def test_an_address_is_taken_out_by_its_id():
    user = User()
    kept, dropped = user.keep_address(an_address()), user.keep_address(an_address(name="Bob"))

    user.drop_address(dropped.id)

    assert list(user.addresses) == [kept]
    with pytest.raises(AddressNotFound):
        user.drop_address(ObjectId())


def test_a_moderator_is_a_user_with_that_role():
    assert User(roles=[Role.MODERATOR]).is_moderator
    assert not User(roles=[Role.SUPPORT]).is_moderator


@pytest.mark.parametrize("role", Role)
def test_a_role_includes_those_below_it(role):
    user = User(roles=[role])

    assert [one for one in Role if user.has_role(one)] == list(Role)[: list(Role).index(role) + 1]


def test_somebody_who_is_locked_has_no_role():
    user = User(roles=[Role.ADMIN])

    user.lock()

    assert not user.is_admin
    assert not user.is_staff

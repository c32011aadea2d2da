from __future__ import annotations

import pytest
from bson import ObjectId

from marketplace.accounts.documents import ADDRESS_LIMIT, Shop, User
from marketplace.accounts.errors import AddressNotFound, InvalidShopTransition, TooManyAddresses
from marketplace.accounts.values import NEXT_STATUSES, Capability, Role, ShippingTerms, ShopStatus
from marketplace.shared.clock import now
from marketplace.shared.values import MoneyCurrencyMismatch
from tests.builders import an_address, usd

TRANSITIONS = {
    "approve": (ShopStatus.ACTIVE, lambda shop: shop.approve(now())),
    "reject": (ShopStatus.REJECTED, lambda shop: shop.reject("Say more.")),
    "resubmit": (ShopStatus.PENDING_REVIEW, lambda shop: shop.resubmit()),
}


@pytest.mark.parametrize("status", ShopStatus)
@pytest.mark.parametrize("transition", TRANSITIONS)
def test_a_shop_takes_the_steps_of_its_table_and_no_other(status, transition):
    shop = Shop(status=status)
    goal, step = TRANSITIONS[transition]

    if goal in NEXT_STATUSES[status]:
        step(shop)
        assert shop.status is goal
    else:
        with pytest.raises(InvalidShopTransition) as refusal:
            step(shop)
        assert shop.status is status
        assert refusal.value.details["state"] == status.value


@pytest.mark.parametrize(
    ("status", "capabilities"),
    [
        (ShopStatus.PENDING_REVIEW, {Capability.EDIT_LISTINGS}),
        (ShopStatus.REJECTED, {Capability.EDIT_LISTINGS}),
        (ShopStatus.ACTIVE, set(Capability)),
    ],
)
def test_what_a_shop_may_do_follows_from_its_status(status, capabilities):
    shop = Shop(status=status)

    assert {one for one in Capability if shop.may(one)} == capabilities
    assert (shop.visible, shop.sells, shop.fulfils) == (len(capabilities) > 1,) * 3


def test_every_status_has_its_steps_and_capabilities():
    assert set(NEXT_STATUSES) == set(ShopStatus)


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
    assert not User().is_moderator

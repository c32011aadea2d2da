from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from bson import ObjectId

from marketplace.accounts import services
from marketplace.accounts.documents import Shop, User
from marketplace.accounts.errors import (
    AddressNotFound,
    EmailTaken,
    InvalidCredentials,
    InvalidShopTransition,
    NotYourRole,
    ShopNotFound,
    ShopSlugTaken,
    TooManyShops,
    UserNotFound,
    WeakPassword,
    WrongPassword,
)
from marketplace.accounts.repositories import users
from marketplace.accounts.services import authenticate, people, register
from marketplace.accounts.values import Role, ShippingTerms, ShopStatus
from marketplace.shared.values import Money
from tests.builders import PASSWORD, a_shop, a_user, an_address


@pytest.fixture(autouse=True)
def on_indexes(app):
    """Unique e-mails and slugs, as migrations make them."""
    for document in (User, Shop):
        document.ensure_indexes()


class Watched(PasswordHasher):
    """A hasher that counts the passwords which it hashed to compare."""

    compared = 0

    def verify(self, hash, password):  # noqa: A002 - argon2 names it so
        try:
            return super().verify(hash, password)
        except VerifyMismatchError:
            self.compared += 1
            raise


# Registering


def test_an_account_is_opened_with_an_argon2id_hash():
    user = register(email="Ada@Example.com", password=PASSWORD, display_name="Ada")

    stored = users.get(user.id)
    assert stored.email == "ada@example.com"
    assert stored.password_hash.startswith("$argon2id$")
    assert PASSWORD not in stored.password_hash


def test_there_is_one_account_for_an_e_mail_however_it_is_written():
    a_user(email="ada@example.com")

    with pytest.raises(EmailTaken) as refusal:
        register(email="ADA@example.com", password=PASSWORD, display_name="Eve")

    assert refusal.value.field == "email"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "at least 10"),
        ("x" * 9, "at least 10"),
        ("1234567890", "Too many people"),
        ("Qwertyuiop", "Too many people"),
    ],
)
def test_a_weak_password_is_refused(password, sentence):
    with pytest.raises(WeakPassword, match=sentence) as refusal:
        register(email="ada@example.com", password=password, display_name="Ada")

    assert refusal.value.field == "password"
    assert users.with_email("ada@example.com") is None


# Signing in


def test_the_right_password_finds_the_user():
    user = a_user(email="ada@example.com")

    assert authenticate(email="ADA@example.com", password=PASSWORD) == user


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_it_is_not_told_whether_e_mail_or_password_is_wrong(email):
    a_user(email="ada@example.com")

    with pytest.raises(InvalidCredentials, match="E-mail and password do not match an account"):
        authenticate(email=email, password="wrong password")


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_an_unknown_e_mail_costs_a_hash_as_a_wrong_password_does(monkeypatch, email):
    a_user(email="ada@example.com")
    hasher = Watched(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(people, "_hasher", hasher)

    with pytest.raises(InvalidCredentials):
        authenticate(email=email, password="wrong password")

    assert hasher.compared == 1


def test_a_hash_is_renewed_when_the_parameters_have_risen(monkeypatch):
    user = a_user()
    stronger = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(people, "_hasher", stronger)

    authenticate(email=user.email, password=PASSWORD)

    renewed = users.get(user.id).password_hash
    assert renewed != user.password_hash
    assert not stronger.check_needs_rehash(renewed)
    assert authenticate(email=user.email, password=PASSWORD)


def test_signing_in_changes_nothing_else():
    user = a_user()

    authenticate(email=user.email, password=PASSWORD)

    assert users.get(user.id).version == user.version


def test_a_stored_hash_that_is_none_lets_nobody_in():
    user = a_user()
    user.password_hash = "not a hash"
    users.save(user)

    with pytest.raises(InvalidCredentials):
        authenticate(email=user.email, password=PASSWORD)


# The profile


def test_a_user_may_take_another_name():
    user = a_user()

    services.edit_account(user_id=user.id, display_name="Countess")

    assert users.get(user.id).display_name == "Countess"


def test_a_new_password_replaces_the_old_one():
    user = a_user()

    services.change_password(user_id=user.id, current_password=PASSWORD, password="another long one")

    assert authenticate(email=user.email, password="another long one")
    with pytest.raises(InvalidCredentials):
        authenticate(email=user.email, password=PASSWORD)


def test_a_new_password_needs_the_present_one():
    user = a_user()

    with pytest.raises(WrongPassword) as refusal:
        services.change_password(user_id=user.id, current_password="a guess", password="another long one")

    assert refusal.value.field == "current_password"


def test_a_new_password_is_not_weak():
    user = a_user()

    with pytest.raises(WeakPassword):
        services.change_password(user_id=user.id, current_password=PASSWORD, password="1234567890")


def test_addresses_are_kept_and_removed():
    user = a_user()

    saved = services.add_address(user_id=user.id, address=an_address())
    kept = [one.address for one in users.get(user.id).addresses]
    services.remove_address(user_id=user.id, address_id=saved.id)

    assert kept == [an_address()]
    assert users.get(user.id).addresses == []


def test_an_address_of_somebody_else_is_not_there():
    ada, eve = a_user(), a_user()
    saved = services.add_address(user_id=ada.id, address=an_address())

    with pytest.raises(AddressNotFound):
        services.remove_address(user_id=eve.id, address_id=saved.id)


# Who is who


def test_users_and_shops_are_found_by_their_ids():
    user, shop = a_user(), a_shop()

    assert services.get_user(user.id) == services.find_user(user.id) == user
    assert services.find_users([user.id, ObjectId()]) == {user.id: user}
    assert services.get_shop(shop.id) == shop
    assert services.find_shops([shop.id, ObjectId()]) == {shop.id: shop}


def test_a_user_or_shop_that_is_gone_is_named_so():
    assert services.find_user(ObjectId()) is None
    with pytest.raises(UserNotFound):
        services.get_user(ObjectId())
    with pytest.raises(ShopNotFound):
        services.get_shop(ObjectId())


def test_a_role_is_granted_once():
    user = a_user()

    services.grant(email=user.email.upper(), role=Role.MODERATOR)
    again = services.grant(email=user.email, role=Role.MODERATOR)

    assert again.roles == [Role.MODERATOR]


def test_a_role_for_nobody_is_refused():
    with pytest.raises(UserNotFound, match=r"nobody@example\.com"):
        services.grant(email="nobody@example.com", role=Role.MODERATOR)


# Shops


def test_a_shop_waits_for_a_moderator_unless_it_is_approved():
    waiting, selling = a_shop(approved=False), a_shop(approved=True)

    assert (waiting.status, waiting.sells) == (ShopStatus.PENDING_REVIEW, False)
    assert (selling.status, selling.sells) == (ShopStatus.ACTIVE, True)


def test_a_shop_ships_free_until_its_owner_says_otherwise():
    shop = services.open_shop(owner_id=a_user().id, name="Kiln", slug="kiln", currency="EUR", approved=True)

    assert shop.shipping == ShippingTerms(price=Money(0, "EUR"), handling_days=2)


def test_a_slug_is_one_shops():
    a_shop(slug="kiln")

    with pytest.raises(ShopSlugTaken) as refusal:
        a_shop(slug="kiln")

    assert refusal.value.field == "slug"


def test_a_person_opens_so_many_shops_and_no_more():
    ada = a_user()
    for _ in range(services.SHOP_LIMIT):
        a_shop(owner=ada)

    with pytest.raises(TooManyShops):
        a_shop(owner=ada)


def test_a_shop_is_found_by_its_owner_and_by_nobody_else():
    ada, eve = a_user(), a_user()
    shop = a_shop(owner=ada, slug="kiln")

    assert services.own_shop(ada.id, "kiln") == shop
    with pytest.raises(ShopNotFound):
        services.own_shop(eve.id, "kiln")


def test_the_public_sees_shops_that_sell():
    a_shop(slug="open")
    a_shop(slug="waiting", approved=False)

    assert services.visible_shop("open")
    assert services.shop_by_slug("waiting")
    with pytest.raises(ShopNotFound):
        services.visible_shop("waiting")


def test_the_newest_shops_come_first():
    a_shop()
    newer, newest = a_shop(), a_shop()
    a_shop(approved=False)

    assert services.newest_shops(2) == [newest, newer]


def test_a_users_shops_are_in_the_order_of_opening():
    ada = a_user()
    mine = [a_shop(owner=ada), a_shop(owner=ada)]
    a_shop()

    assert services.shops_of(ada.id) == mine


def test_a_shop_is_edited_by_its_owner():
    shop = a_shop()

    shop = services.edit_shop(owner_id=shop.owner_id, slug=shop.slug, name="New name", description="Pots.")

    assert (shop.name, shop.description) == ("New name", "Pots.")


# Moderation


@pytest.fixture
def heard():
    """The statuses that were told to whoever listens."""
    told = []

    def listen(shop, **_):
        told.append((shop.slug, shop.status))

    with services.shop_status_changed.connected_to(listen):
        yield told


def test_a_moderator_lets_a_shop_sell(heard):
    moderator, shop = a_user(roles=(Role.MODERATOR,)), a_shop(approved=False)
    heard.clear()

    services.approve_shop(moderator_id=moderator.id, slug=shop.slug)

    assert services.get_shop(shop.id).sells
    assert heard == [(shop.slug, ShopStatus.ACTIVE)]


def test_a_moderator_sends_a_shop_back_with_a_reason_and_its_owner_tries_again(heard):
    moderator, shop = a_user(roles=(Role.MODERATOR,)), a_shop(approved=False)
    heard.clear()

    rejected = services.reject_shop(moderator_id=moderator.id, slug=shop.slug, reason="Say more.")
    again = services.submit_shop(owner_id=shop.owner_id, slug=shop.slug)

    assert (rejected.status, rejected.rejection_reason) == (ShopStatus.REJECTED, "Say more.")
    assert again.status is ShopStatus.PENDING_REVIEW
    assert [status for _, status in heard] == [ShopStatus.REJECTED, ShopStatus.PENDING_REVIEW]


def test_nobody_but_a_moderator_reviews(heard):
    owner, shop = a_user(), a_shop(approved=False)
    heard.clear()

    with pytest.raises(NotYourRole):
        services.approve_shop(moderator_id=owner.id, slug=shop.slug)

    assert heard == []


def test_a_step_that_a_shop_cannot_take_is_refused_and_told_to_nobody(heard):
    moderator, shop = a_user(roles=(Role.MODERATOR,)), a_shop(approved=True)

    with pytest.raises(InvalidShopTransition):
        services.approve_shop(moderator_id=moderator.id, slug=shop.slug)

    assert heard == []


# At the terminal


def test_a_role_is_granted_at_the_terminal(app):
    user = a_user()

    answer = app.test_cli_runner().invoke(args=["users", "grant", user.email, "moderator"])

    assert answer.output == f"{user.email} is a moderator now.\n"
    assert users.get(user.id).is_moderator


def test_a_role_for_nobody_fails_at_the_terminal(app):
    answer = app.test_cli_runner().invoke(args=["users", "grant", "nobody@example.com", "moderator"])

    assert answer.exit_code == 1
    assert "No account has the e-mail nobody@example.com." in answer.output

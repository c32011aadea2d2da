"""The use cases of the accounts context, and what other contexts may ask of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from blinker import Signal
from bson import ObjectId
from mongoengine import NotUniqueError

from ..shared.clock import now
from ..shared.errors import VersionConflict
from ..shared.transactions import transactional
from ..shared.values import Address, Money
from .documents import SavedAddress, Shop, User
from .errors import (
    EmailTaken,
    InvalidCredentials,
    NotYourRole,
    ShopNotFound,
    ShopSlugTaken,
    TooManyShops,
    UserNotFound,
    WeakPassword,
    WrongPassword,
)
from .repositories import shops, users
from .values import Role, ShippingTerms, ShopStatus

#: Sent after a shop's status changed and was stored; the sender is the shop.
shop_status_changed = Signal("Sent after a shop's status changed.")

#: The least length of a password, in characters.
PASSWORD_LENGTH = 10

#: How many shops one user may open.
SHOP_LIMIT = 5

#: How soon a new shop promises to send, in business days, until its owner says otherwise.
DEFAULT_HANDLING_DAYS = 2

_hasher = PasswordHasher()


# What other contexts ask


def get_user(user_id: ObjectId) -> User:
    """The user with this id; raises UserNotFound."""
    return users.get(user_id)


def user_with_email(email: str) -> User:
    """The user with this e-mail address; raises UserNotFound."""
    found = users.with_email(email.lower())
    if found is None:
        raise UserNotFound(f"No account has the e-mail {email}.")
    return found


def find_user(user_id: ObjectId) -> User | None:
    """The user with this id, or None when the account is gone."""
    return users.find(pk=user_id)


def find_users(user_ids: Iterable[ObjectId]) -> dict[ObjectId, User]:
    """Those of the users that exist, by id."""
    return users.by_ids(user_ids)


def get_shop(shop_id: ObjectId) -> Shop:
    """The shop with this id; raises ShopNotFound."""
    return shops.get(shop_id)


def find_shops(shop_ids: Iterable[ObjectId]) -> dict[ObjectId, Shop]:
    """Those of the shops that exist, by id, in one query."""
    return shops.by_ids(shop_ids)


def shop_by_slug(slug: str) -> Shop:
    """The shop at this address, whatever its status; raises ShopNotFound."""
    return shops.with_slug(slug)


def visible_shop(slug: str) -> Shop:
    """The shop at this address as the public sees it; raises ShopNotFound."""
    shop = shops.with_slug(slug)
    if not shop.visible:
        raise ShopNotFound("There is no shop at this address.")
    return shop


def shops_of(user_id: ObjectId) -> list[Shop]:
    """The shops that this user owns, oldest first."""
    return shops.of_owner(user_id)


def own_shop(user_id: ObjectId, slug: str) -> Shop:
    """The user's own shop at this address; raises ShopNotFound for everyone else's."""
    shop = shops.with_slug(slug)
    if shop.owner_id != user_id:
        raise ShopNotFound("There is no shop at this address.")
    return shop


def newest_shops(limit: int) -> list[Shop]:
    """The newest shops that the public sees."""
    return shops.in_status(ShopStatus.ACTIVE, limit=limit).items


# People


def register(*, email: str, password: str, display_name: str) -> User:
    """Open an account; raises EmailTaken and WeakPassword."""
    check_password(password)
    user = User(email=email.lower(), password_hash=_hasher.hash(password), display_name=display_name)
    try:
        return users.add(user)
    except NotUniqueError:
        raise EmailTaken("An account with this e-mail exists. Sign in instead.", field="email") from None


def check_password(password: str) -> None:
    """Raise WeakPassword unless the password is long enough and not among the most common ones."""
    if len(password) < PASSWORD_LENGTH:
        raise WeakPassword(f"Use at least {PASSWORD_LENGTH} characters.", field="password")
    if password.lower() in _common_passwords():
        raise WeakPassword("Too many people use this password. Choose another one.", field="password")


def authenticate(*, email: str, password: str) -> User:
    """The user with this e-mail and password; raises InvalidCredentials.

    An unknown e-mail takes as long as a wrong password, so that neither tells who has an account. The
    hash is renewed when the parameters of argon2id have risen since it was made.
    """
    user = users.with_email(email.lower())
    hashed = user.password_hash if user else _hash_of_nobody()
    try:
        _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        user = None
    if user is None:
        raise InvalidCredentials("E-mail and password do not match an account.")
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
        with suppress(VersionConflict):  # the same person signs in twice at once
            users.save(user)
    return user


def rename(*, user_id: ObjectId, display_name: str) -> User:
    """Change the name that others see."""
    user = users.get(user_id)
    user.display_name = display_name
    return users.save(user)


def change_password(*, user_id: ObjectId, current_password: str, password: str) -> User:
    """Set a new password; raises WrongPassword and WeakPassword."""
    user = users.get(user_id)
    try:
        _hasher.verify(user.password_hash, current_password)
    except VerificationError:
        raise WrongPassword("This is not your present password.", field="current_password") from None
    check_password(password)
    user.password_hash = _hasher.hash(password)
    return users.save(user)


def add_address(*, user_id: ObjectId, address: Address) -> SavedAddress:
    """Put an address into the user's book, once; raises TooManyAddresses."""
    user = users.get(user_id)
    known = len(user.addresses)
    saved = user.keep_address(address)
    if len(user.addresses) > known:
        users.save(user)
    return saved


def remove_address(*, user_id: ObjectId, address_id: ObjectId) -> None:
    """Take an address out of the user's book; raises AddressNotFound."""
    user = users.get(user_id)
    user.drop_address(address_id)
    users.save(user)


def grant(*, email: str, role: Role) -> User:
    """Give a user a role; raises UserNotFound."""
    user = user_with_email(email)
    if role not in user.roles:
        user.roles.append(role)
        users.save(user)
    return user


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return _hasher.hash("a password that nobody has")


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # half a megabyte that only new passwords need

    return frozenset(FREQUENCY_LISTS["passwords"])


# Shops


@transactional
def open_shop(
    *,
    owner_id: ObjectId,
    name: str,
    slug: str,
    description: str = "",
    currency: str,
    approved: bool,
    shipping: ShippingTerms | None = None,
) -> Shop:
    """Open a shop, which sells at once when it is `approved` and else waits for a moderator.

    Ships free of charge within two business days until its owner says otherwise. Raises ShopSlugTaken
    and TooManyShops.
    """
    owner = users.get(owner_id)
    if len(shops.of_owner(owner_id)) >= SHOP_LIMIT:
        raise TooManyShops(f"One person can open {SHOP_LIMIT} shops.")
    users.save(owner)  # whoever opens two at once counts them one after the other
    terms = shipping or ShippingTerms(price=Money.zero(currency), handling_days=DEFAULT_HANDLING_DAYS)
    shop = Shop(
        owner_id=owner_id, name=name, slug=slug, description=description, currency=currency, shipping=terms
    )
    if approved:
        shop.approve(now())
    try:
        return shops.add(shop)
    except NotUniqueError:
        raise ShopSlugTaken("Another shop has this address. Choose another one.", field="slug") from None


def edit_shop(
    *,
    owner_id: ObjectId,
    slug: str,
    name: str,
    description: str = "",
    shipping_price: Money,
    free_over: Money | None = None,
    handling_days: int,
) -> Shop:
    """Change what a shop says of itself and how it ships; raises ShopNotFound."""
    shop = own_shop(owner_id, slug)
    shop.name, shop.description = name, description
    shop.shipping = ShippingTerms(price=shipping_price, free_over=free_over, handling_days=handling_days)
    return shops.save(shop)


def approve_shop(*, moderator_id: ObjectId, slug: str) -> Shop:
    """Let a shop sell; raises NotYourRole, ShopNotFound and InvalidShopTransition."""
    return _review(moderator_id, slug, lambda shop: shop.approve(now()))


def reject_shop(*, moderator_id: ObjectId, slug: str, reason: str) -> Shop:
    """Send a shop back with a reason; raises NotYourRole, ShopNotFound and InvalidShopTransition."""
    return _review(moderator_id, slug, lambda shop: shop.reject(reason))


def resubmit_shop(*, owner_id: ObjectId, slug: str) -> Shop:
    """Ask for review again; raises ShopNotFound and InvalidShopTransition."""
    shop = own_shop(owner_id, slug)
    shop.resubmit()
    shops.save(shop)
    shop_status_changed.send(shop)
    return shop


def require_moderator(user_id: ObjectId) -> User:
    """The moderator with this id; raises NotYourRole for everyone else."""
    user = users.get(user_id)
    if not user.is_moderator:
        raise NotYourRole("Only a moderator may do this.")
    return user


def _review(moderator_id: ObjectId, slug: str, decide: Any) -> Shop:
    require_moderator(moderator_id)
    shop = shops.with_slug(slug)
    decide(shop)
    shops.save(shop)
    shop_status_changed.send(shop)
    return shop

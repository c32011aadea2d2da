"""Accounts: opening one, proving who one is, and what one keeps in it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bson import ObjectId
from mongoengine import NotUniqueError

from ...shared import limits, sessions
from ...shared.clock import now
from ...shared.errors import Unavailable, VersionConflict
from ...shared.transactions import transactional
from ...shared.values import Address
from ..documents import SavedAddress, User
from ..errors import (
    AccountLocked,
    EmailTaken,
    InvalidCredentials,
    UserNotFound,
    WeakPassword,
    WrongPassword,
)
from ..repositories import links, users

#: The least length of a password, in characters.
PASSWORD_LENGTH = 10


_hasher = PasswordHasher()


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


def register(*, email: str, password: str, display_name: str, verified: bool = True) -> User:
    """Open an account at once, for operators, imports and sample data; raises EmailTaken and WeakPassword.

    People from outside go through `ask_to_register`, which does not tell who has an account.
    """
    check_password(password)
    user = User(email=email.lower(), password_hash=hash_of(password), display_name=display_name)
    if verified:
        user.verify_email(now())
    return add_user(user)


def add_user(user: User) -> User:
    """Store a new account; raises EmailTaken."""
    try:
        return users.add(user)
    except NotUniqueError:
        raise EmailTaken("An account with this e-mail exists. Sign in instead.", field="email") from None


def hash_of(password: str) -> str:
    """The argon2id hash of a password."""
    return _hasher.hash(password)


def fits(hashed: str, password: str) -> bool:
    """Whether the password is the one of this hash; takes as long as argon2id does."""
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def check_present_password(user: User, password: str, *, field: str = "current_password") -> None:
    """Raise WrongPassword unless it is the user's, and RateLimited when too many were wrong."""
    limits.take("password", str(user.pk))
    if not fits(user.password_hash, password):
        raise WrongPassword("This is not your present password.", field=field)
    limits.give_back("password", str(user.pk))


def check_password(password: str) -> None:
    """Raise WeakPassword unless the password is long enough and not among the most common ones."""
    if len(password) < PASSWORD_LENGTH:
        raise WeakPassword(f"Use at least {PASSWORD_LENGTH} characters.", field="password")
    if password.lower() in _common_passwords():
        raise WeakPassword("Too many people use this password. Choose another one.", field="password")


def authenticate(*, email: str, password: str, origin: str = "") -> User:
    """The user with this e-mail and password; raises InvalidCredentials, RateLimited and AccountLocked.

    An unknown e-mail takes as long as a wrong password and is counted alike, so that neither tells who has
    an account. Failures count for the e-mail and for the network address `origin`. The hash is renewed when
    the parameters of argon2id have risen since it was made.
    """
    limits.take("signin", email.lower())
    if origin:
        limits.take("signin-origin", origin)
    user = users.with_email(email.lower())
    if not fits(user.password_hash if user else _hash_of_nobody(), password) or user is None:
        raise InvalidCredentials("E-mail and password do not match an account.")
    limits.clear("signin", email.lower())
    if origin:
        limits.give_back("signin-origin", origin)
    if not user.is_active:
        raise AccountLocked("This account is locked, so nobody can sign in to it. Please write to us.")
    if _hasher.check_needs_rehash(user.password_hash):
        user.password_hash = _hasher.hash(password)
        with suppress(VersionConflict):  # the same person signs in twice at once
            users.save(user)
    return user


def edit_account(*, user_id: ObjectId, **changes: Any) -> User:
    """Change some of display_name, phone, locale, currency and marketing_consent; None takes a value away."""
    user = users.get(user_id)
    consent = changes.pop("marketing_consent", None)
    if consent is not None:
        user.consent_to_marketing(consent, now())
    for name in ("display_name", "phone", "locale", "currency"):
        if name in changes:
            setattr(user, name, changes[name])
    return users.save(user)


def change_password(*, user_id: ObjectId, current_password: str, password: str) -> User:
    """Set a new password, and void the links that were mailed before; raises WrongPassword and WeakPassword.

    Whoever knew the old one may have asked for a link to an address of their own. Raises VersionConflict when
    the password was changed at the same moment.
    """
    user = users.get(user_id)
    check_present_password(user, current_password)
    check_password(password)
    return _set_password(user_id, user.password_hash, hash_of(password))


@transactional
def _set_password(user_id: ObjectId, before: str, after: str) -> User:
    user = users.get(user_id)
    if user.password_hash != before:
        raise VersionConflict("Your password was changed just now. Try again with the new one.")
    user.password_hash = after
    users.save(user)
    links.drop_of(user.pk, user.email)
    return user


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


def end_sessions(user_id: ObjectId) -> None:
    """End all sessions now where that is possible; the worker does it again, however long Redis is away."""
    with suppress(Unavailable):
        sessions.end_all(user_id)


@lru_cache(maxsize=1)
def _hash_of_nobody() -> str:
    return _hasher.hash("a password that nobody has")


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # half a megabyte that only new passwords need

    return frozenset(FREQUENCY_LISTS["passwords"])

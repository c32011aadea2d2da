"""Accounts: opening one, proving who one is, and what one keeps in it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from bson import ObjectId
from mongoengine import NotUniqueError

from ...shared.errors import VersionConflict
from ...shared.values import Address
from ..documents import SavedAddress, User
from ..errors import (
    EmailTaken,
    InvalidCredentials,
    NotYourRole,
    UserNotFound,
    WeakPassword,
    WrongPassword,
)
from ..repositories import users
from ..values import Role

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


def require_moderator(user_id: ObjectId) -> User:
    """The moderator with this id; raises NotYourRole for everyone else."""
    user = users.get(user_id)
    if not user.is_moderator:
        raise NotYourRole("Only a moderator may do this.")
    return user

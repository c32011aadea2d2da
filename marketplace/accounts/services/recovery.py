"""A new password for who forgot theirs, and another e-mail address."""

from __future__ import annotations

from bson import ObjectId
from mongoengine import NotUniqueError

from ...shared import outbox, transactions
from ...shared.clock import now
from ...shared.errors import Invalid
from ...shared.transactions import transactional
from ..documents import User
from ..errors import EmailTaken, TokenExpired
from ..repositories import links, users
from ..values import LinkPurpose
from .links import ask_for_link, not_too_often, opened_by
from .people import check_password, check_present_password, end_sessions, hash_of


def ask_to_reset(*, email: str, origin: str = "") -> None:
    """Have a link mailed that sets a new password, if there is such an account; raises RateLimited."""
    not_too_often("forgot", email, origin)
    ask_for_link(LinkPurpose.RESET, email=email)


def reset_password(*, token: str, password: str) -> User:
    """Set a new password, end all sessions, and tell the owner; raises WeakPassword and TokenExpired.

    Who has the link reads the mail of the address, which is confirmed with it.
    """
    check_password(password)
    return _reset(token, hash_of(password))


@transactional
def _reset(token: str, password_hash: str) -> User:
    link = opened_by(token, LinkPurpose.RESET)
    links.take(link)
    user = users.get(link.user_id)
    if not user.is_active or user.email != link.email:
        raise TokenExpired("This link is used or too old. Please ask for a new one.")
    user.password_hash = password_hash
    user.verify_email(now())
    users.save(user)
    links.drop_of(user.pk, user.email)
    outbox.tell("user.password_reset", about=user)
    transactions.on_commit(lambda: end_sessions(user.pk))
    return user


def ask_to_change_email(*, user_id: ObjectId, email: str, current_password: str, origin: str = "") -> None:
    """Have a link mailed to the new address, which makes it the account's; raises WrongPassword.

    Whether somebody has the address already is told to that address alone.
    """
    user = users.get(user_id)
    if email.lower() == user.email:
        raise Invalid("This is your e-mail address already.", field="email")
    check_present_password(user, current_password)
    not_too_often("change-email", email, origin)
    ask_for_link(LinkPurpose.CHANGE_EMAIL, email=email, user_id=user_id)


@transactional
def change_email(*, token: str) -> User:
    """Make the address that the link was mailed to the account's, and tell the old one.

    Links that were mailed to the old one are void. Raises TokenExpired, and EmailTaken when somebody
    opened an account with the address meanwhile.
    """
    link = opened_by(token, LinkPurpose.CHANGE_EMAIL)
    links.take(link)
    user = users.get(link.user_id)
    if not user.is_active:
        raise TokenExpired("This link is used or too old. Please ask for a new one.")
    old = user.email
    user.move_to_email(link.email, now())
    try:
        users.save(user)
    except NotUniqueError:
        raise EmailTaken("There is an account with this e-mail address already.") from None
    links.drop_of(user.pk, old)
    outbox.tell("user.email_changed", about=user, old=old)
    return user

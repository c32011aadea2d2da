"""Opening an account, which begins when its e-mail address is confirmed."""

from __future__ import annotations

from ...shared import limits
from ...shared.clock import now
from ...shared.transactions import transactional
from ..documents import MailedLink, User
from ..errors import UserNotFound, WrongPassword
from ..repositories import links, users
from ..values import LinkPurpose
from .links import ask_for_link, not_too_often, opened_by
from .people import add_user, check_password, fits, hash_of


def ask_to_register(*, email: str, password: str, display_name: str, origin: str = "") -> None:
    """Have a link mailed that opens the account; whoever has one already is told so by mail.

    What happens here is the same for both. Raises WeakPassword and RateLimited.
    """
    check_password(password)
    not_too_often("register", email, origin)
    ask_for_link(
        LinkPurpose.REGISTER, email=email, password_hash=hash_of(password), display_name=display_name
    )


def send_again(*, email: str, origin: str = "") -> None:
    """Have the mail that confirms this address sent again, if it is to be confirmed; raises RateLimited."""
    not_too_often("resend", email, origin)
    ask_for_link(LinkPurpose.SEND_AGAIN, email=email)


def complete_registration(*, token: str, password: str) -> User:
    """Open the account that was asked for, with the password that was chosen then.

    Only who asked knows it: nobody opens an account here for somebody else's password. Raises TokenExpired,
    WrongPassword, EmailTaken and RateLimited.
    """
    link = opened_by(token, LinkPurpose.REGISTER)
    limits.take("complete", str(link.pk))
    if not fits(link.password_hash, password):
        raise WrongPassword(
            "This is not the password that you chose. If you forgot it, register once more.", field="password"
        )
    return _open_account(link)


@transactional
def _open_account(link: MailedLink) -> User:
    links.take(link)
    user = User(email=link.email, password_hash=link.password_hash, display_name=link.display_name)
    user.verify_email(now())
    return add_user(user)


def vouch_for(*, email: str) -> User:
    """Confirm an address without a mail: that of an account, or of a registration that waits.

    For operators who know whose it is. Raises UserNotFound.
    """
    user = users.with_email(email.lower())
    if user is not None:
        user.verify_email(now())
        return users.save(user)
    waiting = links.waiting_registration(email.lower(), now())
    if waiting is None:
        raise UserNotFound(f"No account has the e-mail {email}, and no registration waits for it.")
    return _open_account(waiting)


@transactional
def verify_email(*, token: str) -> User:
    """Confirm the e-mail address of an account that exists; raises TokenExpired."""
    link = opened_by(token, LinkPurpose.VERIFY)
    links.take(link)
    user = users.get(link.user_id)
    user.verify_email(now())
    return users.save(user)

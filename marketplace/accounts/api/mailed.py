"""What begins with a mail, over JSON: an account, a new password, another e-mail address.

Every answer to an asking is the same whether or not there is an account with the address; the mail says.
"""

from __future__ import annotations

from typing import Any

from flask import request

from ...shared import access, identity
from ...shared.api import Problem
from ...shared.clients import origin_of
from .. import services
from ..documents import User
from ..schemas import (
    AskForMail,
    ChangeEmail,
    CompleteRegistration,
    MailSentSchema,
    Register,
    ResetPassword,
    UseLink,
    UserSchema,
)
from .blueprint import blueprint

LOOK = {"detail": "Look into your mail: what to do next is there."}

#: For the documentation of routes.
OFTEN = "Too many tries; Retry-After says when."
GONE = "The link is used or too old."


@blueprint.post("/users")
@blueprint.arguments(Register)
@blueprint.response(202, MailSentSchema)
@blueprint.alt_response(429, schema=Problem, description=OFTEN)
@access.everyone
def register(account: dict[str, Any]) -> dict[str, str]:
    """Ask for an account, which begins with the link in the mail."""
    services.ask_to_register(**account, origin=origin_of(request.remote_addr))
    return LOOK


@blueprint.post("/users/complete")
@blueprint.arguments(CompleteRegistration)
@blueprint.response(201, UserSchema)
@blueprint.alt_response(409, schema=Problem, description="There is an account with this e-mail already.")
@blueprint.alt_response(410, schema=Problem, description=GONE)
@blueprint.alt_response(429, schema=Problem, description=OFTEN)
@access.everyone
def complete_registration(asked: dict[str, Any]) -> User:
    """Open the account that was asked for, and sign in to it."""
    user = services.complete_registration(**asked)
    services.begin_session(user, asked["password"])
    return user


@blueprint.post("/email-verification/mail")
@blueprint.arguments(AskForMail)
@blueprint.response(202, MailSentSchema)
@blueprint.alt_response(429, schema=Problem, description=OFTEN)
@access.everyone
def send_again(asked: dict[str, Any]) -> dict[str, str]:
    """Have the mail that confirms an address sent again."""
    services.send_again(**asked, origin=origin_of(request.remote_addr))
    return LOOK


@blueprint.post("/email-verification")
@blueprint.arguments(UseLink)
@blueprint.response(204)
@blueprint.alt_response(410, schema=Problem, description=GONE)
@access.everyone
def verify_email(asked: dict[str, Any]) -> None:
    """Confirm the e-mail address of an account that exists already."""
    services.verify_email(**asked)


@blueprint.post("/password-reset/mail")
@blueprint.arguments(AskForMail)
@blueprint.response(202, MailSentSchema)
@blueprint.alt_response(429, schema=Problem, description=OFTEN)
@access.everyone
def ask_to_reset(asked: dict[str, Any]) -> dict[str, str]:
    """Have a link mailed that sets a new password."""
    services.ask_to_reset(**asked, origin=origin_of(request.remote_addr))
    return LOOK


@blueprint.post("/password-reset")
@blueprint.arguments(ResetPassword)
@blueprint.response(204)
@blueprint.alt_response(410, schema=Problem, description=GONE)
@access.everyone
def reset_password(asked: dict[str, Any]) -> None:
    """Set a new password, which ends all sessions."""
    services.reset_password(**asked)


@blueprint.post("/me/email")
@blueprint.arguments(ChangeEmail)
@blueprint.response(202, MailSentSchema)
@blueprint.alt_response(401, schema=Problem)
@blueprint.alt_response(429, schema=Problem, description=OFTEN)
@access.signed_in
def ask_to_change_email(asked: dict[str, Any]) -> dict[str, str]:
    """Have a link mailed to another address, which makes it your account's."""
    origin = origin_of(request.remote_addr)
    services.ask_to_change_email(user_id=identity.signed_in_user(), **asked, origin=origin)
    return LOOK


@blueprint.post("/email-change")
@blueprint.arguments(UseLink)
@blueprint.response(204)
@blueprint.alt_response(409, schema=Problem, description="There is an account with this e-mail already.")
@blueprint.alt_response(410, schema=Problem, description=GONE)
@access.everyone
def change_email(asked: dict[str, Any]) -> None:
    """Take the address that the link was mailed to."""
    services.change_email(**asked)

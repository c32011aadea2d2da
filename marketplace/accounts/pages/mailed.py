"""What begins with a mail, in the browser: an account, a new password, another e-mail address.

The link of a mail shows a page with a button and changes nothing by itself: programs that look through
mail open links as well.
"""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.clients import origin_of
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..schemas import AskForMail, CompleteRegistration, Register, ResetPassword
from ..values import LinkPurpose
from .blueprint import blueprint
from .people import after_sign_in


@blueprint.get("/register")
@access.everyone
def register() -> ResponseReturnValue:
    """The form to ask for an account."""
    return render_template("accounts/register.html", form=Form(), next=after_sign_in())


@blueprint.post("/register")
@access.everyone
def submit_register() -> ResponseReturnValue:
    """Ask for an account; what is next is in the mail, whoever has one."""
    form = Form.read(Register())
    if form.accepted_by(services.ask_to_register, origin=origin_of(request.remote_addr)):
        return redirect(url_for(".mail_sent"), 303)
    page = render_template("accounts/register.html", form=form, next=after_sign_in())
    return page, form.status, form.headers


@blueprint.get("/mail-sent")
@access.everyone
def mail_sent() -> ResponseReturnValue:
    """The page that asks to look into one's mail."""
    return render_template("accounts/mail_sent.html")


@blueprint.get("/register/complete")
@access.everyone
def complete_registration() -> ResponseReturnValue:
    """The page that a registration's link leads to."""
    token = _token(LinkPurpose.REGISTER)
    return render_template("accounts/complete.html", form=Form({"token": token}))


@blueprint.post("/register/complete")
@access.everyone
def submit_complete_registration() -> ResponseReturnValue:
    """Open the account and sign in to it."""
    form = Form.read(CompleteRegistration())
    password = str(form.data.get("password"))
    if form.accepted_by(services.complete_registration):
        services.begin_session(form.result, password)
        notify(f"Welcome, {form.result.display_name}.")
        return redirect(url_for(".account"), 303)
    return render_template("accounts/complete.html", form=form), form.status, form.headers


@blueprint.get("/verify/again")
@access.everyone
def send_again() -> ResponseReturnValue:
    """The form to have the mail sent again."""
    return render_template("accounts/ask_for_mail.html", form=Form(), what="again")


@blueprint.post("/verify/again")
@access.everyone
def submit_send_again() -> ResponseReturnValue:
    """Send the mail again."""
    form = Form.read(AskForMail())
    if form.accepted_by(services.send_again, origin=origin_of(request.remote_addr)):
        return redirect(url_for(".mail_sent"), 303)
    return render_template("accounts/ask_for_mail.html", form=form, what="again"), form.status, form.headers


@blueprint.get("/verify")
@access.everyone
def verify_email() -> ResponseReturnValue:
    """The page that the link to confirm an address leads to."""
    return render_template("accounts/use_link.html", token=_token(LinkPurpose.VERIFY), what="verify")


@blueprint.post("/verify")
@access.everyone
def submit_verify_email() -> ResponseReturnValue:
    """Confirm the address."""
    services.verify_email(token=request.form.get("token", ""))
    notify("Thank you, your e-mail address is confirmed.")
    return redirect(url_for(".account"), 303)


@blueprint.get("/forgot")
@access.everyone
def forgot() -> ResponseReturnValue:
    """The form for who forgot their password."""
    return render_template("accounts/ask_for_mail.html", form=Form(), what="forgot")


@blueprint.post("/forgot")
@access.everyone
def submit_forgot() -> ResponseReturnValue:
    """Send a link that sets a new password."""
    form = Form.read(AskForMail())
    if form.accepted_by(services.ask_to_reset, origin=origin_of(request.remote_addr)):
        return redirect(url_for(".mail_sent"), 303)
    return render_template("accounts/ask_for_mail.html", form=form, what="forgot"), form.status, form.headers


@blueprint.get("/reset")
@access.everyone
def reset_password() -> ResponseReturnValue:
    """The form for a new password."""
    return render_template("accounts/reset.html", form=Form({"token": _token(LinkPurpose.RESET)}))


@blueprint.post("/reset")
@access.everyone
def submit_reset_password() -> ResponseReturnValue:
    """Set the new password."""
    form = Form.read(ResetPassword())
    if form.accepted_by(services.reset_password):
        notify("Your password is changed. Sign in with the new one.")
        return redirect(url_for(".sign_in"), 303)
    return render_template("accounts/reset.html", form=form), form.status


@blueprint.get("/account/email/confirm")
@access.everyone
def change_email() -> ResponseReturnValue:
    """The page that the link to another address leads to."""
    return render_template("accounts/use_link.html", token=_token(LinkPurpose.CHANGE_EMAIL), what="change")


@blueprint.post("/account/email/confirm")
@access.everyone
def submit_change_email() -> ResponseReturnValue:
    """Take the other address."""
    user = services.change_email(token=request.form.get("token", ""))
    notify(f"Your e-mail address is {user.email} now.")
    return redirect(url_for(".account" if identity.user_id() else ".sign_in"), 303)


def _token(purpose: LinkPurpose) -> str:
    """The token in the address; raises TokenExpired when it opens nothing any more."""
    token = request.args.get("token", "")
    services.opened_by(token, purpose)
    return token

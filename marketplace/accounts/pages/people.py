"""Signing in, the profile, and where one is signed in."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, formats, identity
from ...shared.clients import origin_of
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import User
from ..repositories import users
from ..schemas import AccountForm, ChangeEmail, ChangePassword, KeepAddress, SignIn
from ..values import CURRENCIES, LOCALES
from .blueprint import blueprint


def who_is_here() -> dict[str, Any]:
    """The user for the header of every page; asks nothing for visitors."""
    return {"current_user": visitor(identity.user_id())}


def visitor(user_id: ObjectId | None) -> User | None:
    """Who is asking, looked up once for each request, which is answered in their locale from then on."""
    if "visitor" not in g:
        g.visitor = services.find_user(user_id) if user_id else None
        if g.visitor is not None:
            formats.prefer(g.visitor.locale)
    found: User | None = g.visitor
    return found


def after_sign_in() -> str:
    """Where the visitor wanted to go: a path on this site, never another site's address."""
    wanted = request.args.get("next", "")
    return wanted if is_local(wanted) else url_for("accounts_pages.account")


def is_local(wanted: str) -> bool:
    """Whether this is a path on this site, never another site's address."""
    return (
        wanted.isprintable() and wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    )


@blueprint.get("/signin")
@access.everyone
def sign_in() -> ResponseReturnValue:
    """The form to sign in."""
    return render_template("accounts/sign_in.html", form=Form(), next=after_sign_in())


@blueprint.post("/signin")
@access.everyone
def submit_sign_in() -> ResponseReturnValue:
    """Sign in and go on to where the visitor wanted to be."""
    form = Form.read(SignIn())
    if form.accepted_by(services.sign_in, origin=origin_of(request.remote_addr)):
        return redirect(after_sign_in(), 303)
    page = render_template("accounts/sign_in.html", form=form, next=after_sign_in())
    return page, form.status, form.headers


@blueprint.post("/signout")
@access.everyone
def sign_out() -> ResponseReturnValue:
    """End the session."""
    identity.sign_out()
    notify("You are signed out.", "info")
    return redirect("/", 303)


@blueprint.get("/account")
@access.signed_in
def account() -> ResponseReturnValue:
    """The profile with its addresses."""
    return _account_page(users.get(identity.signed_in_user()))


@blueprint.post("/account")
@access.signed_in
def submit_profile() -> ResponseReturnValue:
    """Change the name that others see, and what is kept besides."""
    user = users.get(identity.signed_in_user())
    form = Form.read(AccountForm())
    if form.accepted_by(services.edit_account, user_id=user.id):
        notify("Saved.")
        return redirect(url_for(".account"), 303)
    return _account_page(user, profile=form), form.status


@blueprint.post("/account/password")
@access.signed_in
def submit_password() -> ResponseReturnValue:
    """Set a new password."""
    user = users.get(identity.signed_in_user())
    form = Form.read(ChangePassword())
    if form.accepted_by(services.change_password, user_id=user.id):
        services.begin_session_anew(form.result)
        notify("Your password is changed, and you are signed out everywhere else.")
        return redirect(url_for(".account"), 303)
    return _account_page(user, password=form), form.status, form.headers


@blueprint.post("/account/email")
@access.signed_in
def submit_email() -> ResponseReturnValue:
    """Have a link mailed to another address."""
    user = users.get(identity.signed_in_user())
    form = Form.read(ChangeEmail())
    origin = origin_of(request.remote_addr)
    if form.accepted_by(services.ask_to_change_email, user_id=user.id, origin=origin):
        return redirect(url_for(".mail_sent"), 303)
    return _account_page(user, email=form), form.status, form.headers


@blueprint.post("/account/addresses")
@access.signed_in
def submit_address() -> ResponseReturnValue:
    """Put an address into the book."""
    user = users.get(identity.signed_in_user())
    form = Form.read(KeepAddress())
    if form.accepted_by(services.add_address, user_id=user.id):
        notify("Address saved.")
        return redirect(url_for(".account"), 303)
    return _account_page(user, address=form), form.status


@blueprint.post("/account/addresses/<object_id:address_id>/remove")
@access.signed_in
def remove_address(address_id: ObjectId) -> ResponseReturnValue:
    """Take an address out of the book."""
    services.remove_address(user_id=identity.signed_in_user(), address_id=address_id)
    notify("Address removed.")
    return redirect(url_for(".account"), 303)


@blueprint.get("/account/sessions")
@access.signed_in
def list_sessions() -> ResponseReturnValue:
    """Where the user is signed in."""
    return render_template("accounts/sessions.html", sessions=identity.active_sessions())


@blueprint.post("/account/sessions/<session_id>/end")
@access.signed_in
def end_session(session_id: str) -> ResponseReturnValue:
    """Sign out in one place, which may be this one."""
    if identity.end_session(session_id):
        notify("You are signed out.", "info")
        return redirect("/", 303)
    notify("Signed out there.")
    return redirect(url_for(".list_sessions"), 303)


@blueprint.post("/account/sessions/end-others")
@access.signed_in
def end_other_sessions() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    identity.end_other_sessions()
    notify("You are signed out everywhere else.")
    return redirect(url_for(".list_sessions"), 303)


def _account_page(user: User, **forms: Form) -> str:
    """The account with its forms: those that were just refused keep what was typed."""
    known = {name: getattr(user, name) or "" for name in ("display_name", "phone", "locale", "currency")}
    shown = {
        "profile": Form(known | {"marketing_consent": "1" if user.marketing_consent else ""}),
        "password": Form(),
        "address": Form(),
        "email": Form(),
    }
    return render_template(
        "accounts/account.html",
        user=user,
        locales=formats.locale_names(LOCALES),
        currencies=formats.currency_names(CURRENCIES, current_app.config["LOCALE"]),
        **shown | forms,
    )

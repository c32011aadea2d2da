"""Signing in, the profile, and where one is signed in."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..documents import User
from ..repositories import users
from ..schemas import ChangePassword, KeepAddress, Register, Rename, SignIn
from .blueprint import blueprint


def who_is_here() -> dict[str, Any]:
    """The user for the header of every page; asks nothing for visitors."""
    if "visitor" not in g:
        user_id = identity.user_id()
        g.visitor = services.find_user(user_id) if user_id else None
    return {"current_user": g.visitor}


def _after_sign_in() -> str:
    """Where the visitor wanted to go: a path on this site, never another site's address."""
    wanted = request.args.get("next", "")
    local = wanted.isprintable() and wanted.startswith("/") and not wanted.startswith("//")
    return wanted if local and "\\" not in wanted else url_for("accounts_pages.account")


@blueprint.get("/signin")
@access.everyone
def sign_in() -> ResponseReturnValue:
    """The form to sign in."""
    return render_template("accounts/sign_in.html", form=Form(), next=_after_sign_in())


@blueprint.post("/signin")
@access.everyone
def submit_sign_in() -> ResponseReturnValue:
    """Sign in and go on to where the visitor wanted to be."""
    form = Form.read(SignIn())
    if form.accepted_by(services.authenticate):
        identity.sign_in(form.result.id)
        return redirect(_after_sign_in(), 303)
    return render_template("accounts/sign_in.html", form=form, next=_after_sign_in()), form.status


@blueprint.post("/signout")
@access.everyone
def sign_out() -> ResponseReturnValue:
    """End the session."""
    identity.sign_out()
    notify("You are signed out.", "info")
    return redirect("/", 303)


@blueprint.get("/register")
@access.everyone
def register() -> ResponseReturnValue:
    """The form to open an account."""
    return render_template("accounts/register.html", form=Form(), next=_after_sign_in())


@blueprint.post("/register")
@access.everyone
def submit_register() -> ResponseReturnValue:
    """Open the account and sign in to it."""
    form = Form.read(Register())
    if form.accepted_by(services.register):
        identity.sign_in(form.result.id)
        notify(f"Welcome, {form.result.display_name}.")
        return redirect(_after_sign_in(), 303)
    return render_template("accounts/register.html", form=form, next=_after_sign_in()), form.status


@blueprint.get("/account")
@access.signed_in
def account() -> ResponseReturnValue:
    """The profile with its addresses."""
    user = users.get(identity.signed_in_user())
    return _account_page(user, profile=Form({"display_name": user.display_name}))


@blueprint.post("/account")
@access.signed_in
def submit_profile() -> ResponseReturnValue:
    """Change the name that others see."""
    user = users.get(identity.signed_in_user())
    form = Form.read(Rename())
    if form.accepted_by(services.rename, user_id=user.id):
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
        identity.sign_in_anew(user.id)
        notify("Your password is changed, and you are signed out everywhere else.")
        return redirect(url_for(".account"), 303)
    return _account_page(user, password=form), form.status


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


def _account_page(
    user: User, *, profile: Form | None = None, password: Form | None = None, address: Form | None = None
) -> str:
    return render_template(
        "accounts/account.html",
        user=user,
        profile=profile or Form({"display_name": user.display_name}),
        password=password or Form(),
        address=address or Form(),
    )

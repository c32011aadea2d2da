"""Accounts in the browser: signing in, the profile, and opening a shop."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..shared import identity
from ..shared.forms import Form
from ..shared.notices import notify
from . import services
from .documents import Shop, User
from .repositories import shops, users
from .schemas import ChangePassword, EditShop, KeepAddress, OpenShop, Register, RejectShop, Rename, SignIn
from .values import ShopStatus

blueprint = Blueprint("accounts_pages", __name__)


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
def sign_in() -> ResponseReturnValue:
    """The form to sign in."""
    return render_template("accounts/sign_in.html", form=Form(), next=_after_sign_in())


@blueprint.post("/signin")
def submit_sign_in() -> ResponseReturnValue:
    """Sign in and go on to where the visitor wanted to be."""
    form = Form.read(SignIn())
    if form.accepted_by(services.authenticate):
        identity.sign_in(form.result.id)
        return redirect(_after_sign_in(), 303)
    return render_template("accounts/sign_in.html", form=form, next=_after_sign_in()), form.status


@blueprint.post("/signout")
def sign_out() -> ResponseReturnValue:
    """End the session."""
    identity.sign_out()
    notify("You are signed out.", "info")
    return redirect("/", 303)


@blueprint.get("/register")
def register() -> ResponseReturnValue:
    """The form to open an account."""
    return render_template("accounts/register.html", form=Form(), next=_after_sign_in())


@blueprint.post("/register")
def submit_register() -> ResponseReturnValue:
    """Open the account and sign in to it."""
    form = Form.read(Register())
    if form.accepted_by(services.register):
        identity.sign_in(form.result.id)
        notify(f"Welcome, {form.result.display_name}.")
        return redirect(_after_sign_in(), 303)
    return render_template("accounts/register.html", form=form, next=_after_sign_in()), form.status


@blueprint.get("/account")
def account() -> ResponseReturnValue:
    """The profile with its addresses."""
    user = users.get(identity.signed_in_user())
    return _account_page(user, profile=Form({"display_name": user.display_name}))


@blueprint.post("/account")
def submit_profile() -> ResponseReturnValue:
    """Change the name that others see."""
    user = users.get(identity.signed_in_user())
    form = Form.read(Rename())
    if form.accepted_by(services.rename, user_id=user.id):
        notify("Saved.")
        return redirect(url_for(".account"), 303)
    return _account_page(user, profile=form), form.status


@blueprint.post("/account/password")
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
def submit_address() -> ResponseReturnValue:
    """Put an address into the book."""
    user = users.get(identity.signed_in_user())
    form = Form.read(KeepAddress())
    if form.accepted_by(services.add_address, user_id=user.id):
        notify("Address saved.")
        return redirect(url_for(".account"), 303)
    return _account_page(user, address=form), form.status


@blueprint.post("/account/addresses/<object_id:address_id>/remove")
def remove_address(address_id: ObjectId) -> ResponseReturnValue:
    """Take an address out of the book."""
    services.remove_address(user_id=identity.signed_in_user(), address_id=address_id)
    notify("Address removed.")
    return redirect(url_for(".account"), 303)


@blueprint.get("/account/sessions")
def list_sessions() -> ResponseReturnValue:
    """Where the user is signed in."""
    return render_template("accounts/sessions.html", sessions=identity.active_sessions())


@blueprint.post("/account/sessions/<session_id>/end")
def end_session(session_id: str) -> ResponseReturnValue:
    """Sign out in one place, which may be this one."""
    if identity.end_session(session_id):
        notify("You are signed out.", "info")
        return redirect("/", 303)
    notify("Signed out there.")
    return redirect(url_for(".list_sessions"), 303)


@blueprint.post("/account/sessions/end-others")
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


@blueprint.get("/sell")
def sell() -> ResponseReturnValue:
    """The user's shops, and the form to open one."""
    return _sell_page(Form())


@blueprint.post("/sell")
def submit_shop() -> ResponseReturnValue:
    """Open a shop."""
    form = Form.read(OpenShop())
    if form.accepted_by(
        services.open_shop,
        owner_id=identity.signed_in_user(),
        currency=current_app.config["CURRENCY"],
        approved=current_app.config["AUTO_APPROVE_SHOPS"],
    ):
        shop: Shop = form.result
        notify(
            f"{shop.name} is open." if shop.sells else f"{shop.name} now waits for a moderator's approval."
        )
        return redirect(url_for(".sell"), 303)
    return _sell_page(form), form.status


def _sell_page(form: Form) -> str:
    return render_template(
        "accounts/sell.html", shops=services.shops_of(identity.signed_in_user()), form=form
    )


@blueprint.get("/sell/<shop>/settings")
def shop_settings(shop: str) -> ResponseReturnValue:
    """The shop's profile and shipping terms."""
    found = services.own_shop(identity.signed_in_user(), shop)
    terms = found.shipping
    shown = {
        "name": found.name,
        "description": found.description,
        "shipping_price": str(terms.price.decimal),
        "free_over": str(terms.free_over.decimal) if terms.free_over else "",
        "handling_days": str(terms.handling_days),
    }
    return render_template("accounts/shop_settings.html", shop=found, form=Form(shown))


@blueprint.post("/sell/<shop>/settings")
def submit_shop_settings(shop: str) -> ResponseReturnValue:
    """Change the shop's profile and shipping terms."""
    owner_id = identity.signed_in_user()
    found = services.own_shop(owner_id, shop)
    form = Form.read(EditShop())
    if form.accepted_by(services.edit_shop, owner_id=owner_id, slug=shop):
        notify("Saved.")
        return redirect(url_for(".shop_settings", shop=shop), 303)
    return render_template("accounts/shop_settings.html", shop=found, form=form), form.status


@blueprint.post("/sell/<shop>/resubmit")
def resubmit_shop(shop: str) -> ResponseReturnValue:
    """Ask for review again."""
    services.resubmit_shop(owner_id=identity.signed_in_user(), slug=shop)
    notify("Sent to the moderators again.")
    return redirect(url_for(".sell"), 303)


@blueprint.get("/admin/shops")
def review_shops() -> ResponseReturnValue:
    """The shops that wait for a moderator."""
    services.require_moderator(identity.signed_in_user())
    return _review_page(Form(), refused=None)


@blueprint.post("/admin/shops/<shop>/approve")
def approve_shop(shop: str) -> ResponseReturnValue:
    """Let a shop sell."""
    approved = services.approve_shop(moderator_id=identity.signed_in_user(), slug=shop)
    notify(f"{approved.name} may sell now.")
    return redirect(url_for(".review_shops"), 303)


@blueprint.post("/admin/shops/<shop>/reject")
def reject_shop(shop: str) -> ResponseReturnValue:
    """Send a shop back with a reason."""
    form = Form.read(RejectShop())
    if form.accepted_by(services.reject_shop, moderator_id=identity.signed_in_user(), slug=shop):
        notify(f"{form.result.name} was sent back to its owner.")
        return redirect(url_for(".review_shops"), 303)
    services.require_moderator(identity.signed_in_user())
    return _review_page(form, refused=shop), form.status


def _review_page(form: Form, *, refused: str | None) -> str:
    waiting = shops.in_status(ShopStatus.PENDING_REVIEW, limit=100).items
    owners = services.find_users(shop.owner_id for shop in waiting)
    return render_template(
        "accounts/review_shops.html", shops=waiting, owners=owners, form=form, refused=refused
    )

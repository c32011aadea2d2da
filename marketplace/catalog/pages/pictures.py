"""The pictures of a listing: each thing that its seller does with them is a form of its own."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from ...accounts import services as accounts
from ...shared import access, http, identity, uploads
from ...shared.errors import Invalid, MarketplaceError
from ...shared.notices import notify
from ...shared.problems import status_of
from ..documents import Product
from ..repositories import products
from ..services import pictures
from ..services.pictures import LARGEST_REQUEST, TOO_MUCH, Outcome, Sent
from ..values import LONGEST_ALT, MOST_PICTURES
from .blueprint import blueprint
from .media import image

_AT = "/sell/<shop>/listings/<object_id:product_id>/pictures"


@blueprint.get(_AT)
@access.seller("read:products")
def show_pictures(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """The pictures of a listing, on a page of their own."""
    found = _own(shop)
    return _page(found, products.of_shop(found.id, product_id))


@blueprint.post(_AT)
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.seller("write:products")
def upload_pictures(shop: str, product_id: ObjectId) -> ResponseReturnValue:
    """Add what was chosen; what is refused is named, beside what is added."""
    found = _own(shop)
    files = [_sent(file) for file in request.files.getlist("files") if file.filename][:MOST_PICTURES]
    product, outcomes = pictures.upload(
        shop_id=found.id, product_id=product_id, files=files, decoded=http.renew_deadline
    )
    refused = [one for one in outcomes if one.error is not None]
    if refused or not outcomes:
        return _page(found, product, refused, added=len(outcomes) - len(refused)), _status(refused)
    return _back(shop, product_id, _added(len(outcomes)))


@blueprint.post(f"{_AT}/<file>/describe")
@access.seller("write:products")
def describe_picture(shop: str, product_id: ObjectId, file: str) -> ResponseReturnValue:
    """Say what a picture shows."""
    found, alt = _own(shop), " ".join(request.form.get("alt", "").split())
    try:
        pictures.describe_picture(shop_id=found.id, product_id=product_id, file=file, alt=alt)
    except MarketplaceError as error:
        if not error.field:
            raise
        product = products.of_shop(found.id, product_id)
        return _page(found, product, wrong={file: (alt, str(error))}), status_of(error)
    return _back(shop, product_id, "Saved.")


@blueprint.post(f"{_AT}/<file>/<any(first,earlier,later):way>")
@access.seller("write:products")
def move_picture(shop: str, product_id: ObjectId, file: str, way: str) -> ResponseReturnValue:
    """Show a picture first, or one place earlier or later."""
    found = _own(shop)
    product = products.of_shop(found.id, product_id)
    place = product.pictures.index(product.picture(file))
    position = {"first": 0, "earlier": max(0, place - 1), "later": place + 1}[way]
    pictures.move_picture(shop_id=found.id, product_id=product_id, file=file, position=position)
    return _back(shop, product_id, "Moved.")


@blueprint.post(f"{_AT}/<file>/remove")
@access.seller("write:products")
def remove_picture(shop: str, product_id: ObjectId, file: str) -> ResponseReturnValue:
    """Show a picture no more."""
    found = _own(shop)
    try:
        pictures.remove_picture(shop_id=found.id, product_id=product_id, file=file)
    except Invalid as error:
        return _back(shop, product_id, str(error), "warning")
    return _back(shop, product_id, "The picture is removed.")


def shown(product: Product | None) -> dict[str, Any]:
    """What the template catalog/_pictures.html reads, beside the shop and the product."""
    return {
        "pictures": [image(one) for one in product.pictures] if product else [],
        "refused_files": [],
        "added_files": "",
        "wrong_alt": {},
        "most_pictures": MOST_PICTURES,
        "longest_alt": LONGEST_ALT,
    }


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _sent(file: FileStorage) -> Sent:
    return Sent(file.filename or "", lambda: file.stream.read(pictures.LARGEST_FILE + 1))


def _status(refused: list[Outcome]) -> int:
    return next((status_of(one.error) for one in refused if one.error), 422)


def _added(count: int) -> str:
    return "The picture is added." if count == 1 else f"{count} pictures are added."


def _back(shop: str, product_id: ObjectId, sentence: str, kind: str = "success") -> ResponseReturnValue:
    notify(sentence, kind)
    editor = url_for("catalog_pages.edit_listing", shop=shop, product_id=product_id, _anchor="pictures")
    return redirect(editor, 303)


def _page(
    shop: Any,
    product: Product,
    refused: list[Outcome] | None = None,
    *,
    added: int = 0,
    wrong: dict[str, tuple[str, str]] | None = None,
) -> str:
    """The page with what went wrong; `wrong` are descriptions as they were typed, by file."""
    told = [(one.name, str(one.error)) for one in refused or []]
    if refused == [] and not wrong:
        told = [("", "Choose one or more pictures first, then upload them.")]
    more = {"refused_files": told, "added_files": _added(added) if added else "", "wrong_alt": wrong or {}}
    return render_template("catalog/pictures.html", shop=shop, product=product, **shown(product) | more)

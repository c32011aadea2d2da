"""The pictures of a listing over JSON."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from werkzeug.datastructures import FileStorage

from ...accounts import services as accounts
from ...shared import access, http, identity, uploads
from ...shared.api import Problem
from ...shared.problems import status_of
from ..documents import Product
from ..schemas.pictures import ChangePicture, PicturesSchema, UploadedSchema, UploadPictures
from ..services import pictures
from ..services.pictures import LARGEST_REQUEST, TOO_MUCH, Outcome, Sent
from .blueprint import seller_blueprint


@seller_blueprint.post("/<object_id:product_id>/pictures")
@seller_blueprint.arguments(UploadPictures, location="files", content_type="multipart/form-data")
@seller_blueprint.response(201, UploadedSchema)
@seller_blueprint.alt_response(
    207, schema=UploadedSchema, description="Some files were refused; the others are added.", success=True
)
@seller_blueprint.alt_response(404, schema=Problem)
@seller_blueprint.alt_response(409, schema=Problem, description="The listing has as many as it may have.")
@seller_blueprint.alt_response(413, schema=Problem, description="A file or its picture is too large.")
@seller_blueprint.alt_response(422, schema=Problem, description="No picture that can be shown.")
@uploads.takes(LARGEST_REQUEST, TOO_MUCH)
@access.seller("write:products")
def add_pictures(sent: dict[str, Any], shop: str, product_id: ObjectId) -> tuple[dict[str, Any], int]:
    """Add pictures; a file that the listing shows already stays where it is. All refused is a problem."""
    files = [_sent(file) for file in sent["files"]]
    product, outcomes = pictures.upload(
        shop_id=_own(shop).id, product_id=product_id, files=files, decoded=http.renew_deadline
    )
    refused = [one.error for one in outcomes if one.error is not None]
    if len(refused) == len(outcomes):
        refused[0].details |= {"files": [_told(one) for one in outcomes]}
        raise refused[0]
    return _shown(product) | {"data": [_told(one) for one in outcomes]}, 207 if refused else 201


@seller_blueprint.patch("/<object_id:product_id>/pictures/<string:file>")
@seller_blueprint.arguments(ChangePicture)
@seller_blueprint.response(200, PicturesSchema)
@seller_blueprint.alt_response(404, schema=Problem)
@access.seller("write:products")
def change_picture(asked: dict[str, Any], shop: str, product_id: ObjectId, file: str) -> dict[str, Any]:
    """Say what a picture shows, or move it to another place."""
    where = {"shop_id": _own(shop).id, "product_id": product_id, "file": file}
    if "alt" in asked:
        product = pictures.describe_picture(**where, alt=asked["alt"] or "")
    if "position" in asked:
        product = pictures.move_picture(**where, position=asked["position"])
    return _shown(product)


@seller_blueprint.delete("/<object_id:product_id>/pictures/<string:file>")
@seller_blueprint.response(200, PicturesSchema)
@seller_blueprint.alt_response(404, schema=Problem, description="There is no such listing.")
@access.seller("write:products")
def remove_picture(shop: str, product_id: ObjectId, file: str) -> dict[str, Any]:
    """Show a picture no more; one that is gone already is no mistake."""
    return _shown(pictures.remove_picture(shop_id=_own(shop).id, product_id=product_id, file=file))


def _own(shop: str) -> Any:
    return accounts.own_shop(identity.signed_in_user(), shop)


def _sent(file: FileStorage) -> Sent:
    return Sent(file.filename or "", lambda: file.stream.read(pictures.LARGEST_FILE + 1))


def _shown(product: Product) -> dict[str, Any]:
    return {"pictures": product.pictures, "version": product.version}


def _told(outcome: Outcome) -> dict[str, Any]:
    error = outcome.error
    return {
        "name": outcome.name,
        "picture": outcome.picture,
        "error": error and {"code": error.code, "status": status_of(error), "detail": str(error)},
    }

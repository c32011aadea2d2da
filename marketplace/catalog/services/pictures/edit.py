"""What a seller does with the pictures of a listing.

None of it asks for the listing's version: each step means the same whatever else was saved meanwhile, and
is tried again when somebody saves at the same moment. The version goes up all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bson import ObjectId

from ....shared.clock import now
from ....shared.errors import VersionConflict
from ....shared.transactions import transactional
from ...documents import Product
from ...repositories import products, uploads
from ...values import Picture
from .. import publishing
from ..shop_states import editable_shop
from .keep import STAYS

#: How often a step is taken again after somebody else saved the listing meanwhile.
ATTEMPTS = 5


def add_picture(*, shop_id: ObjectId, product_id: ObjectId, picture: Picture, alt: str = "") -> Product:
    """The listing with another picture behind the others; one that it shows already stays where it is.

    Raises ProductNotFound, TooManyPictures, and Invalid for a description that is too long.
    """
    shown = replace(picture, alt=alt)
    return _changed(shop_id, product_id, lambda product: product.add_picture(shown))


def describe_picture(*, shop_id: ObjectId, product_id: ObjectId, file: str, alt: str) -> Product:
    """The listing with a picture that is described like this; raises PictureNotFound and Invalid."""
    return _changed(shop_id, product_id, lambda product: product.describe_picture(file, alt))


def move_picture(*, shop_id: ObjectId, product_id: ObjectId, file: str, position: int) -> Product:
    """The listing with a picture at this place, 0 being the first; raises PictureNotFound."""
    return _changed(shop_id, product_id, lambda product: product.move_picture(file, position))


def remove_picture(*, shop_id: ObjectId, product_id: ObjectId, file: str) -> Product:
    """The listing without a picture; again changes nothing. Its files go a day later, if unused.

    Raises Invalid for one that a listing on sale needs.
    """

    def remove(product: Product) -> None:
        gone = [one for one in product.pictures if one.file == file]
        lacked = publishing.missing(product)
        product.remove_picture(file)
        publishing.check_loss(product, lacked)
        for picture in gone:
            uploads.look_at(picture.stem, now() + STAYS)

    return _changed(shop_id, product_id, remove)


def _changed(shop_id: ObjectId, product_id: ObjectId, change: Callable[[Product], None]) -> Product:
    """The listing after the change, made of what is stored at that moment."""
    for _ in range(ATTEMPTS - 1):
        try:
            return _change(shop_id, product_id, change)
        except VersionConflict:
            continue
    return _change(shop_id, product_id, change)


@transactional
def _change(shop_id: ObjectId, product_id: ObjectId, change: Callable[[Product], None]) -> Product:
    editable_shop(shop_id)
    product = products.of_shop(shop_id, product_id)
    before = list(product.pictures)
    change(product)
    return product if product.pictures == before else products.save(product)

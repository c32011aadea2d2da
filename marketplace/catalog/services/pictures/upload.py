"""Adding what somebody sent to a listing, file by file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bson import ObjectId

from ....shared.errors import MarketplaceError
from ....shared.values import is_plain
from ...documents import Product
from ...repositories import products
from ...values import Picture
from ..shop_states import editable_shop
from .edit import add_picture
from .keep import keep
from .pipeline import derive

#: The most that may be sent at once, in bytes: some photos of a phone, or three of the largest.
LARGEST_REQUEST = 32 * 2**20

TOO_MUCH = "A picture has at most 10 MB, and all that are sent at once 32 MB. Send fewer, or smaller ones."


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: what its sender calls it, and what reads it when its turn comes."""

    name: str
    read: Callable[[], bytes]

    @property
    def shown_name(self) -> str:
        """The name without the folders that it claims to be in, as far as it can be shown."""
        name = re.split(r"[\\/]", self.name)[-1].strip()[-100:]
        return name if name and is_plain(name) else "file"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file: a picture of the listing, or why not."""

    name: str
    picture: Picture | None = None
    error: MarketplaceError | None = None


def upload(
    *,
    shop_id: ObjectId,
    product_id: ObjectId,
    files: Iterable[Sent],
    decoded: Callable[[], None] = lambda: None,
) -> tuple[Product, list[Outcome]]:
    """The listing with the pictures that could be added, and what became of each file, in their order.

    One file is in memory at a time. `decoded` is called after each was decoded, which may take a second or
    two. Raises ProductNotFound and ShopNotActive.
    """
    editable_shop(shop_id)
    product = products.of_shop(shop_id, product_id)
    outcomes = []
    for file in files:
        try:
            product, picture = _add(product, file, decoded)
        except MarketplaceError as error:
            outcomes.append(Outcome(file.shown_name, error=error))
        else:
            outcomes.append(Outcome(file.shown_name, picture=picture))
    return product, outcomes


def _add(product: Product, file: Sent, decoded: Callable[[], None]) -> tuple[Product, Picture]:
    made = derive(file.read())
    decoded()
    picture = keep(made)
    changed = add_picture(shop_id=product.shop_id, product_id=product.pk, picture=picture)
    return changed, changed.picture(picture.file)

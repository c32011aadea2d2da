"""The tokens that lists are filtered and counted by, and the order by stars.

A product has one array of them: `cat:<id>` for its category and all above it, `shop:<id>`,
`<attribute>:<option>` for its facts, `stock:1` while something of it can be bought, and `rating:4`,
`rating:3` … for at least so many stars on average. One array, because MongoDB indexes no two together.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from bson import ObjectId

#: Something of the product can be bought now.
IN_STOCK = "stock:1"

#: The stars at which lists can be cut.
STARS = (4, 3, 2, 1)

#: What a product without reviews is taken to have, as long as there are none anywhere.
NO_MEAN = 3.5

#: As many reviews of the mean are added to a product's own, so that a single one says little.
WEIGHT = 5

#: What the code of an attribute looks like in a token.
ATTRIBUTE_CODE = r"[a-z][a-z0-9_]{0,39}"

#: Beginnings of tokens that are no attribute's.
RESERVED = frozenset({"cat", "shop", "stock", "rating"})

#: Tokens that follow from other documents, and change beside the product's version.
_LIVING = ("stock:", "rating:")

_FIRST, _SECOND = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "abcdefghijklmnopqrstuvwxyz"


def category_token(category_id: ObjectId) -> str:
    """Of a category, for what is filed in it and below it."""
    return f"cat:{category_id}"


def shop_token(shop_id: ObjectId) -> str:
    """Of a shop."""
    return f"shop:{shop_id}"


def rating_tokens(stars: float | None) -> list[str]:
    """For a mean of so many stars: `rating:3`, `rating:2`, `rating:1` for 3.9."""
    return [f"rating:{one}" for one in STARS if stars is not None and stars >= one]


def attribute_of(token: str) -> str | None:
    """The code of the attribute whose token it is; None for the others."""
    code = token.partition(":")[0]
    return None if code in RESERVED else code


def is_living(token: str) -> bool:
    """Whether the token follows from stock or reviews, and not from the product alone."""
    return token.startswith(_LIVING)


@lru_cache(maxsize=8192)
def code_of(token: str) -> str:
    """Two characters that stand for the token; about one in 900 others has the same.

    The first is a capital or a digit and the second a small letter, so that a code in a row of codes is
    found where it begins only.
    """
    number = int.from_bytes(hashlib.blake2b(token.encode(), digest_size=4).digest(), "big")
    return _FIRST[number % len(_FIRST)] + _SECOND[number // len(_FIRST) % len(_SECOND)]


def codes_of(tokens: Iterable[str]) -> str:
    """The codes of all the tokens in one short text, which an index can hold beside what it sorts by."""
    return "".join(sorted({code_of(token) for token in tokens}))


def stars_of(rating: Any) -> tuple[int, int]:
    """How many reviews there are and the sum of their stars: of a rating, stored or not, or of none."""
    if rating is None:
        return 0, 0
    if isinstance(rating, Mapping):
        return int(rating.get("n") or 0), int(rating.get("sum") or 0)
    return int(rating.n), int(rating.sum)


def ranked_by_stars(count: int, total: int, mean: float) -> float:
    """The stars to sort by: the product's own and `WEIGHT` of the marketplace's mean, on average."""
    return round((WEIGHT * mean + total) / (WEIGHT + count), 4)

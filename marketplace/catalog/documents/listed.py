"""What a product keeps for the lists that it stands in: its tokens, and its rank by stars."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..values import spec_tokens
from ..values.tokens import (
    IN_STOCK,
    attribute_of,
    category_token,
    codes_of,
    is_living,
    ranked_by_stars,
    rating_tokens,
    shop_token,
    stars_of,
)


def follow(product: Any) -> None:
    """Write down the tokens and the rank of a product; whether it is in stock stays as it is."""
    places = [*map(category_token, product.category_ids), shop_token(product.shop_id)]
    stars = stars_of(getattr(product, "rating", None))
    facts = [token for token in spec_tokens(product) if attribute_of(token)]
    product.f = arranged([*places, *facts], IN_STOCK in product.f, stars)
    product.f_codes = codes_of(product.f)
    product.rank_rating = ranked_by_stars(*stars, product.rank_mean)


def arranged(own: Iterable[str], in_stock: bool, stars: tuple[int, int]) -> list[str]:
    """A product's tokens in their order: its own ones, then those that follow from stock and reviews."""
    count, total = stars
    kept = [token for token in dict.fromkeys(own) if not is_living(token)]
    living = [IN_STOCK] if in_stock else []
    return [*kept, *living, *rating_tokens(total / count if count else None)]

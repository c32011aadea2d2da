"""Lists between two prices are counted in their index alone.

A price means nothing without its currency, so each product between two prices was read to know it. The
indexes by price hold it from here on, behind what they had; those without it go with `0021_counts_before`.
"""

from __future__ import annotations

from marketplace.operations.migrations.steps import index

phase = "expand"

depends_on = ("0010_lists",)

#: What each index is entered by, before the price.
ENTERED_BY = {"f": ("f",), "all": (), "branch": ("category_id",), "within_shop": ("shop_id",)}


def _keys(place: str) -> dict[str, int]:
    codes = () if place == "f" else ("f_codes",)
    return dict.fromkeys(("visible", *ENTERED_BY[place], "price_min", "_id", *codes, "currency"), 1)


steps = [index.create("products", f"{place}_priced", _keys(place)) for place in ENTERED_BY]

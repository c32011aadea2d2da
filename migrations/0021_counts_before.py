"""The indexes by price that hold no currency go: `0020_counts` made others, and nobody reads by these."""

from __future__ import annotations

from marketplace.operations.migrations.steps import index

phase = "contract"

depends_on = ("0020_counts",)

#: Why each of them may go unhidden.
REPLACED = {"visible-index": "0020_counts made one that begins with the same fields"}

steps = [
    index.drop("products", f"{place}_price", safe=REPLACED) for place in ("f", "all", "branch", "within_shop")
]

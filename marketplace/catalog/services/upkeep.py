"""Keeping what lists read of products right, whatever was broken off: a slow walk through all of them."""

from __future__ import annotations

from ..repositories import figures, tokens
from ..values.tokens import NO_MEAN

#: How many products are looked at in one step.
STEP = 2000

#: The mean of all stars has to move so far before products are ranked anew.
DRIFT = 0.05


def walk_on(limit: int = STEP) -> int:
    """Bring the tokens and ranks of the next products in line; how many changes that took.

    Goes on where the last step ended, and begins again at the end.
    """
    passed = tokens.after(figures.walked_to(), limit)
    changed = tokens.follow(passed, mean=figures.mean_of_stars())
    figures.walk_to(passed[-1] if len(passed) == limit else None)
    return changed


def follow_all() -> int:
    """Bring all products in line at once; how many changes that took."""
    figures.walk_to(None)
    changed = walk_on()
    while figures.walked_to() is not None:
        changed += walk_on()
    return changed


def refresh_mean() -> float:
    """The mean of all stars to rank by: worked out anew, and kept unless it moved noticeably."""
    count, total = tokens.rated()
    mean, before = round(total / count, 2) if count else NO_MEAN, figures.mean_of_stars()
    if abs(mean - before) < DRIFT:
        return before
    figures.put_mean_of_stars(mean)
    return mean

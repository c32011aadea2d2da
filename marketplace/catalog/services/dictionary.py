"""The search's dictionary and synonyms, as those who run the marketplace keep them."""

from __future__ import annotations

from collections.abc import Sequence

from bson import ObjectId
from flask import current_app
from mongoengine import NotUniqueError

from ...accounts import services as accounts
from ...shared.paging import Page, Position
from ...shared.transactions import transactional
from .. import search
from ..documents import SynonymSet
from ..errors import SynonymsTaken, TooManySynonyms
from ..repositories import dictionary, products, synonyms
from ..repositories.search_terms import MOST_SETS
from ..values.synonyms import SYNONYMS


def rebuild_dictionary() -> int:
    """Make the dictionary anew from the whole catalogue; how many entries it has.

    The first time it comes with the synonyms that most shops want.
    """
    if not dictionary.state().get("synonyms"):
        add_common_synonyms()
    return search.rebuild(current_app.config["SEARCH_LANGUAGE"])


def rewrite_search() -> int:
    """Work out anew what the search finds each product by, after its rules changed; how many differed."""
    return products.rewrite_search()


def follow_catalogue() -> int:
    """Let the dictionary know the words of listings that were changed since it was looked at last."""
    return search.follow(current_app.config["SEARCH_LANGUAGE"])


def synonym_sets(*, moderator_id: ObjectId, at: Position | None, limit: int) -> Page[SynonymSet]:
    """The sets of synonyms by their terms; raises accounts' error for who is no moderator."""
    accounts.require_moderator(moderator_id)
    return synonyms.listed(at=at, limit=limit)


@transactional
def add_synonyms(*, moderator_id: ObjectId, terms: Sequence[str], one_way: bool = False) -> SynonymSet:
    """Let these terms find the same, or, one-way, let the first also find what the others do.

    In force with the next search of every process. Raises Invalid, SynonymsTaken and TooManySynonyms.
    """
    accounts.require_moderator(moderator_id)
    return _add(terms, one_way)


@transactional
def edit_synonyms(
    *, moderator_id: ObjectId, set_id: ObjectId, terms: Sequence[str], one_way: bool = False
) -> SynonymSet:
    """The set with other terms; raises SynonymsNotFound, Invalid and SynonymsTaken."""
    accounts.require_moderator(moderator_id)
    found = synonyms.get(set_id)
    found.say(list(terms), one_way=one_way)
    try:
        synonyms.save(found)
    except NotUniqueError:
        raise _taken() from None
    dictionary.synonyms_changed()
    return found


@transactional
def remove_synonyms(*, moderator_id: ObjectId, set_id: ObjectId) -> None:
    """Forget a set; raises SynonymsNotFound."""
    accounts.require_moderator(moderator_id)
    synonyms.remove(synonyms.get(set_id))
    dictionary.synonyms_changed()


@transactional
def add_common_synonyms() -> int:
    """Add the sets that most shops want to a marketplace that has none; how many were added."""
    if synonyms.all().limit(1).count(with_limit_and_skip=True):
        return 0
    for terms in SYNONYMS:
        _add(terms, one_way=False)
    return len(SYNONYMS)


def _add(terms: Sequence[str], one_way: bool) -> SynonymSet:
    if synonyms.all().count() >= MOST_SETS:
        raise TooManySynonyms(f"No more than {MOST_SETS:,} sets are kept. Remove one first.")
    made = SynonymSet()
    made.say(list(terms), one_way=one_way)
    try:
        synonyms.add(made)
    except NotUniqueError:
        raise _taken() from None
    dictionary.synonyms_changed()
    return made


def _taken() -> SynonymsTaken:
    return SynonymsTaken("There is a set with these terms already.", field="terms")

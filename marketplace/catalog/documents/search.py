"""What the search keeps: the dictionary of the catalogue's own terms, and the operator's synonyms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from mongoengine import (
    BooleanField,
    DateTimeField,
    IntField,
    ListField,
    StringField,
)
from mongoengine.base import BaseField

from ...shared.clock import now
from ...shared.documents import Aggregate, IdOf, Stored
from ...shared.errors import Invalid
from ..values.words import compounds, fold
from .fields import PlainText

#: The most ways to say a thing in one set of synonyms, and the most words of each.
MOST_TERMS, MOST_WORDS = 12, 4


class DerivedField(BaseField):
    """A field that follows from others and is written and read as it is, without being checked."""

    def validate(self, value: Any, clean: bool = True) -> None:
        """Take what was worked out."""

    def lookup_member(self, name: str) -> DerivedField:
        """A part of it, which an index is made of."""
        return DerivedField(db_field=name)

    if TYPE_CHECKING:

        def __get__(self, instance: Any, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: Any) -> None: ...


class SearchTerm(Stored):
    """An entry of the dictionary, made from the catalogue and never by hand.

    A word or a phrase of titles, a category, a shop or a product. `key` is the folded text, `count` says how
    many products have it, `stems` those of its words, of a category the last of its name, `prefixes` how it
    begins, and `deletes` what is left of it without a letter or two. `category_id` is where most of its
    products are, and `share` how many of a hundred.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "search_terms",
        "indexes": [
            # The words of a query as they were typed, and joined to one or cut in two.
            {"fields": ["key"], "name": "key"},
            # All forms of the words of a query, and the categories that are named by them.
            {"fields": ["stems"], "name": "stems"},
            # What a misspelt word may stand for.
            {"fields": ["deletes"], "name": "deletes"},
            # Suggestions while somebody types, the most frequent first.
            {"fields": ["prefixes", "-count", "_id"], "name": "prefixes"},
        ],
    }

    id = StringField(primary_key=True)
    kind = StringField(required=True)
    key = StringField(required=True)
    text = StringField(required=True)
    count = IntField(required=True, min_value=0)
    stems = ListField(StringField())
    prefixes = ListField(StringField())
    deletes = ListField(StringField())
    parts = StringField()
    brand = BooleanField()
    category_id = IdOf("categories", may_dangle="The dictionary follows the catalogue from time to time.")
    share = IntField(min_value=0, max_value=100)
    slug = StringField()
    build = StringField(required=True)


class SearchState(Stored):
    """The one document about the whole dictionary: how many products it was made of, and what changed when.

    `synonyms` counts the changes of the synonyms, so that every process sees that there was one.
    """

    meta: ClassVar[dict[str, Any]] = {"collection": "search_state"}

    id = StringField(primary_key=True)
    products = IntField(required=True, default=0)
    synonyms = IntField(required=True, default=0)
    build = StringField()
    built_at = DateTimeField()
    followed_at = DateTimeField()


class SynonymSet(Aggregate):
    """Words that mean the same to a search, or, one-way, what else the first of them also finds.

    Protects: two or more different terms that have words, none longer than four of them.
    """

    meta: ClassVar[dict[str, Any]] = {
        "collection": "synonym_sets",
        "indexes": [
            # The operator's list, and no two sets about the same terms.
            {"fields": ["key"], "name": "key", "unique": True},
        ],
    }

    terms = ListField(PlainText(min_length=1, max_length=60), required=True, max_length=MOST_TERMS)
    one_way = BooleanField(required=True, default=False)
    key = StringField(required=True)
    updated_at = DateTimeField(required=True, default=now)

    def say(self, terms: list[str], *, one_way: bool) -> None:
        """Say which terms belong together; raises Invalid."""
        words = [" ".join(" ".join(parts) for parts in compounds(fold(term))) for term in terms]
        if not all(words):
            raise Invalid("Each term needs a letter or a digit.", field="terms")
        if any(len(one.split()) > MOST_WORDS for one in words):
            raise Invalid(f"A term has {MOST_WORDS} words at most.", field="terms")
        different = list(dict.fromkeys(words))
        if not 2 <= len(different) <= MOST_TERMS:
            raise Invalid(f"Give 2 to {MOST_TERMS} different terms.", field="terms")
        self.terms, self.one_way = different, one_way
        self.key = " ".join((">" if one_way else "=", *(different if one_way else sorted(different))))[:500]

    def clean(self) -> None:
        """Note when it was changed."""
        self.updated_at = now()

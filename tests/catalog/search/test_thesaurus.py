from __future__ import annotations

import pytest

from marketplace.catalog.documents import SynonymSet
from marketplace.catalog.search.thesaurus import MOST_ALTERNATIVES, Thesaurus
from marketplace.catalog.values.synonyms import SYNONYMS
from marketplace.shared.errors import Invalid


def others(thesaurus: Thesaurus, *stems: str) -> list[tuple[str, ...]]:
    return thesaurus.others(stems)


def test_synonyms_go_both_ways():
    thesaurus = Thesaurus.of([(["laptop", "notebook"], False)], "english")

    assert others(thesaurus, "laptop") == [("notebook",)]
    assert others(thesaurus, "notebook") == [("laptop",)]


def test_one_way_the_first_finds_the_others_alone():
    thesaurus = Thesaurus.of([(["tablet", "ipad"], True)], "english")

    assert (others(thesaurus, "tablet"), others(thesaurus, "ipad")) == ([("ipad",)], [])


def test_synonyms_of_synonyms_are_not_followed():
    thesaurus = Thesaurus.of([(["sofa", "couch"], False), (["couch", "settee"], False)], "english")

    assert others(thesaurus, "sofa") == [("couch",)]


def test_a_term_has_a_few_alternatives_at_most():
    sets = [(["mug", f"word{number}"], False) for number in range(20)]

    assert len(others(Thesaurus.of(sets, "english"), "mug")) == MOST_ALTERNATIVES


@pytest.mark.parametrize(
    "terms",
    [
        ["laptop"],
        ["laptop", "Laptop"],
        ["laptop", "?!"],
        [],
        ["a b c d e", "x"],
        [f"w{n}" for n in range(13)],
    ],
)
def test_a_set_has_two_to_twelve_different_terms_with_words(terms):
    with pytest.raises(Invalid):
        SynonymSet().say(terms, one_way=False)


def test_two_way_sets_are_the_same_in_any_order():
    one, other = SynonymSet(), SynonymSet()
    one.say(["TV", "television"], one_way=False)
    other.say(["Television", "tv"], one_way=False)

    assert one.key == other.key


@pytest.mark.parametrize("terms", SYNONYMS)
def test_the_synonyms_that_come_along_are_a_set(terms):
    made = SynonymSet()
    made.say(list(terms), one_way=False)

    made.validate()

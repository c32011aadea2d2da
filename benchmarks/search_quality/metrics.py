"""The figures of a search run, as the field defines them.

nDCG@10 weighs what stands where: the gain of a product is 2^label - 1, shared by the logarithm of its
place, and the sum is put in proportion to the best order of all judged products (Järvelin and Kekäläinen,
2002). A product that nobody judged gains nothing; "judged only" leaves such products out of the list
first. Queries without a relevant product count in the share of empty answers alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import fmean

#: From which label on a product is relevant.
RELEVANT = 2

#: How many places nDCG looks at.
DEPTH = 10

Labels = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Quality:
    """The means over all queries that have a relevant product, and the share of empty answers over all."""

    ndcg: float
    ndcg_judged: float
    judged: float
    recall_10: float
    recall_50: float
    empty: float
    queries: int
    scored: int

    def rounded(self) -> dict[str, float]:
        """Each figure by name, to four places."""
        return {field.name: round(getattr(self, field.name), 4) for field in fields(self)}


def quality(judgements: Mapping[str, Labels], answers: Mapping[str, Sequence[str]]) -> Quality:
    """The figures of the answers, product ids best first, to the queries that were judged."""
    scored = [
        (labels, list(dict.fromkeys(answers[query])))
        for query, labels in judgements.items()
        if relevant(labels)
    ]
    if not scored:
        raise ValueError("No query has a relevant product.")
    return Quality(
        ndcg=fmean(ndcg(labels, found) for labels, found in scored),
        ndcg_judged=fmean(ndcg(labels, [one for one in found if one in labels]) for labels, found in scored),
        judged=fmean(
            sum(one in labels for one in found[:DEPTH]) / (len(found[:DEPTH]) or 1)
            for labels, found in scored
        ),
        recall_10=fmean(recall(labels, found[:10]) for labels, found in scored),
        recall_50=fmean(recall(labels, found[:50]) for labels, found in scored),
        empty=fmean(not answers[query] for query in judgements),
        queries=len(judgements),
        scored=len(scored),
    )


def relevant(labels: Labels) -> set[str]:
    """The products that answer the query."""
    return {product for product, label in labels.items() if label >= RELEVANT}


def ndcg(labels: Labels, found: Sequence[str]) -> float:
    """How near the first places come to the best order of the judged products: 0 to 1."""
    best = _gain(labels, sorted(labels, key=lambda product: -labels[product]))
    return _gain(labels, found) / best if best else 0.0


def recall(labels: Labels, found: Sequence[str]) -> float:
    """The share of the relevant products that were found."""
    wanted = relevant(labels)
    return len(wanted.intersection(found)) / len(wanted)


def _gain(labels: Labels, found: Sequence[str]) -> float:
    return sum(
        (2 ** labels.get(one, 0) - 1) / math.log2(place + 2) for place, one in enumerate(found[:DEPTH])
    )


def misspelt(query: str) -> str:
    """The query with two neighbouring inner letters of its longest word swapped, near the middle.

    A word without two different inner letters stays as it is.
    """
    words = query.split()
    index = max(range(len(words)), key=lambda at: len(words[at]), default=None)
    if index is None:
        return query
    words[index] = _swapped(words[index])
    return " ".join(words)


def _swapped(word: str) -> str:
    middle = (len(word) - 1) / 2
    places = [at for at in range(1, len(word) - 2) if word[at] != word[at + 1]]
    if not places:
        return word
    at = min(places, key=lambda one: abs(one + 0.5 - middle))
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

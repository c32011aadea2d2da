"""`python -m benchmarks.search_quality FOLDER`: how good the answers of the search are, over its JSON API.

FOLDER holds queries.json, judgements.jsonl.gz (query, product_id, label 0 to 3 a line) and
category_probes.json (query: accepted categories). Products are matched by their external id.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

import click

from benchmarks.measures import Measure, show
from benchmarks.search_quality import serving
from benchmarks.search_quality.client import Shop
from benchmarks.search_quality.metrics import Labels, Quality, misspelt, ndcg, quality, relevant

#: How many products of each answer are looked at: recall@50 needs them.
DEPTH = 50

#: How many products of a probe's answer have to be of an accepted category.
PROBED = 10


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--url", help="A shop that runs already, such as http://127.0.0.1:5000.")
@click.option(
    "--catalogue",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Import this file into servers that are gone afterwards. "
    "Without it and --url: the database that the settings name.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--queries", "by_query", is_flag=True, help="Also print the figures of each query and probe.")
def main(folder: Path, url: str | None, catalogue: Path | None, as_json: bool, by_query: bool) -> None:
    """Ask every query as it is and misspelt, and each probe; 1 when a figure is missed."""
    judgements = _judgements(folder / "judgements.jsonl.gz")
    listed: list[str] = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
    probes: dict[str, list[str]] = json.loads((folder / "category_probes.json").read_text(encoding="utf-8"))
    everything = {query: judgements.get(query, {}) for query in [*listed, *judgements]}
    with serving.shop(url, catalogue) as address:
        shop = Shop(address)
        plain = {query: _answer(shop, query) for query in everything}
        wrong = {query: _answer(shop, misspelt(query)) for query in everything}
        probed = {query: _share(shop, query, accepted) for query, accepted in probes.items()}
    if not any(one in labels for query, labels in judgements.items() for one in plain[query]):
        raise click.ClickException("No answer holds a judged product: is the judged catalogue imported?")
    figures = quality(everything, plain), quality(everything, wrong)
    if by_query:
        _show_queries(everything, plain, wrong, probed)
    measures = _measures(*figures, fmean(probed.values()))
    if as_json:
        click.echo(json.dumps(_as_json(*figures, probed), indent=1))
    sys.exit(not (all(one.holds for one in measures) if as_json else show(measures)))


def _judgements(path: Path) -> dict[str, Labels]:
    labels: dict[str, dict[str, int]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, filter(str.strip, lines)):
            labels[row["query"]][row["product_id"]] = row["label"]
    return dict(labels)


def _answer(shop: Shop, query: str) -> list[str]:
    """The products that the query finds, by the id at their source or else their own."""
    return [card["external_id"] or card["id"] for card in shop.found(query, DEPTH)]


def _share(shop: Shop, query: str, accepted: Sequence[str]) -> float:
    """The share of the first ten places that hold a product of an accepted category."""
    names = {name.casefold() for name in accepted}
    paths = [shop.category_path(card["id"]) for card in shop.found(query, PROBED)]
    return sum(not names.isdisjoint(map(str.casefold, path)) for path in paths) / PROBED


def _measures(plain: Quality, wrong: Quality, probes: float) -> list[Measure]:
    bounds: dict[str, Mapping[str, float]] = {
        "nDCG@10": {"at_least": 0.80},
        "nDCG@10, judged products only": {"at_least": 0.86},
        "misspelt: nDCG@10": {"at_least": 0.70},
        "misspelt: empty answers": {"at_most": 0.05},
    }
    figures = [
        Measure(f"{kind}{name}", getattr(one, field), "", **bounds.get(f"{kind}{name}", {}))
        for kind, one in (("", plain), ("misspelt: ", wrong))
        for field, name in _NAMES.items()
    ]
    return [
        *figures,
        Measure("category probes: of the first ten in an accepted category", probes, "", at_least=0.80),
        Measure("queries", plain.queries, ""),
        Measure("queries with a relevant product", plain.scored, ""),
    ]


_NAMES = {
    "ndcg": "nDCG@10",
    "ndcg_judged": "nDCG@10, judged products only",
    "judged": "judged@10",
    "recall_10": "recall@10",
    "recall_50": "recall@50",
    "empty": "empty answers",
}


def _as_json(plain: Quality, wrong: Quality, probed: Mapping[str, float]) -> dict[str, Any]:
    return {
        "plain": plain.rounded(),
        "misspelt": wrong.rounded(),
        "category_probes": {"mean": round(fmean(probed.values()), 4), **probed},
    }


def _show_queries(
    judgements: Mapping[str, Labels],
    plain: Mapping[str, list[str]],
    wrong: Mapping[str, list[str]],
    probed: Mapping[str, float],
) -> None:
    for query, labels in sorted(judgements.items()):
        if relevant(labels):
            found, bad = plain[query], wrong[query]
            judged = [one for one in found if one in labels]
            click.echo(
                f"{query:<28} {ndcg(labels, found):5.2f} judged only {ndcg(labels, judged):5.2f}"
                f"  {misspelt(query):<28} {ndcg(labels, bad):5.2f}{'' if bad else '  nothing found'}"
            )
    for query, share in probed.items():
        click.echo(f"probe {query:<22} {share:5.2f}")


if __name__ == "__main__":
    main()

"""The migration that mends drift, as a person would write it.

New indexes come first, then those that change, then what nobody declared: it is hidden, and dropped by the
next migration that is written while it still is. `steps_for` is the one place that knows the steps of
migrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import fill
from typing import Any

from .comparison import acts_hidden
from .differences import Difference, Kind
from .literals import call, literal
from .probe import Index, Shape

#: What no migration of ours mends: it takes a decision, or a copy of the collection.
BY_HAND = frozenset(
    {
        Kind.COLLECTION_UNDECLARED,
        Kind.COLLECTION_REFUSED,
        Kind.CAPPED,
        Kind.COLLATION,
        Kind.TIMESERIES,
        Kind.CLUSTERED,
        Kind.OPTION,
        Kind.BUILDING,
        Kind.REFUSED,
        Kind.UNUSABLE,
    }
)

#: What the server takes for an index when it is not told, so that a migration need not say it.
_DEFAULTS = {"default_language": "english", "language_override": "language", "textIndexVersion": 3}

#: Why the linter may let the steps pass: each was decided where it is declared.
_SAFE = {
    "unique-index": "Its documents were unique before: only another option changes.",
    "ttl-index": "It is declared: documents are meant to be deleted by it.",
    "text-index": "It is declared so; until it is built full-text search fails.",
    "visible-index": "Hiding it would not end what it does.",
    "strict-validator": "It is declared so, and the step stops when a document breaks it.",
}

TEMPLATE = '''"""{title}

{why}
"""

from __future__ import annotations

{imports}

phase = "{phase}"

steps = [
{steps}
]
'''


@dataclass(frozen=True, slots=True)
class Planned:
    """One step as it is written, and where it comes: new, changed, hidden, dropped."""

    place: int
    text: str


NEW, CHANGED, HIDDEN, DROPPED = range(4)


def mendable(differences: Iterable[Difference]) -> list[Difference]:
    """Those that a migration mends."""
    return [found for found in differences if found.kind not in BY_HAND]


def migration(title: str, differences: Iterable[Difference]) -> str:
    """The text of the migration that mends the differences which a migration can mend."""
    mended = mendable(differences)
    planned = sorted(_planned(mended), key=lambda step: step.place)
    body = "\n".join(step.text for step in planned)
    used = [name for name in ("collection", "index", "validator") if f"    {name}" in body]
    lines = ["from marketplace.operations.migrations.steps import " + ", ".join(used)]
    if "IndexModel(" in body:
        lines.insert(0, "from pymongo import IndexModel\n")
    why = "\n".join(_why(found) for found in mended)
    dropped = any(step.place == DROPPED for step in planned)
    return TEMPLATE.format(
        title=title, why=why, imports="\n".join(lines), phase="contract" if dropped else "expand", steps=body
    )


def _why(found: Difference) -> str:
    subject = "" if found.subject == found.collection else f".{found.subject}"
    sentence = f"- {found.collection}{subject}: {found.meaning}".replace("\\", "\\\\").replace('"""', "'''")
    return fill(sentence, 108, subsequent_indent="  ", break_long_words=False)


def _planned(differences: list[Difference]) -> Iterator[Planned]:
    """The steps, one for each index, validator or collection, however much of it differs."""
    seen: set[tuple[str, str]] = set()
    for found in differences:
        is_validator = found.kind.value.startswith("validator")
        about = (found.collection, "validator of" if is_validator else found.subject)
        if about in seen:
            continue
        seen.add(about)
        if is_validator:
            yield _validator(found)
        elif found.kind is Kind.COLLECTION_MISSING:
            yield _collection(found)
        else:
            kinds = {
                one.kind
                for one in differences
                if (one.collection, one.subject) == (found.collection, found.subject)
            }
            yield from _index(found, kinds)


def _collection(found: Difference) -> Planned:
    indexes = [_model(index, found.wanted) for index in found.wanted.indexes.values()]
    options = {name: literal(_without_version(value), 8) for name, value in found.wanted.options.items()}
    return Planned(NEW, call("collection", [literal(found.collection), *indexes], options))


def _validator(found: Difference) -> Planned:
    wanted = found.wanted.options
    rule = wanted.get("validator") or None
    options = {
        name: literal(wanted[option])
        for name, option in (("level", "validationLevel"), ("action", "validationAction"))
        if option in wanted and rule
    }
    strict = rule and wanted.get("validationLevel", "strict") == "strict"
    if strict and wanted.get("validationAction", "error") == "error":
        options["safe"] = _safe("strict-validator")
    return Planned(CHANGED, call("validator", [literal(found.collection), literal(rule, 8)], options))


def _index(found: Difference, kinds: set[Kind]) -> Iterator[Planned]:
    name, on = found.subject, literal(found.collection)
    if found.kind is Kind.UNDECLARED:
        yield _retired(found)
        return
    wanted = found.wanted.indexes[name]
    keys, options = _keys(wanted), _options(wanted, found.wanted)
    plain = {option: value for option, value in options.items() if option != "unique"}
    named = [on, literal(name), keys]
    unique = Planned(CHANGED, call("index.unique", named, plain | _safety(wanted)))
    if kinds == {Kind.MISSING} and wanted.get("unique"):
        yield Planned(NEW, unique.text)
    elif kinds == {Kind.MISSING}:
        yield Planned(NEW, call("index.create", named, options | _safety(wanted)))
    elif kinds == {Kind.HIDDEN}:
        yield Planned(CHANGED, call("index.hide" if wanted.get("hidden") else "index.show", named[:2], {}))
    elif wanted.get("unique") and kinds <= {Kind.UNIQUE, Kind.PREPARE_UNIQUE}:
        yield unique
    else:
        old = literal(found.found if found.kind is Kind.RENAMED else name)
        becomes_unique = Kind.UNIQUE in kinds and "unique" in options
        told = plain if becomes_unique else options
        rules = _safety(wanted, replaces=True, unique="unique" in told)
        yield Planned(CHANGED, call("index.replace", [on, old, *named[1:]], told | rules))
        if becomes_unique:
            yield unique


def _retired(found: Difference) -> Planned:
    """What becomes of an index that nobody declared: hidden first, where hiding ends what it does."""
    index = found.actual.indexes[found.subject]
    named = [literal(found.collection), literal(found.subject)]
    if index.get("hidden"):
        return Planned(DROPPED, call("index.drop", named, {}))
    if acts_hidden(index):
        return Planned(DROPPED, call("index.drop", named, {"safe": _safe("visible-index")}))
    return Planned(HIDDEN, call("index.hide", named, {}))


def _safety(wanted: Index, *, replaces: bool = False, unique: bool = False) -> dict[str, str]:
    """What silences the linter's rules that the step breaks."""
    rules = ["unique-index"] if unique else []
    if "expireAfterSeconds" in wanted:
        rules.append("ttl-index")
    if replaces and "weights" in wanted:
        rules.append("text-index")
    return {"safe": _safe(*rules)} if rules else {}


def _safe(*rules: str) -> str:
    return literal({rule: _SAFE[rule] for rule in rules}, 8)


def _model(index: Index, shape: Shape) -> str:
    options = {"name": literal(index["name"])} | _options(index, shape)
    return call("IndexModel", [_keys(index, pairs=True)], options, indent=8).strip().rstrip(",")


def _keys(index: Index, *, pairs: bool = False) -> str:
    """The keys as a migration says them: those of a text index are the fields with weights."""
    keys: list[tuple[str, Any]] = []
    for name, way in index["key"]:
        if name == "_fts":
            keys += [(field, "text") for field in index["weights"]]
        elif name != "_ftsx":
            keys.append((name, way))
    return literal(keys if pairs else dict(keys), 8)


def _options(index: Index, shape: Shape) -> dict[str, str]:
    """The options as a migration says them, without the server's defaults."""
    options = {
        name: value
        for name, value in index.items()
        if name not in ("key", "name", "collation") and value != _DEFAULTS.get(name)
    }
    if set(options.get("weights", {}).values()) == {1}:
        del options["weights"]
    collation, inherited = index.get("collation"), shape.options.get("collation")
    if collation != inherited:
        options["collation"] = _without_version(collation or {"locale": "simple"})
    return {name: literal(value, 8) for name, value in options.items()}


def _without_version(option: Any) -> Any:
    """A collation without the version of the server's rules, which another server has another of."""
    if isinstance(option, Mapping) and "locale" in option:
        return {name: value for name, value in option.items() if name != "version"}
    return option

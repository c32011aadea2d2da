"""What is known to go wrong when a migration meets live data, found before it runs.

A rule is silenced for one step by `safe={"rule": "the reason"}`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import indexes
from .base import Step
from .collections import Collections
from .files import Migration
from .validators import Validator

#: The modules of ours that a migration may import.
OURS = "marketplace.operations.migrations"
APPLICATION = ("marketplace", "seeds", "app", "wsgi")

RULES = {
    "unique-index": "a unique index fails on the first duplicate, after the whole build; use index.unique",
    "visible-index": "dropping an index in use slows queries at once; hide it in an earlier migration",
    "removed-early": "code that still runs may need what is removed; remove it in phase contract",
    "rename": "$rename breaks the code that runs, before or after; add the new field, fill it, then drop",
    "unbounded": "one update of a whole collection cannot be resumed or throttled; use each",
    "strict-validator": 'documents that break it can no longer be changed; begin with level="moderate"',
    "ttl-index": "a TTL index begins to delete documents as soon as it is built",
    "text-index": "a collection has one text index, so searching fails until the new one is built",
    "application-import": "the application's code will have moved on when this runs again",
    "safe": "it silences a rule that does not speak here, or gives no reason",
}


@dataclass(frozen=True)
class Finding:
    """A rule that a migration breaks, and at which step."""

    migration: str
    step: str
    rule: str

    def __str__(self) -> str:
        where = f"{self.migration}, {self.step}" if self.step else self.migration
        return f"{where}: {self.rule}: {RULES.get(self.rule, RULES['safe'])}."


@dataclass
class _Past:
    """What the steps so far have done."""

    #: Collections that this migration makes, so that nothing is in them.
    made: set[str] = field(default_factory=set)
    hidden: set[tuple[str, str]] = field(default_factory=set)
    hidden_here: set[tuple[str, str]] = field(default_factory=set)
    softened: set[str] = field(default_factory=set)
    text_dropped: set[str] = field(default_factory=set)
    text_indexes: set[tuple[str, str]] = field(default_factory=set)


def lint(migrations: Sequence[Migration]) -> list[Finding]:
    """What the rules say of these migrations, which are given in their order, from the first on."""
    past, found = _Past(), []
    for migration in migrations:
        found += [Finding(migration.name, "", "application-import")] * _imports_the_application(migration)
        past.made, past.text_dropped = set(), set()
        for step in migration.content.steps:
            broken = set(_broken(migration, step, past))
            found += [Finding(migration.name, step.label, rule) for rule in sorted(broken - step.safe.keys())]
            needless = [rule for rule, why in step.safe.items() if rule not in broken or not why.strip()]
            found += [Finding(migration.name, step.label, f"safe {rule}") for rule in needless]
        past.hidden |= past.hidden_here
        past.hidden_here = set()
    return found


def _imports_the_application(migration: Migration) -> bool:
    for node in ast.walk(ast.parse(migration.source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            if node.level:
                return True
            names = [node.module or ""]
        for name in names:
            if name.split(".")[0] in APPLICATION and not f"{name}.".startswith(f"{OURS}."):
                return True
    return False


def _broken(migration: Migration, step: Step, past: _Past) -> Iterator[str]:
    """The rules that the step breaks; takes into `past` what it does."""
    if isinstance(step, Collections):
        past.made |= step.indexes.keys()
        for name, wanted in step.indexes.items():
            past.text_indexes |= {
                (name, one.document["name"]) for one in wanted if "text" in one.document["key"].values()
            }
    elif isinstance(step, indexes.IndexStep):
        yield from _index_rules(step, past)
    elif isinstance(step, Validator):
        if step.refuses and step.on not in past.made | past.softened:
            yield "strict-validator"
        past.softened.add(step.on)
    else:
        yield from _data_rules(migration, step)


def _index_rules(step: indexes.IndexStep, past: _Past) -> Iterator[str]:
    this = (step.on, step.name)
    if isinstance(step, indexes.Hide):
        if step.hidden:
            past.hidden_here.add(this)
        else:
            past.hidden_here.discard(this)
            past.hidden.discard(this)
    if isinstance(step, indexes.Drop):
        if this not in past.hidden:
            yield "visible-index"
        if this in past.text_indexes:
            past.text_dropped.add(step.on)
    if isinstance(step, indexes.Create):
        if step.on not in past.made:
            yield from _build_rules(step, past)
        if step.is_text:
            past.text_indexes.add(this)


def _build_rules(step: indexes.Create, past: _Past) -> Iterator[str]:
    """What an index does to a collection that has documents."""
    if step.options.get("unique") and not isinstance(step, indexes.Unique):
        yield "unique-index"
    if "expireAfterSeconds" in step.options:
        yield "ttl-index"
    if step.is_text and (isinstance(step, indexes.Replace) or step.on in past.text_dropped):
        yield "text-index"


def _data_rules(migration: Migration, step: Step) -> Iterator[str]:
    """What a function or an update does to data, as far as its text tells."""
    words, calls = _text_of(migration, step)
    if "$rename" in words:
        yield "rename"
    removes = {"$unset", "drop_collection", "drop"} & (words | {name for name, _ in calls})
    if removes and migration.content.phase != "contract":
        yield "removed-early"
    if any(name in ("update_many", "delete_many") and everything for name, everything in calls):
        yield "unbounded"


def _text_of(migration: Migration, step: Step) -> tuple[set[str], set[tuple[str, bool]]]:
    """The strings of the step's way up, and the methods it calls: with {} as their filter, or not."""
    tree = ast.parse(migration.source)
    given = getattr(step, "do", getattr(step, "change", None))
    if not callable(given):
        return set(_keys_in(given)), set()
    words: set[str] = set()
    calls: set[tuple[str, bool]] = set()
    for node in _functions(tree, given):
        for one in ast.walk(node):
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                words.add(one.value)
            if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
                everything = bool(one.args) and isinstance(one.args[0], ast.Dict) and not one.args[0].keys
                calls.add((one.func.attr, everything))
    return words, calls


def _keys_in(update: Any) -> Iterator[str]:
    """The operators of an update or a pipeline."""
    for stage in update if isinstance(update, list | tuple) else [update]:
        if isinstance(stage, dict):
            yield from stage


def _functions(tree: ast.Module, function: Callable[..., Any]) -> Iterator[ast.AST]:
    """The function's own text, and that of the functions of the module that it leads to."""
    named = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    line = getattr(getattr(function, "func", function), "__code__", None)
    first = line.co_firstlineno if line is not None else 0
    waiting: list[ast.AST] = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.Lambda) and node.lineno == first
    ]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        waiting += [named[name] for name in names & named.keys()]

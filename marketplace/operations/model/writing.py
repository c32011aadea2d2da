"""The page: the contexts map, then each context with its diagram, aggregates, invariants and indexes."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

from ...ordering import process
from ...ordering.values import Fulfilment
from ...shared import checks
from . import diagrams, reading
from .shards import SHARD_KEYS

_HEAD = """# The model

Made from the code by `flask docs model`; a test fails when it is stale.

An **aggregate** is loaded, changed and saved as a whole, guarded by its version. A **record** is written
once, or by conditional updates. An **entity** lives inside an aggregate. A **value** is frozen, and equal by
what it holds.
A solid diamond means “holds inside”, a dashed arrow “keeps the id of”: nothing is loaded through it.
"""

_PLATFORM = "What every context stands on: the outbox, its timers and its workers."

_NO_INDEX = """| index | keys | | serves |
|---|---|---|---|
| `_id_` | _id | unique | what is known by its id |"""


def page() -> str:
    """The whole page, in Markdown. Call it inside the application, which registers the invariants."""
    found = reading.by_context()
    parts = [_HEAD, "## Contexts\n", diagrams.contexts(found), ""]
    for name, kinds in found.items():
        parts += [f"## {name.capitalize()}\n", _about(name), "", diagrams.context(kinds), ""]
        parts += [_section(kind) for kind in kinds]
        if name == "ordering":
            parts.append(_orders())
    return "\n".join(parts).rstrip() + "\n"


def _about(name: str) -> str:
    if name == reading.PLATFORM:
        return _PLATFORM
    module = importlib.import_module(f"marketplace.{name}")
    return inspect.cleandoc(module.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _section(kind: Any) -> str:
    collection = kind._get_collection_name()
    kept = "aggregate" if reading.is_aggregate(kind) else "record"
    lines = [f"### {kind.__name__} — `{collection}` ({kept})\n", reading.summary(kind), ""]
    rules = [one.name for one in checks.invariants() if one.collection == collection]
    if rules:
        lines += ["Checked by `flask db-check --live`:", "", *(f"- {rule}" for rule in rules), ""]
    lines.append(_NO_INDEX)
    lines += [
        f"| `{index.name}` | {index.keys} | {index.options.replace('|', chr(92) + '|')} | {index.serves} |"
        for index in reading.indexes(kind)
    ]
    shard = SHARD_KEYS[collection]
    return "\n".join([*lines, "", f"Shard key: `{shard.key}` — {shard.reason}", ""])


def _orders() -> str:
    """How an order moves: the diagram and the tables of its process."""
    lines = ["### The process of an order\n", diagrams.process(process.TRANSITIONS, "awaiting_payment"), ""]
    lines += ["| step | who | from | to | when | effects | mail |", "|---|---|---|---|---|---|---|"]
    lines += [_step(one) for one in process.TRANSITIONS]
    lines += ["", "| timer | runs in | days after | does | then |", "|---|---|---|---|---|"]
    lines += [_timer(name, one) for name, one in process.TIMERS.items()]
    return "\n".join([*lines, ""])


def _step(one: process.Transition) -> str:
    when = "" if len(one.when) == len(Fulfilment) else "shipped: " + " or ".join(one.when)
    cells = [
        f"`{one.name}`",
        one.actor.value,
        ", ".join(one.sources),
        " or ".join(diagrams.targets(one)),
        "; ".join(part for part in (when, "a reason" if one.asks else "") if part),
        "; ".join(one.effects),
        ", ".join(one.notify),
    ]
    return f"| {' | '.join(cells)} |"


def _timer(name: str, one: process.Timer) -> str:
    begins = [state.value for state, found in process.STATES.items() if found.timer == name]
    before = [f"after `{other}`" for other, found in process.TIMERS.items() if found.then == name]
    does = f"`{one.transition}`" if one.transition else f"mail `{one.topic}`"
    then = f"`{one.then}`" if one.then else ""
    return f"| `{name}` | {', '.join(begins + before)} | `{one.period}` | {does} | {then} |"

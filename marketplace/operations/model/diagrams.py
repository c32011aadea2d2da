"""Diagrams in Mermaid: how the contexts lean on each other, and what each holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from mongoengine import EmbeddedDocument

from . import reading


def contexts(found: dict[str, list[Any]]) -> str:
    """The contexts map: an arrow says how many kinds of ids of the one the other keeps."""
    homes = {kind._get_collection_name(): name for name, kinds in found.items() for kind in kinds}
    arrows: Counter[tuple[str, str]] = Counter()
    for name, kinds in found.items():
        for kind in _with_parts(kinds):
            for _, collection, _ in reading.ids_in(kind):
                if homes.get(collection, name) != name:
                    arrows[name, homes[collection]] += 1
    lines = ["flowchart TD"]
    for name, kinds in found.items():
        collections = "<br>".join(sorted({kind._get_collection_name() for kind in kinds}))
        lines.append(f'    {name}["<b>{name}</b><br>{collections}"]')
    lines += [f"    {one} -- {count} ids --> {other}" for (one, other), count in sorted(arrows.items())]
    return _fenced(lines)


def context(kinds: list[Any]) -> str:
    """The class diagram of a context: aggregates, what they hold, and the ids that lead elsewhere."""
    lines, seen, links = ["classDiagram"], dict.fromkeys(_with_parts(kinds)), []
    homes = {kind._get_collection_name(): kind.__name__ for kind in kinds}
    for kind in seen:
        lines += _box(kind)
        for name, held, several in reading.held_by(kind):
            links.append(f"    {kind.__name__} *-- {_many(several)}{held.__name__} : {name}")
        for name, collection, several in reading.ids_in(kind):
            target = homes.get(collection, collection)
            links.append(f"    {kind.__name__} ..> {_many(several)}{target} : {name}")
    return _fenced(lines + sorted(set(links)))


def _many(several: bool) -> str:
    return '"*" ' if several else ""


def _with_parts(kinds: list[Any]) -> list[Any]:
    """The classes and all that they hold inside, each once."""
    found: dict[Any, None] = {}

    def add(kind: Any) -> None:
        if kind not in found:
            found[kind] = None
            for _, held, _ in reading.held_by(kind):
                add(held)

    for kind in kinds:
        add(kind)
    return list(found)


def _box(kind: Any) -> list[str]:
    if not hasattr(kind, "_fields_ordered"):
        stereotype = "value"
    elif issubclass(kind, EmbeddedDocument):
        stereotype = "entity"
    else:
        stereotype = "aggregate" if reading.is_aggregate(kind) else "record"
    lines = [f"    class {kind.__name__} {{", f"        <<{stereotype}>>"]
    for part in reading.parts(kind):
        words = re.sub(r"[^\w -]", "", part.type).replace(" ", "_")
        lines.append(f"        {words} {part.name}")
    return [*lines, "    }"]


def _fenced(lines: list[str]) -> str:
    return "\n".join(["```mermaid", *lines, "```"])


def process(steps: Sequence[Any], first: str) -> str:
    """The state diagram of a process: an arrow for each step, with the one whose it is."""
    lines, seen = ["stateDiagram-v2", f"    [*] --> {first}"], set()
    leaving = {source.value for step in steps for source in step.sources}
    for step in steps:
        for source in step.sources:
            for target in targets(step):
                lines.append(f"    {source.value} --> {target} : {step.name} ({step.actor.value})")
                seen.add(target)
    lines += [f"    {state} --> [*]" for state in sorted(seen - leaving)]
    return _fenced(lines)


def targets(step: Any) -> list[str]:
    """The states that a step leads to."""
    found = [step.to, getattr(step, "partly", None)]
    return [state.value for state in found if state is not None]

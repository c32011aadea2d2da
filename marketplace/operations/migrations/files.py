"""Migration files: their names, their order, and what is in them.

A migration is `migrations/NNNN_what_it_does.py`. Its docstring says why; then come, at the level of the
module,

- `phase`: "expand" (old code does not notice), "migrate" (data follows) or "contract" (old code breaks);
- `steps`: a list of what `marketplace.operations.migrations.steps` makes;
- `depends_on`, if need be: the names that have to come before, instead of the file before it;
- `irreversible`, if need be: why it cannot be undone.
"""

from __future__ import annotations

import functools
import hashlib
import heapq
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from .base import Step
from .errors import MigrationError, Unnameable

#: Where the project keeps its migrations.
FOLDER = Path(__file__).resolve().parents[3] / "migrations"

PHASES = ("expand", "migrate", "contract")


@dataclass(frozen=True, slots=True)
class Content:
    """What a migration file says."""

    title: str
    phase: str
    steps: tuple[Step, ...]
    depends_on: tuple[str, ...] | None
    irreversible: str | None


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration by its name, with its source in a file or in a record."""

    name: str
    source: str

    @property
    def checksum(self) -> str:
        """The SHA-256 of its source, the same whatever ends its lines."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def content(self) -> Content:
        """What the file says; raises MigrationError when it is no migration."""
        return _content(self.name, self.source)

    @property
    def phase(self) -> str:
        """Its phase by its text alone, nothing run; `migrate` where the text does not tell."""
        found = re.search(r"^phase\s*=\s*[\"'](\w+)[\"']", self.source, re.MULTILINE)
        return found[1] if found and found[1] in PHASES else "migrate"


def names(folder: Path | None = None) -> list[str]:
    """The names of the migrations in the folder; raises MigrationError on one that has no place."""
    found = sorted(path.stem for path in (folder or FOLDER).glob("*.py") if path.name != "__init__.py")
    for name in found:
        if not re.fullmatch(r"\d{4}_[a-z0-9_]+", name):
            raise MigrationError(f"{name}.py is not named like 0001_what_it_does.py.")
    return found


def write_next(purpose: str, text: str, folder: Path | None = None) -> Path:
    """Write a migration that does `purpose` under the next number, whole or not at all; answers its path.

    Raises Unnameable when no name can be made of the purpose.
    """
    slug = re.sub(r"[^a-z0-9]+", "_", purpose.lower()).strip("_")
    if not slug:
        raise Unnameable("Name it for what it does, such as add_labels.")
    folder = folder or FOLDER
    number = max((int(name[:4]) for name in names(folder)), default=0) + 1
    path = folder / f"{number:04}_{slug}.py"
    unfinished = path.with_suffix(".partial")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(path)
    return path


def read_one(name: str, folder: Path | None = None) -> Migration:
    """The migration of that name."""
    text = ((folder or FOLDER) / f"{name}.py").read_text(encoding="utf-8")  # which makes every line end in LF
    return Migration(name, text)


def known(folder: Path | None = None) -> list[Migration]:
    """The migrations in the folder, each after those that it depends on, else by name.

    Raises MigrationError on a file that is no migration, an unknown dependency, or a circle.
    """
    found = {name: read_one(name, folder) for name in names(folder)}
    needs: dict[str, tuple[str, ...]] = {}
    before: tuple[str, ...] = ()
    for name, migration in found.items():
        declared = migration.content.depends_on
        needs[name] = before if declared is None else declared
        before = (name,)
        for other in needs[name]:
            if other not in found:
                raise MigrationError(f"{name} depends on {other}, and there is no such file.")
    return [found[name] for name in _in_order(needs)]


def _in_order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    """Kahn's order: each name after those that it needs, ties by name."""
    waiting = {name: set(others) for name, others in needs.items()}
    free = sorted(name for name, others in waiting.items() if not others)
    order: list[str] = []
    while free:
        name = heapq.heappop(free)
        order.append(name)
        for other, others in waiting.items():
            if name in others:
                others.discard(name)
                if not others:
                    heapq.heappush(free, other)
    left = sorted(waiting.keys() - set(order))
    if left:
        raise MigrationError(f"These migrations depend on each other in a circle: {', '.join(left)}.")
    return order


@functools.lru_cache(maxsize=256)
def _content(name: str, source: str) -> Content:
    module = ModuleType(f"migrations.{name}")
    try:
        code = compile(source, f"migrations/{name}.py", "exec")
        exec(code, module.__dict__)  # noqa: S102 - a migration is a program, from our files or our records
    except Exception as error:
        raise MigrationError(f"{name}.py cannot be read: {type(error).__name__}: {error}") from error
    said = vars(module)
    title = (module.__doc__ or "").strip().partition("\n")[0]
    phase, steps, needs = said.get("phase"), said.get("steps"), said.get("depends_on")
    irreversible = said.get("irreversible")
    if not title:
        raise MigrationError(f"{name}.py does not say why: begin it with a docstring.")
    if phase not in PHASES:
        raise MigrationError(f'{name}.py has no phase: write phase = "expand", "migrate" or "contract".')
    if not isinstance(steps, list | tuple) or not all(isinstance(step, Step) for step in steps) or not steps:
        raise MigrationError(f"{name}.py has no steps: write steps = [tx(…), index.create(…), …].")
    if needs is not None and (isinstance(needs, str) or not all(isinstance(one, str) for one in needs)):
        raise MigrationError(f'{name}.py: depends_on is a tuple of names, such as ("0001_initial",).')
    if irreversible is None and (stuck := [step.label for step in steps if not step.reversible]):
        raise MigrationError(
            f"{name}.py cannot be undone: give a down to {', '.join(stuck)}, "
            'or write irreversible = "the reason".'
        )
    return Content(title, phase, tuple(steps), None if needs is None else tuple(needs), irreversible)

"""`create` and `lint`: for who writes migrations."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from ...migrations import files
from ...migrations.lint import lint as find
from ..output import Answer, Exit
from .answers import migrating

TEMPLATE = '''"""What this is for, in a line.

Why it is needed, and what has to be known about it.
"""

from __future__ import annotations

from marketplace.operations.migrations.steps import collection, each, index, opaque, tx, validator

phase = "{phase}"

steps = [
    # collection("labels", IndexModel("name", name="name", unique=True)),
    # index.create("orders", "buyer", {{"buyer_id": 1, "placed_at": -1}}),
    # each("products", {{"slug": None}}, add_slug, down={{"$unset": {{"slug": ""}}}}),
    # tx(merge_settings, down=split_settings),
]
'''


def register(group: AppGroup) -> None:
    """Add the commands to the group."""
    group.add_command(create)
    group.add_command(lint)


@click.command("create")
@click.argument("name")
@click.option("--phase", type=click.Choice(files.PHASES), default="expand", show_default=True)
@migrating
def create(answer: Answer, *, name: str, phase: str) -> None:
    """Write an empty migration that does NAME, such as `add_labels`, with the next number."""
    path = files.write_next(name, TEMPLATE.format(phase=phase))
    answer.line(f"migrations/{path.name} is written. Give it its steps, then: flask db-migrate lint")
    answer.result({"file": str(path)})


@click.command("lint")
@click.argument("names", nargs=-1)
@click.pass_context
@migrating
def lint(context: click.Context, answer: Answer, *, names: tuple[str, ...]) -> None:
    """Find what is known to go wrong on live data, in all migrations or in NAMES."""
    known = files.known()
    for name in names:
        if name not in {migration.name for migration in known}:
            raise click.BadParameter(f"There is no migration {name}.", param_hint="NAMES")
    found = [one for one in find(known) if not names or one.migration in names]
    for finding in found:
        answer.line(str(finding))
    if found:
        answer.line('Where you know better, say so at the step: safe={"rule": "the reason"}.')
    else:
        answer.line("Nothing to say against these migrations.")
    told = [{"migration": one.migration, "step": one.step, "rule": one.rule} for one in found]
    answer.result({"findings": told})
    context.exit(Exit.FAILED if found else Exit.DONE)

"""How the commands of operations answer: lines for a person, or one JSON document for a program.

Exit codes: 0 done, 1 failed, 2 called wrongly, 3 the lock is busy or was lost, 4 interrupted and to be
resolved by a person, 5 files or database are not what was expected, 6 something is pending.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

import click

from ...shared.terminal import in_a_sentence
from ..lease import LeaseLost, Locked
from ..protection import Protected

T = TypeVar("T")


class Exit(IntEnum):
    """What a command's exit code means."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    LOCKED = 3
    INTERRUPTED = 4
    DRIFT = 5
    PENDING = 6


class Refused(click.ClickException):
    """A command ends with this sentence and this exit code."""

    def __init__(self, message: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.exit_code = int(code)  # type: ignore[misc]  # click assigns it so


class Answer:
    """What a command says: `line` for people as it goes, `result` for programs at the end."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, text: str) -> None:
        """Tell a person; with `--json` that goes to the standard error, so that programs can read on."""
        click.echo(text, err=self.as_json)

    def result(self, data: dict[str, Any]) -> None:
        """The result as one JSON document, if that is what was asked for."""
        if self.as_json:
            click.echo(json.dumps(data, default=str, indent=1, sort_keys=True, ensure_ascii=False))


def answering(function: Callable[..., T]) -> Callable[..., T]:
    """Make a command of the function: it gets an `answer`, `--json`, and ends failures in a sentence."""

    @click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
    @functools.wraps(function)
    def command(*args: Any, as_json: bool, **kwargs: Any) -> T:
        try:
            with in_a_sentence():
                return function(*args, answer=Answer(as_json=as_json), **kwargs)
        except (Locked, LeaseLost) as error:
            raise Refused(str(error), Exit.LOCKED) from None
        except Protected as error:
            raise Refused(str(error)) from None

    return command

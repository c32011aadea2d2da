"""How the commands of operations answer: lines for a person, or one JSON document for a program.

Exit codes: 0 done, 1 failed, 2 called wrongly, 3 the lock is busy or was lost, 4 interrupted and to be
resolved by a person, 5 files or database are not what was expected, 6 something is pending.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import datetime
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
        #: Whether the result was told; a failure after that adds nothing to it.
        self.is_complete = False

    def line(self, text: str) -> None:
        """Tell a person; with `--json` that goes to the standard error, so that programs can read on."""
        click.echo(text, err=self.as_json)

    def result(self, data: dict[str, Any]) -> None:
        """The result as one JSON document, if that is what was asked for."""
        self.is_complete = True
        if self.as_json:
            click.echo(json.dumps(data, default=_plain, indent=1, sort_keys=True, ensure_ascii=False))


def _plain(value: Any) -> str:
    """What JSON cannot say by itself: moments in ISO 8601, and the rest in words."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def answering(function: Callable[..., T]) -> Callable[..., T]:
    """Make a command of the function: it gets an `answer`, `--json`, and ends failures in a sentence."""

    @click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
    @functools.wraps(function)
    def command(*args: Any, as_json: bool, **kwargs: Any) -> T:
        answer = Answer(as_json=as_json)
        try:
            with in_a_sentence():
                return function(*args, answer=answer, **kwargs)
        except (Locked, LeaseLost) as error:
            refusal: click.ClickException = Refused(str(error), Exit.LOCKED)
        except Protected as error:
            refusal = Refused(str(error))
        except click.UsageError:
            raise
        except click.ClickException as error:
            refusal = error
        if not answer.is_complete:
            answer.result({"error": refusal.message, "exit_code": refusal.exit_code})
        raise refusal from None

    return command

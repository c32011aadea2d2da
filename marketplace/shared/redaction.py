"""Secrets stay secret: what is shown of an address, and the last fence before a log.

`redacted` is for whoever wants to show an address. `Secret` is a setting that shows itself so. `hide` makes
the fence know secrets that must never be written, in case that somebody forgot the first two.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any
from urllib.parse import unquote

HIDDEN = "***"

#: Options of an address that hold secrets too.
_SECRET_OPTION = re.compile(r"(?i)(\w*(?:password|token|secret|authMechanismProperties)\w*=)([^&]*)")

#: What is shorter than this is no secret worth mangling every log for.
_SHORTEST = 4

_hidden: set[str] = set()
_plain_record = logging.getLogRecordFactory()
_plain_hook = sys.excepthook
_formatter = logging.Formatter()


class Secret(str):
    """A text that is used as it is, and shown without its secret where somebody prints what holds it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(redacted(self))


def redacted(uri: str) -> str:
    """The address of a server without what nobody may read; of any other text nothing but its being there."""
    scheme, mark, rest = uri.partition("://")
    if not mark:
        return HIDDEN if uri else ""
    # Up to the last @, since a password that was written wrongly may hold any sign.
    credentials, at, place = rest.rpartition("@")
    user, colon, _ = credentials.partition(":")
    if re.search("[/?]", user):
        user, colon = HIDDEN, ""
    shown = f"{user}{colon}{HIDDEN if colon else ''}{at}"
    return f"{scheme}://{shown}" + _SECRET_OPTION.sub(rf"\g<1>{HIDDEN}", place)


def secrets_of(uri: str) -> set[str]:
    """The parts of an address that nobody may read, as they are written and as they are meant."""
    rest = uri.partition("://")[2]
    written = {rest.rpartition("@")[0].partition(":")[2]}
    written |= {value for _, value in _SECRET_OPTION.findall(rest.partition("?")[2])}
    return written | {unquote(one) for one in written}


def hide(*secrets: str) -> None:
    """Keep these out of every log record and every traceback of this process from now on."""
    _hidden.update(one for one in secrets if len(one) >= _SHORTEST)
    logging.setLogRecordFactory(_fenced_record)
    sys.excepthook = _fenced_hook


def scrubbed(text: str) -> str:
    """The text without any of the hidden secrets."""
    for secret in _hidden:
        text = text.replace(secret, HIDDEN)
    return text


def _fenced_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = _plain_record(*args, **kwargs)
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError):  # the handler will say what is wrong with it
        return record
    if (clean := scrubbed(text)) != text:
        record.msg, record.args = clean, ()
    if record.exc_info:
        trace = _formatter.formatException(record.exc_info)
        if (clean := scrubbed(trace)) != trace:
            record.exc_text, record.exc_info = clean, None
    return record


def _fenced_hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    text = "".join(traceback.format_exception(kind, error, trace))
    if (clean := scrubbed(text)) == text:
        _plain_hook(kind, error, trace)
    else:
        sys.stderr.write(clean)

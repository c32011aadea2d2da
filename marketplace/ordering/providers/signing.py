"""Webhooks that are signed: who sent them, and that it was just now.

The header is `t=<seconds since 1970>,v1=<HMAC-SHA256 of "seconds.body" in hexadecimal digits>`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from ..errors import InvalidSignature

#: How far the clock of a webhook may be from ours: longer ago, it may be somebody's copy.
TOLERANCE = timedelta(minutes=5)


def sign(secret: bytes, body: bytes, moment: datetime) -> str:
    """The signature of a body that is sent at this moment."""
    seconds = int(moment.timestamp())
    return f"t={seconds},v1={_digest(secret, seconds, body)}"


def check(secret: bytes, body: bytes, signature: str, moment: datetime) -> None:
    """Raise InvalidSignature unless the body was signed with the secret, within the tolerance."""
    found = re.fullmatch(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})", signature)
    if found is None:
        raise InvalidSignature("Sign webhooks with the header t=<seconds>,v1=<HMAC-SHA256 in hex>.")
    if not hmac.compare_digest(found[2], _digest(secret, int(found[1]), body)):
        raise InvalidSignature("This webhook is not signed with the secret of its provider.")
    if abs(moment.timestamp() - int(found[1])) > TOLERANCE.total_seconds():
        raise InvalidSignature("This webhook was signed too long ago, or its clock is wrong.")


def _digest(secret: bytes, seconds: int, body: bytes) -> str:
    return hmac.new(secret, b"%d.%s" % (seconds, body), hashlib.sha256).hexdigest()

"""The audit log: written inside the transaction of what it tells of, and never changed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from bson import ObjectId
from flask import current_app, g, has_request_context, request

from ...shared import access
from ..documents import AuditEntry, AuditSubject
from ..repositories import audit_log

#: A text in a row's detail is cut to this many characters.
LONGEST_DETAIL = 2000


def audit(
    *,
    actor_id: ObjectId | None,
    action: str,
    subject: tuple[str, ObjectId],
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note a privileged action; call it in the transaction of what it tells of.

    `actor_id` is None for what is done at the server's terminal. `action` names the kind of thing and what
    was done, such as `shop.approve`; `subject` is the collection and the id of what it was done to; `detail`
    holds plain values: what changed from what to what, and why.
    """
    audit_log.append(
        AuditEntry(
            actor_id=actor_id,
            action=action,
            subject=AuditSubject(collection=subject[0], id=subject[1]),
            detail={name: _plain(value) for name, value in (detail or {}).items()},
            **_origin(),
        )
    )


def changed(before: Any, after: Any) -> dict[str, Any]:
    """The detail of a value that went from one to another."""
    return {"from": _plain(before), "to": _plain(after)}


def _origin() -> dict[str, Any]:
    """Where the action came from; nothing at a terminal."""
    if not has_request_context():
        return {}
    return {
        "request_id": g.get("request_id"),
        "network": _hashed(request.remote_addr),
        "token": access.token_prefix(),
    }


def _hashed(address: str | None) -> str | None:
    if not address:
        return None
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"audit:{address}".encode(), hashlib.sha256).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(part) for part in value]
    if isinstance(value, str):
        return str(value)[:LONGEST_DETAIL]
    return value

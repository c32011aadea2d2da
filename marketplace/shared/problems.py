"""How a failure is answered: problem+json for API clients (RFC 9457), a page for people.

The only module that knows which HTTP status a kind of error has.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import pymongo.errors
from bson import ObjectId
from flask import Flask, Response, current_app, g, json, redirect, render_template, request
from flask.typing import ResponseReturnValue
from mongoengine.connection import ConnectionFailure
from mongoengine.errors import OperationError
from mongoengine.errors import ValidationError as DocumentError
from pymongo.errors import PyMongoError
from redis.exceptions import RedisError
from werkzeug.exceptions import HTTPException, InternalServerError

from . import connections, uploads
from .errors import (
    BadRequest,
    Conflict,
    Forbidden,
    Gone,
    Invalid,
    MarketplaceError,
    NotFound,
    PreconditionRequired,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
    VersionConflict,
)

log = logging.getLogger(__name__)

#: The status of each kind; the first that fits counts.
STATUS: tuple[tuple[type[MarketplaceError], HTTPStatus], ...] = (
    (BadRequest, HTTPStatus.BAD_REQUEST),
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Gone, HTTPStatus.GONE),
    (RateLimited, HTTPStatus.TOO_MANY_REQUESTS),
    (VersionConflict, HTTPStatus.PRECONDITION_FAILED),
    (Conflict, HTTPStatus.CONFLICT),
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (PreconditionRequired, HTTPStatus.PRECONDITION_REQUIRED),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
)

#: Where a person is sent to sign in, and from there back to where they wanted to be.
SIGN_IN = "/signin"

MEND = "Please mend what was sent."

#: What the drivers of the servers raise, and MongoEngine in their place.
_SERVER_ERRORS = (PyMongoError, ConnectionFailure, OperationError, RedisError)

#: Those of them that say that there is no server, rather than what one answered.
_LOST = (pymongo.errors.ConnectionFailure, ConnectionFailure, RedisError)

#: The codes of what a request's schema refuses, and what they mean.
REFUSALS = {
    "validation_error": "A field or a parameter is not as it is documented; `errors` names each.",
    "unknown_field": "The body has a field that is not documented; `errors` names it.",
}

#: The codes of what goes wrong outside the rules; they stay when Python renames its phrases.
CODES = {
    400: BadRequest.code,
    404: NotFound.code,
    405: "method_not_allowed",
    413: "content_too_large",
    415: "unsupported_media_type",
    500: "internal_error",
    503: Unavailable.code,
}

#: What a person reads when something outside the rules goes wrong.
SENTENCES = {
    400: "The request could not be understood.",
    404: "There is nothing at this address.",
    405: "This address does not take that kind of request.",
    413: "That is more than can be sent at once.",
    415: "Send JSON, with the header Content-Type: application/json.",
    500: "Something went wrong on our side. It has been noted; please try again.",
    503: connections.AWAY,
}


def status_of(error: MarketplaceError | type[MarketplaceError]) -> int:
    """The HTTP status that this kind of error answers with."""
    asked = error if isinstance(error, type) else type(error)
    return next((status.value for kind, status in STATUS if issubclass(asked, kind)), 500)


def headers_of(error: MarketplaceError) -> dict[str, str]:
    """The headers that this error answers with beside its status."""
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        return {"Retry-After": str(retry_after)}
    return {"Retry-After": "2"} if isinstance(error, Unavailable) else {}


def wants_json() -> bool:
    """Whether a program asks, at the API or as a webhook: it gets JSON whatever happens."""
    return request.path.startswith(("/api/", "/webhooks/"))


def answer(
    status: int,
    code: str,
    detail: str,
    *,
    errors: dict[str, list[str]] | None = None,
    details: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The response for a failure: the same sentence as JSON or as a page."""
    title = HTTPStatus(status).phrase
    if wants_json():
        problem: dict[str, Any] = {
            "type": f"/api/docs#{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "code": code,
            "instance": request.path,
            "request_id": g.get("request_id"),
        }
        if errors:
            problem["errors"] = [
                {"pointer": _pointer(field), "message": message}
                for field, messages in errors.items()
                for message in messages
            ]
        body, kind = json.dumps((details or {}) | problem, default=_plain), "application/problem+json"
    else:
        page = {"status": status, "title": title, "detail": detail, "errors": errors or {}, "code": code}
        page["request_id"] = g.get("request_id")
        try:
            body, kind = _page(page), "text/html"
        except _SERVER_ERRORS as error:  # Flask handles no error of an error's handler
            return _database_error(error)
    response = Response(
        body, status=status, content_type=kind if "json" in kind else f"{kind}; charset=utf-8"
    )
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "2"
    response.headers.update(headers or {})
    return response


def _pointer(field: str) -> str:
    """The JSON pointer (RFC 6901) to a dotted field; "" is the whole body."""
    escaped = field.replace("~", "~0").replace("/", "~1").replace(".", "/")
    return f"/{escaped}" if field else ""


def _plain(value: Any) -> Any:
    """What JSON cannot say of a detail by itself."""
    return str(value) if isinstance(value, ObjectId) else current_app.json.default(value)  # type: ignore[attr-defined]


def _page(page: dict[str, Any]) -> str:
    """The page for a failure; when a server fails it asks nothing of any, not even who is signed in."""
    if page["status"] < 500:
        return render_template("error.html", **page)
    return current_app.jinja_env.get_template("error.html").render(
        **page, marketplace_name=current_app.config["NAME"]
    )


def _broken_rule(error: MarketplaceError) -> ResponseReturnValue:
    if isinstance(error, Unauthenticated) and not wants_json():
        back = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(f"{SIGN_IN}?{urlencode({'next': back})}", 303)
    headers = headers_of(error)
    return answer(
        status_of(error), error.code, str(error), errors=error.errors, details=error.details, headers=headers
    )


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, InternalServerError) and error.original_exception is not None:
        return _database_error(error.original_exception)
    if error.response is not None or status < 400:
        return error.response or error.get_response()
    data = getattr(error, "data", None) or {}
    known = {name: value for name, value in error.get_headers() if name == "Allow"}
    for location, messages in data.get("messages", {}).items():
        errors, in_query = flat_errors(messages), location == "query"
        code = _validation_code(errors, "parameter" if in_query else "field")
        status = HTTPStatus.BAD_REQUEST.value if in_query else status
        details = {"allowed": sorted(data["schema"].fields)} if code == "unknown_parameter" else {}
        sentence = f"Known parameters are {', '.join(details['allowed'])}." if details else MEND
        return answer(status, code, sentence, errors=errors, details=details, headers=known)
    limit = uploads.refused() if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else None
    if limit is not None:
        return answer(status, uploads.CODE, limit.sentence, headers=known)
    code = CODES.get(status) or re.sub(r"\W+", "_", HTTPStatus(status).phrase.lower())
    return answer(status, code, SENTENCES.get(status, error.description or ""), headers=known)


def _validation_code(errors: dict[str, list[str]], what: str) -> str:
    unknown = all(texts == ["There is no such field."] for texts in errors.values())
    return f"unknown_{what}" if unknown else "validation_error"


def flat_errors(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Nested validation messages by dotted field name: `{"items.0.quantity": ["..."]}`."""
    if isinstance(messages, dict):
        flat: dict[str, list[str]] = {}
        for name, inner in messages.items():
            flat |= flat_errors(inner, path if name == "_schema" else f"{path}.{name}".lstrip("."))
        return flat
    return {path: [str(message) for message in (messages if isinstance(messages, list) else [messages])]}


def _database_error(error: BaseException) -> Response:
    if not _is_outage(error):
        return _unforeseen(error)
    log.warning("A server did not answer in time: %s", type(error).__name__)
    if any(isinstance(one, _LOST) for one in _chain(error)):
        connections.note_outage()
    return answer(503, CODES[503], SENTENCES[503])


def _is_outage(error: BaseException) -> bool:
    """Whether a lost or slow server is behind this error, or others who want the same for too long."""
    return any(
        isinstance(one, _LOST)
        or (
            isinstance(one, PyMongoError)
            and (one.timeout or one.has_error_label("TransientTransactionError"))
        )
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that led to it: MongoEngine wraps the driver's."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _unforeseen(error: BaseException) -> Response:
    log.error("Unforeseen error at %s", request.path, exc_info=error)
    return answer(500, CODES[500], SENTENCES[500])


def init_app(app: Flask) -> None:
    """Answer every failure of the application in one of the two forms."""
    app.register_error_handler(MarketplaceError, _broken_rule)
    app.register_error_handler(HTTPException, _http_error)
    for kind in _SERVER_ERRORS:
        app.register_error_handler(kind, _database_error)
    app.register_error_handler(
        DocumentError, lambda error: answer(422, "validation_error", MEND,
                                            errors=flat_errors(error.to_dict()))
    )  # fmt: skip
    app.register_error_handler(Exception, _unforeseen)

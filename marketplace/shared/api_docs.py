"""The page for developers at `/api/docs`: every operation of the OpenAPI document, and every error code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, current_app, render_template

from . import access
from .errors import MarketplaceError
from .problems import CODES, REFUSALS, SENTENCES, status_of

blueprint = Blueprint("api_docs", __name__)

_METHODS = ("get", "post", "put", "patch", "delete")


@blueprint.get("/api/docs")
@access.everyone
def show() -> str:
    """The documentation of the API, made from the same schemas that check its requests."""
    document = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return render_template(
        "api_docs.html", groups=_groups(document), problems=list(_problems()), info=document["info"]
    )


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The operations by tag, each with flat lists of its parameters and fields."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                operation = _operation(document, path, method, item)
                groups.setdefault(operation["tag"], []).append(operation)
    return groups


def _operation(document: dict[str, Any], path: str, method: str, item: dict[str, Any]) -> dict[str, Any]:
    found = item[method]
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    parameters = [*item.get("parameters", []), *found.get("parameters", [])]
    answers = [
        {
            "status": status,
            "text": answer.get("description", ""),
            "fields": list(_fields(document, _schema_of(answer))) if status.startswith("2") else [],
        }
        for status, answer in found["responses"].items()
        if status.isdecimal()
    ]
    return {
        "id": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        "tag": found["tags"][0].removesuffix("_api"),
        "method": method.upper(),
        "path": path,
        "summary": found.get("summary", ""),
        "text": found.get("description", ""),
        "parameters": [_field(document, one["name"], one["schema"], one) for one in parameters],
        "access": _access(found.get("security", [])),
        "body": list(_fields(document, body)),
        "answers": answers,
    }


def _access(security: list[dict[str, list[str]]]) -> dict[str, str]:
    """The role and the scope that open an operation; empty for what it does not ask for."""
    asked = {name: " ".join(asked) for one in security for name, asked in one.items()}
    return {
        "signed_in": "yes" if asked else "",
        "role": asked.get("session", ""),
        "scope": asked.get("token", ""),
    }


def _schema_of(answer: dict[str, Any]) -> dict[str, Any] | None:
    content = answer.get("content", {}).get("application/json", {})
    schema: dict[str, Any] | None = content.get("schema")
    return schema


def _fields(
    document: dict[str, Any], schema: dict[str, Any] | None, before: str = "", depth: int = 0
) -> Iterator[dict[str, Any]]:
    """The fields of a schema with dotted names; lists are marked with `[]`."""
    found = _resolved(document, schema or {})
    if found.get("type") == "array":
        yield from _fields(document, found["items"], f"{before}[]" if before else "[]", depth)
        return
    required = set(found.get("required", ()))
    for name, part in found.get("properties", {}).items():
        full = f"{before}.{name}" if before else name
        yield _field(document, full, part, {"required": name in required})
        inner = _resolved(document, part)
        if depth < 3 and ("properties" in inner or inner.get("type") == "array"):
            nested = inner["items"] if inner.get("type") == "array" else inner
            suffix = "[]" if inner.get("type") == "array" else ""
            yield from _fields(document, nested, full + suffix, depth + 1)


def _field(
    document: dict[str, Any], name: str, schema: dict[str, Any], about: dict[str, Any]
) -> dict[str, Any]:
    found = _resolved(document, schema)
    kinds = found.get("type", "object")
    return {
        "name": name,
        "type": " or ".join(kinds) if isinstance(kinds, list) else kinds,
        "required": about.get("required", False),
        "text": about.get("description") or found.get("description", ""),
        "choices": found.get("enum", []),
        "example": found.get("example"),
        "default": found.get("default"),
    }


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference, whether plain or one of several choices."""
    for key in ("anyOf", "allOf", "oneOf"):
        if key in schema:
            return _resolved(document, next(part for part in schema[key] if part != {"type": "null"}))
    if "$ref" in schema:
        found: dict[str, Any] = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found
    return schema


def _problems() -> Iterator[dict[str, Any]]:
    """Every error code, with its status and what it means."""
    kinds = sorted(_subclasses(MarketplaceError), key=lambda kind: kind.code)
    for kind in kinds:
        text = (kind.__doc__ or "").strip().partition("\n")[0]
        yield {"code": kind.code, "status": status_of(kind), "text": text}
    for code, text in REFUSALS.items():
        yield {"code": code, "status": 422, "text": text}
    for status, code in CODES.items():
        if code not in {kind.code for kind in kinds}:
            yield {"code": code, "status": status, "text": SENTENCES[status]}


def _subclasses(kind: type[MarketplaceError]) -> set[type[MarketplaceError]]:
    direct = kind.__subclasses__()
    return {*direct, *(deeper for one in direct for deeper in _subclasses(one))}

"""Browser forms: read by the same schemas as JSON, and nothing that was typed is lost.

    form = Form.read(Register())
    if form.accepted_by(services.register):
        return redirect(...)
    return render_template("accounts/register.html", form=form), form.status

Dotted and numbered names make nested data: `ship_to.city`, `variants.0.price`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from . import idempotency
from .errors import MarketplaceError
from .problems import flat_errors, headers_of, status_of

#: The hidden fields that protect a form, and are none of what it says.
NOT_TYPED = ("csrf_token", idempotency.FIELD)

#: How many levels a form's names have at most.
DEEPEST = 8


class Form:
    """What a person typed, what it means, and what is wrong with it.

    `values` and `errors` are by dotted field name, for the template; the error under "" is about the
    form as a whole. `data` is the schema's answer, empty while there are errors. A refused form is
    answered with its `status` and `headers`; `refusal` is the rule's error, where one refused it.
    """

    def __init__(self, values: dict[str, Any] | None = None) -> None:
        self.values: dict[str, Any] = values or {}
        self.errors: dict[str, list[str]] = {}
        self.data: dict[str, Any] = {}
        self.result: Any = None
        self.status = 200
        self.headers: dict[str, str] = {}
        self.refusal: MarketplaceError | None = None

    @classmethod
    def read(cls, schema: Schema, flat: dict[str, str] | None = None) -> Form:
        """The form of this request, checked by the schema; `flat` is read in its place, such as a query."""
        given = request.form.to_dict() if flat is None else flat
        typed = nested({name: text for name, text in given.items() if name not in NOT_TYPED})
        form = cls(_flat(typed))
        try:
            form.data = schema.load(typed)
        except ValidationError as error:
            form._refuse(flat_errors(error.messages), 422)
        return form

    @classmethod
    def typed(cls) -> Form:
        """What was typed into the form of this request, unchecked, to show it again."""
        given = {name: text for name, text in request.form.items() if name != "csrf_token"}
        return cls(_flat(nested(given)))

    def accepted_by(self, use_case: Callable[..., Any], **also: Any) -> bool:
        """Whether the form was right and the use case took it; its answer is then in `result`."""
        if self.errors:
            return False
        try:
            self.result = use_case(**self.data, **also)
        except MarketplaceError as error:
            self.refuse(error)
            return False
        return True

    def refuse(self, error: MarketplaceError) -> None:
        """Take the error of a rule, at its field or about the whole form."""
        self._refuse(error.errors or {"": [str(error)]}, status_of(error))
        self.headers = headers_of(error)
        self.refusal = error

    def _refuse(self, errors: dict[str, list[str]], status: int) -> None:
        self.errors |= errors
        self.status = status
        self.data = {}


def nested(flat: dict[str, Any]) -> dict[str, Any]:
    """Nested data out of dotted names; a level whose names are all numbers becomes a list.

    Numbers give the order alone: rows 0 and 7 are the first and the second. Names deeper than any form
    stay as they are.
    """
    tree: dict[str, Any] = {}
    for name, value in flat.items():
        *path, last = name.split(".", DEEPEST)
        level = tree
        for step in path:
            inner = level.setdefault(step, {})
            if not isinstance(inner, dict):
                inner = level[step] = {}
            level = inner
        level[last] = value
    return {name: _listed(value) for name, value in tree.items()}


def _flat(part: Any, name: str = "") -> dict[str, Any]:
    """Dotted names out of nested data, numbered as the errors will be."""
    if not isinstance(part, (dict, list)):
        return {name: part}
    inner = part.items() if isinstance(part, dict) else enumerate(part)
    flat: dict[str, Any] = {}
    for step, value in inner:
        flat |= _flat(value, f"{name}.{step}" if name else str(step))
    return flat


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(part) for name, part in value.items()}
    if inner and all(name.isdecimal() and len(name) < 5 for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner

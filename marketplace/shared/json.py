"""JSON as the application writes it: by orjson, and by Flask what orjson refuses."""

from __future__ import annotations

from typing import Any

import orjson
from bson import ObjectId
from flask import Response
from flask.json.provider import DefaultJSONProvider


class QuickJson(DefaultJSONProvider):
    """Writes quickly, in the order of the fields; reads as Flask does, which refuses in its own words.

    Lone surrogates and whole numbers above 64 bits are left to Flask, so that an answer that repeats them is
    still an answer.
    """

    sort_keys = False

    def dumps(self, obj: Any, **options: Any) -> str:
        """The object as JSON; whoever asks for a layout gets Flask's."""
        return super().dumps(obj, **options) if options else self._bytes(obj).decode()

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """An answer with the object as its body."""
        body = self._bytes(self._prepare_response_obj(args, kwargs))
        return Response(response=body + b"\n", mimetype=self.mimetype)

    def _bytes(self, obj: Any) -> bytes:
        try:
            return orjson.dumps(obj, default=_plain)
        except orjson.JSONEncodeError:
            return super().dumps(obj).encode()


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, ObjectId) else DefaultJSONProvider.default(value)

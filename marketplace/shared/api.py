"""The JSON side of flask-smorest, set to this project's conventions.

`ApiBlueprint` reads bodies and queries strictly; `JsonApi` answers failures as problem+json and knows
ObjectIds in paths.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any, NoReturn

from apispec.ext.marshmallow import MarshmallowPlugin
from bson import ObjectId
from flask import Flask, Request
from flask_smorest import Api, Blueprint
from marshmallow import RAISE, Schema, fields
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.routing import BaseConverter

from . import api_docs
from .errors import BadRequest
from .schemas import Id, ShownSchema

#: How every refusal is sent (RFC 9457).
PROBLEM_TYPE = "application/problem+json"


class ObjectIdConverter(BaseConverter):
    """`<object_id:order_id>` in a route: 24 hexadecimal digits, else there is nothing there (404)."""

    regex = "[0-9a-f]{24}"

    def to_python(self, value: str) -> ObjectId:
        """The id; the regex lets nothing through that is none."""
        return ObjectId(value)

    def to_url(self, value: Any) -> str:
        """Its digits."""
        return str(value)


class FieldProblem(ShownSchema):
    """What is wrong with one field of the request."""

    pointer = fields.String(metadata={"example": "/ship_to/postal"})
    message = fields.String()


class Problem(ShownSchema):
    """Why a request was refused (RFC 9457)."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String(metadata={"description": "A sentence for a person."})
    code = fields.String(metadata={"description": "Stable; programs decide by it."})
    instance = fields.String()
    request_id = fields.String(allow_none=True)
    errors = fields.List(fields.Nested(FieldProblem))


class MalformedJson(BadRequest):
    """The body of the request is not JSON."""


class StrictParser(FlaskParser):
    """Reads requests: unknown query parameters and unknown JSON fields are refused."""

    __location_map__ = FlaskParser.__location_map__ | {"multipart": "load_multipart"}
    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": RAISE, "json": RAISE}

    def load_multipart(self, req: Request, schema: Schema) -> Any:
        """The fields and the files of a form that is sent as `multipart/form-data`, together."""
        both = [*req.form.items(multi=True), *req.files.items(multi=True)]
        return self._makeproxy(MultiDict(both), schema)

    def load_json(self, req: Request, schema: Schema) -> Any:
        """The body, which is JSON and says so; raises UnsupportedMediaType and MalformedJson."""
        if req.get_data(cache=True) and not req.is_json:
            raise UnsupportedMediaType
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError):  # a number or a nesting that no parser follows
            return self._handle_invalid_json_error()

    def _handle_invalid_json_error(self, *_: Any, **__: Any) -> NoReturn:
        raise MalformedJson("The body is not valid JSON.")


@cache
def _made(schema: type[Schema]) -> Schema:
    return schema()


def _one(schema: Any) -> Any:
    """The one instance of a class of schemas; anything else as it is."""
    return _made(schema) if isinstance(schema, type) else schema


class ApiBlueprint(Blueprint):
    """A JSON blueprint whose arguments are read strictly."""

    ARGUMENTS_PARSER = StrictParser()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING = Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING | {
        "multipart": "multipart/form-data"
    }

    def arguments(self, schema: Any, **about: Any) -> Any:
        """Read what the request brings by the schema, of which there is one for all routes."""
        return super().arguments(_one(schema), **about)

    def response(self, status_code: int, schema: Any = None, **about: Any) -> Any:
        """Answer by the schema, of which there is one for all routes."""
        return super().response(status_code, _one(schema), **about)

    def alt_response(self, status_code: int, *names: str, **about: Any) -> Any:
        """Document a failure, which is sent as problem+json."""
        about.setdefault("content_type", PROBLEM_TYPE if status_code >= HTTPStatus.BAD_REQUEST else None)
        return super().alt_response(status_code, *names, **about | {"schema": _one(about.get("schema"))})


class JsonApi(Api):
    """The API of the application and its OpenAPI document."""

    ERROR_SCHEMA = Problem

    def _register_responses(self) -> None:
        """Document the failures that every operation shares as what they are sent as."""
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE

    def _register_error_handlers(self) -> None:
        """Leave errors to `marketplace.shared.problems`, which answers them all alike."""


def init_app(app: Flask) -> JsonApi:
    """Prepare the API; blueprints are registered on what this returns."""
    app.config |= {
        "API_TITLE": f"{app.config['NAME']} API",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/api",
        "OPENAPI_JSON_PATH": "openapi.json",
    }
    app.url_map.converters["object_id"] = ObjectIdConverter
    plugin = MarshmallowPlugin()
    api = JsonApi(app, spec_kwargs={"marshmallow_plugin": plugin})
    api.register_converter(ObjectIdConverter, _id_parameter)
    api.register_field(Id, "string", "objectid")
    app.register_blueprint(api_docs.blueprint)
    return api


def _id_parameter(_: ObjectIdConverter) -> dict[str, str]:
    return {"type": "string", "pattern": ObjectIdConverter.regex}

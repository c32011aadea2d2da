"""The limit as a bare Flask view, without hooks, schemas or headers: what the framework alone adds."""

from __future__ import annotations

from flask import Flask, Response, request

from benchmarks.http.limit import body_of

application = Flask(__name__)


@application.get("/<name>")
def answer(name: str) -> Response:
    """Answer one of the limit's paths."""
    return Response(body_of(request.path), mimetype="application/json")

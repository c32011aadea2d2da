"""The limit as a bare Flask view, without hooks, schemas or headers: the least that Flask can do.

Under `/whole/…` it also sends the command that the site cannot do without: a list tells how many products
it has, a product what is left of it, and a search asks the dictionary.
"""

from __future__ import annotations

from flask import Flask, Response

from benchmarks.http.limit import ASKED, body_of, database

application = Flask(__name__)


@application.get("/<name>")
def answer(name: str) -> Response:
    """Answer one of the limit's paths."""
    return Response(body_of(f"/{name}"), mimetype="application/json")


@application.get("/whole/<name>")
def answer_whole(name: str) -> Response:
    """The same after the command besides."""
    besides = ASKED[f"/{name}"]["besides"]
    collection = database()[besides["of"]]
    if "count" in besides:
        collection.count_documents(besides["filter"], limit=besides["count"])
    else:
        list(collection.find(besides["filter"]))
    return answer(name)

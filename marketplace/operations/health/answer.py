"""The answer to who asks how things are, in the form of application/health+json."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, json

from .checks import Check, Finding, Status
from .probes import Probe, Run

TYPE = "application/health+json"


def answer(status: Status, **about: Any) -> Response:
    """The status with what there is to say about it: 503 for `fail`, else 200; kept by nobody."""
    return _response(503 if status is Status.FAIL else 200, TYPE, {"status": status.value} | about)


def refusal(status: int, title: str, detail: str) -> Response:
    """No answer for this caller, and why (RFC 9457)."""
    problem = {"title": title, "status": status, "detail": detail}
    return _response(status, "application/problem+json", problem)


def report(probes: Iterable[Probe]) -> Response:
    """What the checks find, all at once; the worst of them is the status of the whole."""
    runs = [(probe, probe.start()) for probe in probes]
    checks, worst = {}, Status.PASS
    for probe, run in runs:
        found = run.finding()
        probe.note(found)
        worst = max(worst, found.status, key=list(Status).index)
        checks[probe.check.name] = [_shown(probe.check, run, found)]
    return answer(worst, checks=checks)


def _shown(check: Check, run: Run, found: Finding) -> dict[str, Any]:
    about = {
        "componentType": check.kind,
        "observedValue": found.value,
        "observedUnit": check.unit or None,
        "status": found.status.value,
        "time": run.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "output": found.output or None,
    }
    if found.value is None:
        del about["observedUnit"]
    return {name: value for name, value in about.items() if value is not None}


def _response(status: int, kind: str, body: dict[str, Any]) -> Response:
    response = Response(json.dumps(body), status=status, content_type=kind)
    response.headers["Cache-Control"] = "no-store"
    if status == 503:
        response.headers["Retry-After"] = "2"
    return response

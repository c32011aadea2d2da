"""The page that reports something."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from ...shared import access, identity
from ...shared.errors import BadRequest
from ...shared.forms import Form
from ...shared.notices import notify
from .. import services
from ..process import KINDS, REASONS
from ..schemas import AskReported, ReportThing
from ..services import Filed
from ..values import Target
from . import blueprint

THANKS = "Thank you. A moderator looks at it, and you hear from us what came of it."


@blueprint.get("/report")
@access.signed_in
def report_form() -> ResponseReturnValue:
    """The form to report what the address names."""
    return _page(_target(request.args.to_dict()), Form())


@blueprint.post("/report")
@access.signed_in
def send_report() -> ResponseReturnValue:
    """Report something, and go back to where it was."""
    form = Form.read(ReportThing())
    target = _target({name: form.values.get(f"subject.{name}", "") for name in AskReported().fields})

    def send(*, subject: dict[str, Any], **said: Any) -> Filed:
        return services.report_thing(
            reporter_id=identity.signed_in_user(),
            kind=subject["type"],
            ref=subject["id"],
            conversation_id=subject.get("conversation"),
            **said,
        )

    if form.accepted_by(send):
        notify(THANKS)
        return redirect("/" if form.result.held else target.path, 303)
    return _page(target, form), form.status, form.headers


def _target(asked: dict[str, str]) -> Target:
    """What the address or the form names; raises BadRequest for one that was damaged."""
    known = {name: asked[name] for name in AskReported().fields if name in asked}
    form = Form.read(AskReported(), known)
    if form.errors:
        raise BadRequest("This address names nothing that could be reported.")
    return services.target_of(
        user_id=identity.signed_in_user(),
        kind=form.data["type"],
        ref=form.data["id"],
        conversation_id=form.data.get("conversation"),
    )


def _page(target: Target, form: Form) -> str:
    return render_template(
        "moderation/report.html",
        target=target,
        kind=KINDS[target.kind],
        reasons=REASONS.items(),
        again=services.report_again(identity.signed_in_user(), target),
        form=form,
    )

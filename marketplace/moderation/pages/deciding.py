"""The moderators' list of what was reported, and the page of each thing."""

from __future__ import annotations

from typing import Any

from bson import ObjectId
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...accounts import services as accounts
from ...shared import access, cursors, identity
from ...shared.forms import Form
from ...shared.notices import notify
from ...shared.paging import Page
from .. import services
from ..documents import ReportedSubject
from ..process import ACTIONS, KINDS, REASONS
from ..repositories import subjects
from ..schemas import DecideReportForm, ReportedQuery
from ..values import Action, SubjectState
from . import blueprint

TABS = {SubjectState.OPEN: "To decide", SubjectState.DECIDED: "Decided"}

CHANGED_SINCE = "Another moderator decided about this since you opened it. Look at it again."


@blueprint.get("/admin/reports")
@access.moderator
def list_reported() -> ResponseReturnValue:
    """What was reported, each thing once: what waits longest first, or what was decided last."""
    accounts.require_moderator(identity.signed_in_user())
    schema = ReportedQuery()
    form = Form.read(schema, {name: request.args[name] for name in schema.fields if name in request.args})
    listing = cursors.listing_of(form.data)

    def find(*, state: SubjectState, limit: int, cursor: str | None = None) -> Page[ReportedSubject]:
        return services.reported_things(state, at=cursors.decode(cursor, listing), limit=limit)

    page = form.result if form.accepted_by(find) else Page([])
    state = form.data.get("state", SubjectState.OPEN)
    body = render_template(
        "moderation/reports.html",
        form=form,
        state=state,
        rows=page.items,
        people=accounts.find_users(one.owner_id for one in page.items if one.owner_id),
        shops=accounts.find_shops(one.shop_id for one in page.items if one.shop_id),
        kinds=KINDS,
        steps=ACTIONS,
        tabs_items=_tabs(state),
        page=cursors.page_links(page, listing),
    )
    return body, 400 if form.errors else 200


@blueprint.get("/admin/reports/<object_id:subject_id>")
@access.moderator
def show_reported(subject_id: ObjectId) -> ResponseReturnValue:
    """What was reported, what people say, and what can be done; reading a conversation is written down."""
    return _page(subject_id, Form())


@blueprint.post(f"/admin/reports/<object_id:subject_id>/<any({','.join(Action)}):action>")
@access.moderator
def decide(subject_id: ObjectId, action: str) -> ResponseReturnValue:
    """Dismiss the reports, or do something about what was reported."""
    form, step = Form.read(DecideReportForm()), Action(action)
    moderator_id = identity.signed_in_user()
    if form.accepted_by(services.decide, moderator_id=moderator_id, subject_id=subject_id, action=step):
        notify(ACTIONS[step].done)
        return redirect(url_for(".list_reported"), 303)
    if form.status == 412:
        form.errors = {"": [CHANGED_SINCE]}
    return _page(subject_id, form, refused=action), form.status


def _page(subject_id: ObjectId, form: Form, *, refused: str = "") -> str:
    """The page of one thing; `refused` is the action whose form is shown again."""
    listing = cursors.listing_of({})
    at = None if request.method == "POST" else cursors.decode(request.args.get("cursor"), listing)
    found = services.inspect(moderator_id=identity.signed_in_user(), subject_id=subject_id, at=at)
    return render_template(
        "moderation/reported.html",
        subject=found.subject,
        present=found.present,
        reports=found.reports.items,
        page={} if request.method == "POST" else cursors.page_links(found.reports, listing),
        people=found.people,
        shop=_shop(found.subject),
        opened=found.opened,
        steps=[ACTIONS[one] for one in found.present.actions],
        all_steps=ACTIONS,
        kinds=KINDS,
        reasons=REASONS,
        form=form,
        refused=refused,
    )


def _shop(subject: ReportedSubject) -> Any:
    return accounts.find_shops([subject.shop_id]).get(subject.shop_id) if subject.shop_id else None


def _tabs(state: SubjectState) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": url_for(".list_reported", state=one.value),
            "current": one is state,
            "count": subjects.count_open() if one is SubjectState.OPEN else None,
        }
        for one, label in TABS.items()
    ]

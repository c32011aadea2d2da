"""What moderators look at, and what people see of their own reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bson import ObjectId

from ...accounts import services as accounts
from ...messaging import services as messaging
from ...messaging.errors import ConversationNotFound
from ...messaging.values import Attachment
from ...shared.paging import Page, Position
from ..documents import Report, ReportedSubject
from ..errors import ReportNotFound
from ..process import ACTIONS, KEPT
from ..repositories import reports, subjects
from ..values import Decision, ReportedKind, SubjectState
from .present import Present, present


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was reported, how it stands now, what people say about it, and who they are.

    `opened` is the conversation around a reported message.
    """

    subject: ReportedSubject
    present: Present
    reports: Page[Report]
    people: dict[ObjectId, Any]
    opened: messaging.Opened | None = None


@dataclass(frozen=True, slots=True)
class OwnReport:
    """A report as its reporter sees it: what it is about, and what was decided, if anything was."""

    report: Report
    kind: str
    label: str
    decision: Decision | None

    @property
    def state(self) -> str:
        """Whether it waits, was dismissed, or something was done."""
        if self.decision is None:
            return "open"
        return "dismissed" if ACTIONS_KEEP[self.decision.action] else "acted_on"


#: Which decisions leave a thing as it is.
ACTIONS_KEEP = {action.value: step.answer == KEPT for action, step in ACTIONS.items()}


def reported_things(
    state: SubjectState, *, at: Position | None = None, limit: int = 24
) -> Page[ReportedSubject]:
    """What was reported, each thing once: what waits longest first, or what was decided last."""
    return subjects.in_state(state, at=at, limit=limit)


def look_at(
    *, moderator_id: ObjectId, subject_id: ObjectId, at: Position | None = None, limit: int = 24
) -> Inspected:
    """Everything about what was reported, but for the conversation; raises NotYourRole and ReportNotFound."""
    accounts.require_moderator(moderator_id)
    subject = subjects.get(subject_id)
    said = reports.about(subject.pk, at=at, limit=limit)
    known = {one.reporter_id for one in said} | {one.by for one in subject.decisions} | {subject.owner_id}
    return Inspected(
        subject,
        present(subject),
        said,
        accounts.find_users(one for one in known if one),
    )


def inspect(*, moderator_id: ObjectId, subject_id: ObjectId, at: Position | None = None) -> Inspected:
    """The same; of a message also what was said around it, which is written down."""
    found = look_at(moderator_id=moderator_id, subject_id=subject_id, at=at)
    return replace(found, opened=_opened(moderator_id, found.subject))


def open_conversation(*, moderator_id: ObjectId, subject_id: ObjectId) -> messaging.Opened:
    """The reported message with those around it; that it was looked at goes into the audit log.

    Raises NotYourRole, and ReportNotFound where no message was reported, or its conversation is gone.
    """
    accounts.require_moderator(moderator_id)
    opened = _opened(moderator_id, subjects.get(subject_id))
    if opened is None:
        raise ReportNotFound("This report is about no message.")
    return opened


def open_file(*, moderator_id: ObjectId, subject_id: ObjectId, attachment_id: str) -> Attachment:
    """A file of the conversation around a reported message; that it was opened goes into the audit log.

    Raises NotYourRole, ReportNotFound where no message was reported, and AttachmentNotFound.
    """
    accounts.require_moderator(moderator_id)
    subject = subjects.get(subject_id)
    if subject.kind is not ReportedKind.MESSAGE:
        raise ReportNotFound("This report is about no message.")
    return messaging.open_reported_file(
        moderator_id=moderator_id,
        conversation_id=subject.conversation_id,
        attachment_id=attachment_id,
        report_id=subject.pk,
    )


def own_reports(reporter_id: ObjectId, *, at: Position | None = None, limit: int = 24) -> Page[OwnReport]:
    """What somebody reported, newest first, with what came of it."""
    page = reports.of_reporter(reporter_id, at=at, limit=limit)
    about = subjects.by_ids(one.about_id for one in page)
    rows = [_own(one, about[one.about_id]) for one in page]
    return Page(rows, page.next, page.previous)


def _own(report: Report, subject: ReportedSubject) -> OwnReport:
    label = "A member" if subject.kind is ReportedKind.USER else subject.label
    return OwnReport(report, subject.kind.value, label, subject.answer_to(report.round))


def _opened(moderator_id: ObjectId, subject: ReportedSubject) -> messaging.Opened | None:
    if subject.kind is not ReportedKind.MESSAGE:
        return None
    try:
        return messaging.open_reported(
            moderator_id=moderator_id,
            conversation_id=subject.conversation_id,
            seq=subject.seq,
            report_id=subject.pk,
        )
    except ConversationNotFound:
        return None

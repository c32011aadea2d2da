"""The aggregates of moderation: what was reported, and each report about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from mongoengine import (
    BooleanField,
    DateTimeField,
    EnumField,
    IntField,
    ListField,
    StringField,
)

from ..shared.clock import now
from ..shared.documents import Aggregate, IdOf, IdOfOne, PlainText, ValueField
from .values import (
    LABEL_LENGTH,
    MOST_DECISIONS,
    SNAPSHOT_LENGTH,
    TEXT_LENGTH,
    Decision,
    ReportedKind,
    ReportReason,
    SubjectState,
    Target,
)

#: Why what was reported may name somebody or something that is no longer there.
OUTLIVES = "What was reported and decided stays known when the thing itself is gone."


class ReportedSubject(Aggregate):
    """Something that people reported, once however many they are, and what moderators decided about it.

    Protects: reports come in rounds. A round begins with the first report and ends with a decision; in it
    each person reports once, and `open_count` is how many did. Who adds a report saves this too, so that
    of several at one moment each is counted, and one of them is the last.
    """

    key = StringField(required=True)
    kind = EnumField(ReportedKind, required=True)
    subject_id = IdOfOne(required=True)
    label = PlainText(required=True, max_length=LABEL_LENGTH)
    snapshot = PlainText(max_length=SNAPSHOT_LENGTH, default="")
    owner_id = IdOf("users", may_dangle=OUTLIVES)
    shop_id = IdOf("shops", may_dangle=OUTLIVES)
    conversation_id = IdOf("conversations", may_dangle=OUTLIVES)
    seq = IntField(min_value=1)
    state = EnumField(SubjectState, required=True, default=SubjectState.OPEN)
    since: datetime = DateTimeField(required=True, default=now)
    round = IntField(required=True, default=0, min_value=0)
    open_count = IntField(required=True, default=0, min_value=0)
    held = BooleanField(required=True, default=False)
    cleared = BooleanField(required=True, default=False)
    decisions = ListField(ValueField(Decision), max_length=MOST_DECISIONS)

    meta: ClassVar[dict[str, Any]] = {
        "collection": "reported_subjects",
        "indexes": [
            # What was reported already, by kind and id.
            {"fields": ["key"], "name": "key", "unique": True},
            # What waits for a decision, longest first; and what was decided, newest first.
            {"fields": ["state", "since", "_id"], "name": "state"},
            # What of somebody's was reported.
            {"fields": ["owner_id"], "name": "owner"},
            # What of a shop was reported.
            {"fields": ["shop_id"], "name": "shop"},
        ],
    }

    @property
    def is_open(self) -> bool:
        """Whether somebody waits for a decision."""
        return self.state is SubjectState.OPEN and self.open_count > 0

    @property
    def last_decision(self) -> Decision | None:
        """What was decided last."""
        return self.decisions[-1] if self.decisions else None

    def answer_to(self, round_: int) -> Decision | None:
        """What was decided about the reports of a round."""
        return next((one for one in self.decisions if one.round == round_), None)

    def take_report(self, target: Target, at: datetime) -> None:
        """Count another person's report; the first of a round says what the thing was then."""
        if not self.is_open:
            self.state, self.since = SubjectState.OPEN, at
            self.label, self.snapshot = target.label[:LABEL_LENGTH], target.snapshot[:SNAPSHOT_LENGTH]
        self.open_count += 1

    def hold(self) -> None:
        """Note that it is hidden until somebody decides."""
        self.held = True

    def decide(self, decision: Decision, *, clears: bool) -> None:
        """End the round; what was found in order (`clears`) is not hidden by reports alone again."""
        kept = [*self.decisions, decision]
        self.decisions = kept[-MOST_DECISIONS:]
        self.state, self.since = SubjectState.DECIDED, decision.at
        self.open_count, self.round, self.held = 0, self.round + 1, False
        self.cleared = clears

    def forget(self, label: str) -> None:
        """Keep nothing that tells of a person."""
        self.label, self.snapshot = label, ""


class Report(Aggregate):
    """What one person says is wrong with something.

    It is never changed but for `answered`: that its reporter was told what was decided. Whether it is open
    follows from its round and that of what it is about.
    """

    about_id = IdOf("reported_subjects", required=True)
    round = IntField(required=True, min_value=0)
    reporter_id = IdOf("users", may_dangle=OUTLIVES, required=True)
    reason = EnumField(ReportReason, required=True)
    text = PlainText(max_length=TEXT_LENGTH, default="")
    trusted = BooleanField(required=True, default=False)
    answered = BooleanField(required=True, default=False)
    at: datetime = DateTimeField(required=True, default=now)

    meta: ClassVar[dict[str, Any]] = {
        "collection": "reports",
        "indexes": [
            # One report for each person and round; those of a round that are not answered yet.
            {"fields": ["about_id", "round", "reporter_id"], "name": "once", "unique": True},
            # What is said about one thing, newest first.
            {"fields": ["about_id", "-_id"], "name": "about"},
            # What one person reported, newest first.
            {"fields": ["reporter_id", "-_id"], "name": "reporter"},
        ],
    }

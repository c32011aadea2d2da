"""Forgetting somebody who deletes their account."""

from __future__ import annotations

from bson import ObjectId

from ...accounts.values import NAME_OF_NOBODY
from ..repositories import reports, subjects
from ..values import ReportedKind


def forget_person(user_id: ObjectId) -> None:
    """Keep what was reported and decided, without what this person wrote or was called.

    Listings and shops are no person's words; they stay as they were called.
    """
    reports.forget_words_of(user_id)
    for subject in subjects.of_owner(user_id):
        if subject.kind is ReportedKind.USER:
            subject.forget(NAME_OF_NOBODY)
        else:
            subject.forget(subject.label)
        subjects.save(subject)

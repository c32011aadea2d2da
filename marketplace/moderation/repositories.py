"""Every query of moderation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bson import ObjectId

from ..shared.paging import Page, Position
from ..shared.repository import Repository
from .documents import Report, ReportedSubject
from .errors import ReportNotFound
from .values import SubjectState, Target

#: Reports about one person or shop are counted up to this many.
MOST_COUNTED = 1000


class ReportedSubjectRepository(Repository[ReportedSubject]):
    """What was reported."""

    document = ReportedSubject
    missing = ReportNotFound

    def about(self, target: Target) -> ReportedSubject | None:
        """What this is to moderators, if anybody reported it."""
        return self.find(key=target.key)

    def in_state(
        self, state: SubjectState, *, at: Position | None = None, limit: int = 24
    ) -> Page[ReportedSubject]:
        """What waits, longest first; or what was decided, newest first."""
        way = 1 if state is SubjectState.OPEN else -1
        return self.page(self.all().filter(state=state), [("since", way), ("_id", way)], at=at, limit=limit)

    def count_open(self) -> int:
        """How much waits for a decision, counted up to MOST_COUNTED."""
        found = self.all().filter(state=SubjectState.OPEN).limit(MOST_COUNTED)
        return int(found.count(with_limit_and_skip=True))

    def of_owner(self, owner_id: ObjectId) -> Iterator[ReportedSubject]:
        """What of somebody's was reported."""
        yield from self.all().filter(owner_id=owner_id)

    def count_of_owner(self, owner_id: ObjectId) -> int:
        """How many things of somebody's were reported, counted up to MOST_COUNTED."""
        return int(self.all().filter(owner_id=owner_id).limit(MOST_COUNTED).count(with_limit_and_skip=True))

    def count_of_shop(self, shop_id: ObjectId) -> int:
        """How many things of a shop were reported, counted up to MOST_COUNTED."""
        return int(self.all().filter(shop_id=shop_id).limit(MOST_COUNTED).count(with_limit_and_skip=True))

    def miscounted(self) -> Iterator[dict[str, Any]]:
        """Those whose number of open reports is not that of the reports of their round."""
        joined = {
            "from": "reports",
            "localField": "_id",
            "foreignField": "about_id",
            "as": "reports",
        }
        of_round = {
            "$filter": {"input": "$reports", "as": "one", "cond": {"$eq": ["$$one.round", "$round"]}},
        }
        shown = {"open_count": 1, "count": {"$size": of_round}}
        wrong = {"$expr": {"$ne": ["$open_count", "$count"]}}
        yield from self.rows([{"$lookup": joined}, {"$project": shown}, {"$match": wrong}])


class ReportRepository(Repository[Report]):
    """What people say is wrong with something."""

    document = Report
    missing = ReportNotFound

    def of_person(self, about_id: ObjectId, round_: int, reporter_id: ObjectId) -> Report | None:
        """What this person said in a round, if they did."""
        return self.find(about_id=about_id, round=round_, reporter_id=reporter_id)

    def trusted(self, about_id: ObjectId, round_: int) -> int:
        """How many reports of a round weigh enough to hide something."""
        found = self.all().filter(about_id=about_id, round=round_, trusted=True)
        return int(found.limit(MOST_COUNTED).count(with_limit_and_skip=True))

    def about(self, about_id: ObjectId, *, at: Position | None = None, limit: int = 24) -> Page[Report]:
        """What people say about one thing, newest first."""
        return self.page(self.all().filter(about_id=about_id), [("_id", -1)], at=at, limit=limit)

    def of_reporter(
        self, reporter_id: ObjectId, *, at: Position | None = None, limit: int = 24
    ) -> Page[Report]:
        """What somebody reported, newest first."""
        return self.page(self.all().filter(reporter_id=reporter_id), [("_id", -1)], at=at, limit=limit)

    def unanswered(self, about_id: ObjectId, round_: int, limit: int) -> list[Report]:
        """Some reports of a round whose reporters do not know yet what was decided."""
        return list(self.all().filter(about_id=about_id, round=round_, answered=False).limit(limit))

    def mark_answered(self, found: list[Report]) -> None:
        """Note that their reporters are told."""
        self.all().filter(pk__in=[one.pk for one in found]).update(set__answered=True)

    def forget_words_of(self, reporter_id: ObjectId) -> None:
        """Keep that somebody reported something, and nothing of what they wrote."""
        self.all().filter(reporter_id=reporter_id).update(set__text="")


subjects = ReportedSubjectRepository()
reports = ReportRepository()

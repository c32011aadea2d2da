"""Reports on a real server: races, transactions, plans and round trips."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor

import pytest
from bson import ObjectId

from marketplace.accounts.errors import NotYourRole
from marketplace.accounts.values import Role
from marketplace.catalog.repositories import products
from marketplace.catalog.values import ProductStatus
from marketplace.moderation import invariants, services
from marketplace.moderation.repositories import reports, subjects
from marketplace.moderation.values import Action, SubjectState
from marketplace.shared import connections
from marketplace.shared.errors import MarketplaceError
from tests.builders import a_product, a_user
from tests.moderation.conftest import an_older_user, report, reported

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("app")]


def at_once(app, *tasks):
    """What each of the tasks answers, all begun together."""

    def run(task):
        with app.app_context():
            return task()

    with ThreadPoolExecutor(len(tasks)) as crowd:
        waiting = [crowd.submit(contextvars.Context().run, run, task) for task in tasks]
        return [one.result() for one in waiting]


def found_wrong():
    return [finding.sentence for one in invariants.INVARIANTS for finding in one.find()]


def test_of_many_who_report_at_once_each_counts_and_one_hides(app):
    product = a_product()
    crowd = [an_older_user() for _ in range(6)]

    def file(one):
        try:
            return report("listing", product, by=one)
        except MarketplaceError:  # it was hidden before this one looked
            return None

    filed = [one for one in at_once(app, *(lambda one=one: file(one) for one in crowd)) if one]

    assert products.get(product.pk).status is ProductStatus.HIDDEN
    assert sum(one.held for one in filed) == 1
    assert reported(filed[0]).open_count == len(filed) >= 3
    assert found_wrong() == []


def test_one_who_clicks_twice_at_once_reported_once(app):
    product, ada = a_product(), a_user()

    def file():
        try:
            report("listing", product, by=ada)
        except MarketplaceError:
            return False
        return True

    assert at_once(app, file, file, file).count(True) == 1
    assert reports.all().count() == 1
    assert found_wrong() == []


def test_of_two_decisions_at_once_one_counts(app, moderator):
    filed = report("listing", a_product())
    other = a_user(roles=(Role.MODERATOR,))

    def decide(who, action):
        try:
            services.decide(
                moderator_id=who.pk,
                subject_id=filed.report.about_id,
                action=action,
                reason="Because.",
                round_=0,
            )
        except MarketplaceError:
            return False
        return True

    done = at_once(app, lambda: decide(moderator, Action.HIDE), lambda: decide(other, Action.DISMISS))

    assert done.count(True) == 1
    assert len(reported(filed).decisions) == 1


def test_what_cannot_be_done_leaves_no_decision(moderator):
    filed = report("user", an_older_user(roles=(Role.ADMIN,)))

    with pytest.raises(NotYourRole):
        services.decide(
            moderator_id=moderator.pk,
            subject_id=filed.report.about_id,
            action=Action.LOCK_USER,
            reason="Because.",
        )

    assert reported(filed).is_open
    assert connections.database()["outbox"].count_documents({"topic": "report.decided"}) == 0


def test_a_wrong_count_is_found():
    filed = report("listing", a_product())
    subjects.all().filter(pk=filed.report.about_id).update(set__open_count=7)

    assert found_wrong() == ["It says 7 open reports; there are 1."]


LISTS = {
    "what waits": lambda: services.reported_things(SubjectState.OPEN),
    "what was decided": lambda: services.reported_things(SubjectState.DECIDED),
    "of a person": lambda: list(subjects.of_owner(ObjectId())),
    "how many of a person": lambda: subjects.count_of_owner(ObjectId()),
    "how many of a shop": lambda: subjects.count_of_shop(ObjectId()),
    "how many wait": lambda: subjects.count_open(),
    "what is said": lambda: reports.about(ObjectId()),
    "one's own": lambda: reports.of_reporter(ObjectId()),
    "once": lambda: reports.of_person(ObjectId(), 0, ObjectId()),
    "to be answered": lambda: reports.unanswered(ObjectId(), 0, 50),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_planned_on_an_index_and_sorts_nothing(name):
    report("listing", a_product())
    db = connections.database()
    db.command("profile", 2)

    LISTS[name]()

    db.command("profile", 0)
    (row,) = db["system.profile"].find(
        {"op": {"$in": ["query", "command"]}, "planSummary": {"$exists": True}}
    )
    assert "IXSCAN" in row["planSummary"], row["planSummary"]
    assert not row.get("hasSortStage")


def test_the_list_costs_the_same_however_much_was_reported(person):
    _, browser = person("Mo", roles=(Role.MODERATOR,))
    counts = []
    for _ in range(2):
        report("listing", a_product())
        counts.append(_round_trips(lambda: browser.get("/admin/reports")))

    assert counts[0] == counts[1] <= 9


def _round_trips(work):
    db = connections.database()
    db["system.profile"].drop()
    db.command("profile", 2)
    work()
    db.command("profile", 0)
    return db["system.profile"].count_documents(
        {"command.profile": {"$exists": False}, "ns": {"$not": {"$regex": "system.profile$"}}}
    )

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from marketplace.shared import clock
from tests.shared.things import Jar, jars


def test_the_present_is_in_utc_and_goes_on():
    before = datetime.now(UTC) - timedelta(milliseconds=1)

    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_a_moment_is_stored_without_loss(app):
    jar = jars.add(Jar(filled_at=clock.now()))

    assert jars.get(jar.id).filled_at == jar.filled_at


def test_something_may_happen_at_another_moment():
    moment = datetime(2024, 2, 29, tzinfo=UTC)

    with clock.at(moment):
        assert clock.now() == moment
    assert clock.now() > moment

from __future__ import annotations

import pytest
from bson import ObjectId
from mongoengine.errors import NotUniqueError, ValidationError

from marketplace.shared.errors import VersionConflict
from tests.shared.things import Jar, JarNotFound, jars

pytestmark = pytest.mark.usefixtures("app")


def test_a_saved_aggregate_has_the_next_version():
    jar = jars.add(Jar(size=1))

    jars.save(jar)

    assert jars.get(jar.id).version == 1


def test_who_saves_an_outdated_aggregate_is_refused():
    jar = jars.add(Jar(size=1))
    mine, theirs = jars.get(jar.id), jars.get(jar.id)
    theirs.size = 2
    jars.save(theirs)
    mine.size = 3

    with pytest.raises(VersionConflict, match="Someone else changed this jar"):
        jars.save(mine)

    stored = jars.get(jar.id)
    assert (stored.size, stored.version, mine.version) == (2, 1, 0)


def test_a_deleted_aggregate_is_not_brought_back():
    jar = jars.add(Jar(size=1))
    late = jars.get(jar.id)
    jar.delete()
    late.size = 2

    with pytest.raises(VersionConflict):
        jars.save(late)

    assert jars.find(pk=jar.id) is None


def test_an_aggregate_that_was_refused_can_be_mended_and_saved():
    jar = jars.add(Jar(label="blue"))
    jar.label = "b" * 21
    with pytest.raises(ValidationError):
        jars.save(jar)
    jar.label = "green"

    jars.save(jar)

    assert (jars.get(jar.id).label, jar.version) == ("green", 1)


def test_adding_never_replaces_what_is_there():
    jar = jars.add(Jar(size=1))

    with pytest.raises(NotUniqueError):
        jars.add(Jar(id=jar.id, size=2))

    assert jars.get(jar.id).size == 1


def test_a_taken_unique_value_is_refused():
    Jar.ensure_indexes()
    jars.add(Jar(label="blue"))

    with pytest.raises(NotUniqueError):
        jars.add(Jar(label="blue"))


def test_a_change_to_a_taken_unique_value_keeps_the_version():
    Jar.ensure_indexes()
    jars.add(Jar(label="blue"))
    jar = jars.add(Jar(label="green"))
    jar.label = "blue"

    with pytest.raises(NotUniqueError):
        jars.save(jar)

    assert jar.version == 0


def test_what_is_not_there_is_missing_by_its_own_name():
    with pytest.raises(JarNotFound, match="This jar does not exist"):
        jars.get(ObjectId())


def test_several_are_found_by_their_ids():
    one, two = jars.add(Jar()), jars.add(Jar())

    assert jars.by_ids([one.id, two.id, one.id, ObjectId()]) == {one.id: one, two.id: two}
    assert jars.by_ids([]) == {}

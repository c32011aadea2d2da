from __future__ import annotations

import pytest

from marketplace.operations import digests
from marketplace.operations.migrations import Failed, indexes, migrate, revert

pytestmark = pytest.mark.real


@pytest.fixture
def things(db):
    """A collection with an index `n`."""
    db.things.insert_many([{"_id": number, "n": number, "same": number % 2} for number in range(6)])
    db.things.create_index("n", name="n", partialFilterExpression={"n": {"$gt": 1}})
    return db.things


@pytest.fixture
def step(write):
    """Writes a migration of steps: `step('index.drop("things", "n")')`."""
    return lambda *texts: write("0001_a", f"steps = [{', '.join(texts)}]")


def index(collection, name: str) -> dict:
    return digests.indexes_of(collection).get(name)


@pytest.mark.parametrize(
    "text",
    [
        'index.create("things", "new", {"n": 1, "same": -1})',
        'index.create("things", "text", [("n", "text")], default_language="none")',
        'index.create("nowhere", "new", "n")',
        'index.drop("things", "n")',
        'index.drop("things", "absent")',
        'index.hide("things", "n")',
        'index.replace("things", "n", "n2", "n")',
        'index.replace("things", "n", "n", {"n": 1}, unique=True)',
        'index.unique("things", "n", "n", partialFilterExpression={"n": {"$gt": 1}})',
        'index.unique("things", "new", "n")',
        'index.unique("nowhere", "new", "n")',
        'collection("made", IndexModel("a", name="a"), capped=True, size=4096)',
        'collection("things", IndexModel("a", name="a"))',
        'validator("things", {"n": {"$type": "int"}})',
        'validator("made", {"n": {"$type": "int"}})',
        'validator("things", {"n": {"$type": "string"}}, level="moderate", action="warn")',
    ],
)
def test_a_step_does_something_may_run_again_and_comes_back(db, things, step, text):
    before = digests.of_database(db, but=("_migrations", "_migration_lock"))
    step(text, text)

    migrate(db)
    after = digests.of_database(db, but=("_migrations", "_migration_lock"))
    revert(db)

    back = digests.of_database(db, but=("_migrations", "_migration_lock"))
    back["things"]["options"].pop("validationLevel", 0)  # the server says its defaults once it was asked
    back["things"]["options"].pop("validationAction", 0)
    assert (after != before) is ("absent" not in text)
    assert back == before


def test_an_index_is_built_with_its_options(db, things, step):
    step('index.create("things", "new", {"n": 1, "same": -1}, sparse=True)')

    migrate(db)

    assert index(things, "new") == {"name": "new", "key": [("n", 1), ("same", -1)], "sparse": True}


def test_an_index_that_cannot_be_unique_fails_with_the_value(db, things, step):
    step('index.create("things", "new", "same", unique=True)')

    with pytest.raises(Failed, match=r"cannot be unique: several documents have \{'same': [01]\}"):
        migrate(db)


def test_an_index_that_is_there_with_other_options_is_not_touched(db, things, step):
    step('index.create("things", "n", "n")')

    with pytest.raises(Failed, match=r"another index with the name n or with its keys\. Say index.replace"):
        migrate(db)

    assert "partialFilterExpression" in index(things, "n")


def test_another_failure_of_a_build_is_told_as_it_is(db, things, step):
    step('index.create("things", "new", "n", partialFilterExpression={"n": {"$bad": 1}})')

    with pytest.raises(Failed, match="OperationFailure"):
        migrate(db)


def test_a_hidden_index_can_be_shown_again(db, things, write):
    write("0001_a", 'steps = [index.hide("things", "n")]')
    write("0002_b", 'steps = [index.show("things", "n")]')

    migrate(db, to="0001_a")
    hidden = index(things, "n")["hidden"]
    migrate(db)

    assert (hidden, "hidden" in index(things, "n")) == (True, False)
    revert(db)
    assert index(things, "n")["hidden"]


def test_what_is_not_there_cannot_be_hidden(db, things, step):
    step('index.hide("things", "none")')

    with pytest.raises(Failed, match="things has no index none"):
        migrate(db)


def test_a_replaced_index_is_gone_when_the_new_one_is_there(db, things, step):
    step('index.replace("things", "n", "n2", {"n": 1, "same": 1})')

    migrate(db)

    assert list(digests.indexes_of(things)) == ["_id_", "n2"]


def test_a_text_index_is_dropped_before_its_successor_is_built(db, things, step):
    things.create_index([("n", "text")], name="old")
    step('index.replace("things", "old", "new", [("same", "text")])')
    told = []

    migrate(db, report=told.append)

    assert list(digests.indexes_of(things)) == ["_id_", "n", "new"]
    assert "    things: old is dropped first, since both cannot be at once" in told


def test_the_path_to_a_unique_index_lists_what_is_in_its_way_and_goes_on_when_that_is_mended(
    db, things, step
):
    step('index.unique("things", "new", "same")')

    with pytest.raises(Failed) as failed:
        migrate(db)

    assert "2 keys of the index new of things belong to several documents" in str(failed.value)
    assert "{'same': 0}: 0, 2, 4" in str(failed.value)
    with pytest.raises(Exception, match="E11000"):
        things.insert_one({"same": 1})
    things.delete_many({"_id": {"$gt": 1}})
    assert migrate(db) == ["0001_a"]
    assert index(things, "new")["unique"]


def test_many_duplicates_are_told_in_part(db, step):
    db.things.insert_many([{"_id": number, "same": number // 2} for number in range(60)])
    step('index.unique("things", "new", "same")')

    with pytest.raises(Failed, match=r"(?s)30 keys.* … and 10 more") as failed:
        migrate(db)

    assert len(str(failed.value).splitlines()) == 22


def test_a_build_that_runs_is_waited_for(db, things, step, monkeypatch):
    answers = iter([["new"], ["new"], []])
    monkeypatch.setattr(indexes, "building", lambda db, collection: next(answers))
    monkeypatch.setattr(indexes, "LOOK_EVERY", 0)
    step('index.create("things", "new", "n")')
    told = []

    migrate(db, report=told.append)

    assert told.count("    things: waiting for the build of new that runs already") == 1
    assert index(things, "new")


def test_nothing_is_built_on_a_collection_that_is_not_there(db):
    assert indexes.building(db, "nowhere") == []


# Validators


def test_a_strict_validator_is_refused_while_documents_break_it(db, things, step):
    step('validator("things", {"n": {"$lt": 4}})')

    with pytest.raises(Failed, match="2 documents of things break the validator, such as 4"):
        migrate(db)

    assert things.options() == {}


@pytest.mark.parametrize("soft", ['level="moderate"', 'action="warn"', "allow_violations=True"])
def test_another_one_is_put_in_force_and_tells_how_many_there_are(db, things, step, soft):
    step(f'validator("things", {{"n": {{"$lt": 4}}}}, {soft})')
    told = []

    migrate(db, report=told.append)

    assert things.options()["validator"] == {"n": {"$lt": 4}}
    assert "    things: 2 documents break the validator" in told


def test_a_validator_can_be_ended(db, step):
    db.create_collection("made", validator={"n": 1})
    step('validator("made", None)')

    migrate(db)
    ended = db.made.options()
    revert(db)

    assert "validator" not in ended
    assert db.made.options()["validator"] == {"n": 1}


# Collections


def test_undoing_drops_no_collection_that_was_there_before(db, things, step):
    step('collection("things", IndexModel("a", name="a"), IndexModel("n", name="n", '
         'partialFilterExpression={"n": {"$gt": 1}}))')  # fmt: skip

    migrate(db)
    revert(db)

    assert list(digests.indexes_of(things)) == ["_id_", "n"]
    assert things.count_documents({}) == 6

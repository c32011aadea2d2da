from __future__ import annotations

import pytest

from marketplace.operations.migrations import known
from marketplace.operations.migrations.lint import RULES, lint

#: For each rule a migration that breaks it.
BROKEN = {
    "unique-index": 'steps = [index.create("a", "n", "n", unique=True)]',
    "visible-index": 'steps = [index.hide("a", "n"), index.drop("a", "n")]',
    "removed-early": 'steps = [each("a", {}, {"$unset": {"n": ""}}, down={"$set": {"n": 1}})]',
    "rename": 'steps = [each("a", {}, {"$rename": {"n": "m"}}, down={"$rename": {"m": "n"}})]',
    "unbounded": "def up(db): db.a.update_many({}, {'$set': {'n': 1}})\nsteps = [tx(up, down)]",
    "strict-validator": 'steps = [validator("a", {"n": 1})]',
    "ttl-index": 'steps = [index.create("a", "n", "n", expireAfterSeconds=60)]',
    "text-index": 'steps = [index.replace("a", "m", "n", [("n", "text")])]',
    "application-import": "from marketplace.catalog import documents\nsteps = [tx(up, down)]",
    "safe": 'steps = [tx(up, down, safe={"unbounded": "It is small."})]',
}

FINE = {
    "a new collection may have any index": """
        steps = [collection("a", IndexModel("x", name="x")),
                 index.create("a", "n", "n", unique=True, expireAfterSeconds=1),
                 index.create("a", "t", [("n", "text")])]
    """,
    "the path to a unique index": 'steps = [index.unique("a", "n", "n")]',
    "a validator after a moderate one": """
        steps = [validator("a", {"n": 1}, level="moderate"), validator("a", {"n": 1})]
    """,
    "a bounded update": "def up(db): db.a.update_many({'_id': 1}, {})\nsteps = [tx(up, down)]",
    "what only the way down removes": """
        steps = [each("a", {}, {"$set": {"n": 1}}, down={"$unset": {"n": ""}})]
    """,
    "what is removed in phase contract": """
        phase = "contract"
        def remove(db): db.drop_collection("a")
        steps = [tx(remove, down)]
    """,
    "steps of ours and libraries": "import json, pymongo\nsteps = [opaque(up, down, idempotent=True)]",
    "a pipeline": 'steps = [each("a", {}, [{"$set": {"n": 1}}], down={})]',
    "a library's function": "import functools\nsteps = [tx(functools.partial(up), print)]",
}


def rules() -> list[str]:
    return [finding.rule.split()[0] for finding in lint(known())]


def test_every_rule_is_seen_to_speak():
    assert BROKEN.keys() == RULES.keys()


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_speaks_of_what_breaks_it(write, rule):
    write("0001_a", BROKEN[rule], phase="migrate")

    assert rule in rules()


@pytest.mark.parametrize("rule", sorted(RULES.keys() - {"application-import", "safe"}))
def test_a_rule_is_silent_when_the_step_says_why(write, rule):
    head, _, tail = BROKEN[rule].rpartition(")]")
    write("0001_a", f'{head}, safe={{"{rule}": "We looked."}})]{tail}', phase="migrate")

    assert rule not in rules()
    assert "safe" not in rules()


def test_silence_without_a_reason_is_a_finding(write):
    write("0001_a", 'steps = [validator("a", {"n": 1}, safe={"strict-validator": " "})]')

    assert [str(one) for one in lint(known())] == [
        "0001_a, validator a: safe strict-validator: it silences a rule that does not speak here,"
        " or gives no reason."
    ]


@pytest.mark.parametrize("what", FINE)
def test_nothing_is_said_against(write, what):
    write("0001_a", FINE[what])

    assert rules() == []


def test_an_index_that_an_earlier_migration_hid_may_be_dropped(write):
    write("0001_a", 'steps = [index.hide("a", "n")]')
    write("0002_b", 'steps = [index.drop("a", "n")]')

    assert rules() == []


def test_an_index_that_is_shown_again_may_not(write):
    write("0001_a", 'steps = [index.hide("a", "n")]')
    write("0002_b", 'steps = [index.show("a", "n")]')
    write("0003_c", 'steps = [index.drop("a", "n")]')

    assert rules() == ["visible-index"]


def test_a_text_index_that_is_dropped_and_built_again_is_a_replaced_one(write):
    write("0001_a", 'steps = [collection("a", IndexModel([("n", "text")], name="n")), index.hide("a", "n")]')
    write("0002_b", 'steps = [index.drop("a", "n"), index.create("a", "m", [("m", "text")])]')

    assert rules() == ["text-index"]


@pytest.mark.parametrize(
    "line",
    ["import seeds", "import marketplace.catalog.documents as d", "from . import x", "from app import x"],
)
def test_the_application_may_not_be_imported_even_where_it_is_not_run(write, line):
    write("0001_a", f"def up(db):\n    {line}\nsteps = [tx(up, down)]")

    assert rules() == ["application-import"]


def test_what_a_function_calls_counts_too(write):
    write("0001_a", """
        def sweep(db): db.a.delete_many({})
        def up(db): sweep(db)
        steps = [opaque(up, down, idempotent=True),
                 each("a", {}, lambda db, x: {"$unset": {"n": 1}}, down={})]
    """)  # fmt: skip

    assert sorted(rules()) == ["removed-early", "unbounded"]


def test_functions_that_call_each_other_are_read_once(write):
    write("0001_a", "def ping(db): pong(db)\ndef pong(db): ping(db)\nsteps = [tx(ping, down)]")

    assert rules() == []

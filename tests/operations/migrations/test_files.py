from __future__ import annotations

import pytest

from marketplace.operations.migrations import MigrationError, known
from marketplace.operations.migrations.files import read_one


def names() -> list[str]:
    return [migration.name for migration in known()]


def test_migrations_are_known_in_the_order_of_their_numbers(write, folder):
    write("0002_second")
    write("0001_first")
    (folder / "__init__.py").touch()

    assert [(one.name, one.content.title) for one in known()] == [
        ("0001_first", "What 0001_first is for."),
        ("0002_second", "What 0002_second is for."),
    ]


@pytest.mark.parametrize("name", ["first", "1_first", "0001-first", "0001_First", "00001_first", "0001_"])
def test_a_name_that_has_no_order_is_refused(write, name):
    write(name)

    with pytest.raises(MigrationError, match=r"not named like 0001_what_it_does\.py"):
        known()


def test_a_diamond_is_ordered_by_what_depends_on_what_and_ties_by_name(write):
    plain = "steps = [tx(up, down=down)]\n"
    write("0001_top")
    write("0002_right", plain + 'depends_on = ("0001_top",)')
    write("0003_bottom", plain + 'depends_on = ("0002_right", "0004_left")')
    write("0004_left", plain + 'depends_on = ("0001_top",)')

    assert names() == ["0001_top", "0002_right", "0004_left", "0003_bottom"]


def test_migrations_that_depend_on_each_other_in_a_circle_are_refused(write):
    write("0001_hen", 'steps = [tx(up, down=down)]\ndepends_on = ("0002_egg",)')
    write("0002_egg")

    with pytest.raises(MigrationError, match="in a circle: 0001_hen, 0002_egg"):
        known()


def test_a_dependency_that_has_no_file_is_refused(write):
    write("0001_a", 'steps = [tx(up, down=down)]\ndepends_on = ("0000_gone",)')

    with pytest.raises(MigrationError, match="0001_a depends on 0000_gone, and there is no such file"):
        known()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("steps = [", "cannot be read: SyntaxError"),
        ("1 / 0", "cannot be read: ZeroDivisionError"),
        ("", "has no steps"),
        ("steps = []", "has no steps"),
        ("steps = [up]", "has no steps"),
        ('steps = [tx(up, down=down)]\nphase = "soon"', "has no phase"),
        ('steps = [tx(up, down=down)]\n__doc__ = ""', "does not say why"),
        ('steps = [tx(up, down=down)]\ndepends_on = "0000_a"', "depends_on is a tuple of names"),
        ("steps = [tx(up)]", "cannot be undone: give a down to tx up"),
        ('steps = [each("a", {}, {"$set": {"b": 1}})]', "cannot be undone: give a down to each a"),
        ("steps = [opaque(up, idempotent=True)]", "cannot be undone: give a down to opaque up"),
    ],
)
def test_a_file_that_is_no_migration_is_refused_with_what_is_wrong(write, text, sentence):
    write("0001_a", text)

    with pytest.raises(MigrationError, match=sentence):
        known()


def test_who_gives_a_reason_may_write_what_cannot_be_undone(write):
    write("0001_a", 'steps = [tx(up)]\nirreversible = "The old addresses are gone."')

    assert names() == ["0001_a"]


def test_the_checksum_is_the_same_whatever_ends_the_lines(write):
    path = write("0001_a")
    unix = read_one("0001_a").checksum
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert read_one("0001_a").checksum == unix


@pytest.mark.parametrize(
    ("text", "phase"), [('phase = "contract"', "contract"), ("phase = PHASE", "migrate"), ("", "migrate")]
)
def test_the_phase_is_told_by_the_text_alone(folder, text, phase):
    (folder / "0001_a.py").write_text(f'"""A."""\n{text}\nraise SystemExit')

    assert read_one("0001_a").phase == phase

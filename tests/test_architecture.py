from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from mongoengine.base import BaseDocument

ROOT = Path(__file__).parents[1]
CODE = ("marketplace", "migrations", "seeds")
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

#: For each contract, a module and the line that breaks it there.
VIOLATIONS = {
    "Contexts depend in one direction": ("accounts/values.py", "from ..ordering import values"),
    "Inside a context, the web is outside and the rules are inside": (
        "accounts/repositories.py",
        "from . import services",
    ),
    "A context shows others its services, values and errors only": (
        "operations/readiness.py",
        "from ..accounts import documents",
    ),
    "The catalog shows others its services, values and errors only": (
        "operations/readiness.py",
        "from ..catalog import documents",
    ),
    "Ordering shows others its services, values and errors only": (
        "operations/readiness.py",
        "from ..ordering import documents",
    ),
    "Messaging shows others its services, values and errors only": (
        "operations/readiness.py",
        "from ..messaging import documents",
    ),
    "Moderation shows others its services, values and errors only": (
        "operations/readiness.py",
        "from ..moderation import documents",
    ),
    "Documents, values and errors know nothing of the web": ("shared/values.py", "import werkzeug"),
}


def check_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of the code in this folder."""
    command = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from (ROOT / folder).rglob("*.py")


def text_files() -> Iterator[Path]:
    """Every file of the repository that people read."""
    yield from (path for path in ROOT.iterdir() if path.suffix in (".py", ".md", ".toml"))
    yield from (ROOT / "Makefile", ROOT / ".ci" / "run")
    for folder in (*CODE, "tests", "docs", "benchmarks"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".md", ".toml", ".html", ".css", ".js", ".svg", ".json", ".txt"):
                yield path


# Imports


def test_the_import_contracts_hold():
    answer = check_imports(ROOT)

    assert answer.returncode == 0, answer.stdout


def test_every_contract_is_seen_to_fail():
    names = re.findall(
        r'^name = "(.+)"$', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert set(names) - {"marketplace"} == set(VIOLATIONS)


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_fails_on_a_deliberate_violation(tmp_path, contract):
    for folder in CODE:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=_all_but_python)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module, line = VIOLATIONS[contract]
    with (tmp_path / "marketplace" / module).open("a") as file:
        file.write(f"\n{line}\n")

    answer = check_imports(tmp_path)

    assert answer.returncode == 1
    assert f"{contract} BROKEN" in answer.stdout


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (name.endswith(".py") or (Path(folder) / name).is_dir())]


# Code


def test_queries_are_written_in_repositories_only():
    elsewhere = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in python_files("marketplace", "seeds")
        if "repositor" not in str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_get_collection")
    ]

    assert elsewhere == []


def test_no_two_documents_share_a_name(app):
    def below(kind: type) -> set[type]:
        return {kind}.union(*(below(one) for one in kind.__subclasses__()))

    ours = Counter(
        kind.__name__ for kind in below(BaseDocument) if kind.__module__.startswith("marketplace.")
    )

    assert [name for name, times in ours.items() if times > 1] == []


def test_every_route_says_what_it_does(app):
    silent = [
        endpoint
        for endpoint, view in app.view_functions.items()
        if view.__module__.startswith("marketplace.") and not (view.__doc__ or "").strip()
    ]

    assert silent == []


def test_every_page_route_is_short():
    """A route reads the request, calls one thing and answers."""
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in python_files("marketplace")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and _is_route(node)
        if node.end_lineno - node.lineno > 24
    ]

    assert long == []


def _is_route(node: ast.FunctionDef) -> bool:
    return any("blueprint." in ast.unparse(decorator) for decorator in node.decorator_list)


# Files


FORBIDDEN = (
    "../" + "shared",
    "/wo" + "rk/",
    "/ro" + "ot/",
    "index" + "-url",
)


def test_no_file_depends_on_the_machine_that_it_was_written_on():
    found = [
        f"{path.relative_to(ROOT)}: {words}"
        for path in text_files()
        for words in FORBIDDEN
        if words in path.read_text(encoding="utf-8")
    ]

    assert found == []


@pytest.mark.parametrize(
    "inline",
    [r"<style\b", r"\sstyle\s*=", r"<script(?![^>]*\bsrc=)", r"[\s\"']on[a-z]+\s*=\s*[\"']", r"javascript:"],
)
def test_templates_have_nothing_inline_that_the_security_policy_would_block(inline):
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path in (ROOT / "marketplace" / "templates").rglob("*.html")
        for match in re.finditer(inline, path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_every_folder_of_code_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in python_files("marketplace", "migrations", "seeds")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []

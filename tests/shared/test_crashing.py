"""The points at which tests kill a process."""

from __future__ import annotations

import ast
import os
import signal
from pathlib import Path

import pytest

from marketplace.shared import crashing
from marketplace.shared.crashing import POINTS

ROOT = Path(__file__).parents[2]


@pytest.fixture
def killed(monkeypatch):
    """The signals that would have been sent."""
    sent = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    yield sent
    crashing.disarm()


def test_every_point_is_named_and_every_name_is_a_point():
    named = [
        node.args[0].value
        for path in (ROOT / "marketplace").rglob("*.py")
        if path.name != "crashing.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "crash_point"
    ]

    assert sorted(named) == sorted(POINTS)


def test_a_point_that_is_not_armed_is_passed(killed):
    crashing.arm("checkout.held")

    crashing.crash_point("checkout.placed")

    assert killed == []


def test_an_armed_point_kills_the_process(killed):
    crashing.arm("checkout.held", after=1)

    crashing.crash_point("checkout.held")
    assert killed == []
    crashing.crash_point("checkout.held")

    assert killed == [(os.getpid(), signal.SIGKILL)]


def test_a_name_that_is_no_point_is_a_mistake():
    with pytest.raises(KeyError):
        crashing.arm("checkout.nowhere")

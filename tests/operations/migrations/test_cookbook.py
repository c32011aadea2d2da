"""What the documentation tells authors to write is what a migration may be."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from marketplace.operations.migrations.base import Step

ROOT = Path(__file__).parents[3]

RECIPES = [
    block
    for name in ("docs/operations.md", "CONTRIBUTING.md")
    for block in re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    if "steps = " in block
]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.split("\n")[0][:40])
def test_a_recipe_makes_steps(recipe):
    names: dict[str, object] = {}

    exec(f"from marketplace.operations.migrations.steps import *\n{recipe}", names)  # noqa: S102 - our own text

    assert names["steps"]
    assert all(isinstance(step, Step) for step in names["steps"])


def test_there_are_recipes():
    assert len(RECIPES) >= 6

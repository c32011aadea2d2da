"""The scenarios by name: each tells its progress in lines while it fills the application's database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from . import edge, load, scene
from .loader import load as told
from .plan import Plan


def demo(plan: Plan) -> Iterator[str]:
    """A shop to look at: eight sellers, two hundred products, people and what they bought."""
    return told(scene.load_scene(scene.DEMO), plan)


def e2e(plan: Plan) -> Iterator[str]:
    """A small world with fixed logins, addresses and order numbers, for tests in a browser."""
    return told(scene.load_scene(scene.E2E), plan)


SCENARIOS: dict[str, Callable[[Plan], Iterator[str]]] = {
    "demo": demo,
    "edge": edge.load,
    "e2e": e2e,
    "load": load.load,
}

"""The part of the listing form with what a category asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..values import SpecificationDraft

#: How the name of a ticked option begins, so that no option's name is a number alone.
OPTION = "o_"


def drafts_of(sent: Mapping[str, Any]) -> list[SpecificationDraft]:
    """The facts that were filled in, each with the field that it was written into."""
    drafts = []
    for code, value in sent.items():
        written = chosen_options(value) if isinstance(value, Mapping) else str(value).strip()
        if written:
            drafts.append(SpecificationDraft(code, written, at=f"attributes.{code}"))
    return drafts


def chosen_options(sent: Mapping[str, Any]) -> list[str]:
    """The codes of the options that were ticked."""
    return [name.removeprefix(OPTION) for name, ticked in sent.items() if name.startswith(OPTION) and ticked]

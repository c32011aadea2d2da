"""The stored attributes."""

from __future__ import annotations

from collections.abc import Iterable

from ...shared.repository import Repository
from ..documents import Attribute
from ..errors import AttributeNotFound


class AttributeRepository(Repository[Attribute]):
    """The kinds of facts that products state."""

    document = Attribute
    missing = AttributeNotFound

    def with_code(self, code: str) -> Attribute:
        """The attribute with this code; raises AttributeNotFound."""
        found = self.find(code=code)
        if found is None:
            raise AttributeNotFound("There is no attribute with this code.")
        return found

    def with_codes(self, codes: Iterable[str]) -> dict[str, Attribute]:
        """Those that exist among the codes, by code, in one query; none for no code."""
        wanted = sorted(set(codes))
        return {one.code: one for one in self.all().filter(code__in=wanted)} if wanted else {}

    def filterable(self) -> dict[str, Attribute]:
        """The attributes that lists are filtered by, by their code."""
        return {one.code: one for one in self.all().filter(filterable=True).order_by("label", "pk")}

    def in_order(self) -> list[Attribute]:
        """All attributes by their label."""
        return list(self.all().order_by("label", "pk"))

    def remove_unused(self, attribute: Attribute) -> bool:
        """Remove the attribute unless somebody began to use it; whether it is gone."""
        return bool(self.all().filter(pk=attribute.pk, used=False, version=attribute.version).delete())


attributes = AttributeRepository()

"""What the catalog asks of a search engine; the tests of its contract say what an engine has to keep to."""

from __future__ import annotations

from typing import Any, Protocol

from ...shared.paging import Position
from ..values import Hits, ProductFilter, SearchQuery, Suggestion


class SearchPort(Protocol):
    """A search engine over the visible products.

    Words are compared without case, accents and endings. A product answers a query when it has every word
    of it; where none has, those with some of them do, and the answer says so (`relaxed`). A word that the
    catalogue does not know is corrected, and the answer says that too (`correction`), unless the asker
    insists on what was typed (`exact`).
    """

    def understand(self, text: str) -> SearchQuery:
        """What is asked for by this text."""
        ...

    def find(
        self, wanted: ProductFilter, *, at: Position | None = None, limit: int = 24, exact: bool = False
    ) -> Hits:
        """The products that answer `wanted.q` within the rest of the filter, best first.

        The first thousand can be paged through; raises PageTooDeep behind them.
        """
        ...

    def criteria(self, wanted: ProductFilter, *, exact: bool = False) -> tuple[dict[str, Any], Hits]:
        """The products that `find` answers with, as a filter for lists in another order and for counts.

        The hits that come with it have no rows; they say what was corrected, relaxed and hinted at.
        """
        ...

    def suggest(self, prefix: str, limit: int) -> list[Suggestion]:
        """What begins like this: terms, categories, shops and products, the most frequent first."""
        ...

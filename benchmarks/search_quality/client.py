"""Asking a running shop over its JSON API."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

#: How often a request is sent again that came too soon after others.
TRIES = 20


class Shop:
    """The API of the marketplace at an address such as `http://127.0.0.1:5000`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/api/v1"

    def found(self, query: str, limit: int) -> list[dict[str, Any]]:
        """The cards of the products that the shop answers the query with, best first."""
        return list(self._get("/products", q=query, limit=limit)["data"])

    def category_path(self, product_id: str) -> list[str]:
        """The names of a product's categories, the first level first."""
        return list(self._get(f"/products/{product_id}")["category"]["path"])

    def _get(self, path: str, **query: Any) -> dict[str, Any]:
        address = f"{self._url}{path}" + (f"?{urlencode(query)}" if query else "")
        for _ in range(TRIES):
            try:
                with urlopen(address, timeout=30) as answer:  # noqa: S310 - the address is the caller's own
                    body: dict[str, Any] = json.load(answer)
                    return body
            except HTTPError as refused:
                if refused.code not in (429, 503):
                    raise
                time.sleep(float(refused.headers.get("Retry-After") or 1))
        raise TimeoutError(f"{address} was refused {TRIES} times.")

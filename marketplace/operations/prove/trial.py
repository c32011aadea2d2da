"""A trial: a scratch database with a small world in it, and a site in front of it."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from bson import ObjectId
from pymongo.database import Database

from ..migrations import migrate
from .browser import Browser, Refused
from .site import ROOT, Site, serving

#: The people of the sample world, and the password that each has.
PASSWORD = "end-to-end-2026"  # noqa: S105 - of people that exist for a minute
BUYER, SELLER, OTHER_SELLER = "e2e-buyer", "e2e-seller", "e2e-other-seller"
NEWCOMER, MODERATOR, ADMIN = "e2e-newcomer", "e2e-moderator", "e2e-admin"

#: Two things of which there are enough, of two shops.
MUG, NOTEBOOK = "E2E-PLAIN", "E2E-RULED"

#: The longest name of a database that is left for its own part.
_NAME_LENGTH = 30


@dataclass
class Trial:
    """What an experiment works on."""

    db: Database[dict[str, Any]]
    site: Site
    environment: dict[str, str]

    def variant(self, sku: str) -> ObjectId:
        """The variant with this SKU."""
        found = self.db["products"].find_one({"variants.sku": sku}, {"variants": 1})
        if found is None:
            raise Refused(f"The sample world has no {sku}.")
        named: ObjectId = next(one for one in found["variants"] if one["sku"] == sku)["id"]
        return named

    def stock(self, sku: str) -> dict[str, Any]:
        """The stock of the variant with this SKU, as it is stored."""
        return self.db["stock"].find_one({"_id": self.variant(sku)}) or {}

    def member(self, name: str) -> Browser:
        """The browser of somebody of the sample world, signed in; sign out at the end."""
        return self.site.browser().sign_in(f"{name}@example.com", PASSWORD)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A `flask` command on the scratch database."""
        return flask(self.environment, *words)


def flask(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A `flask` command with these settings, run to its end."""
    return subprocess.run(  # noqa: S603 - this Python, with arguments of our own
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@contextmanager
def scratch(
    db: Database[dict[str, Any]], *, mongodb_uri: str, redis_url: str, wsgi: str = "wsgi:app"
) -> Iterator[Trial]:
    """A trial on the server of this database, which itself is left alone; all of it is gone afterwards.

    Raises Refused when the world cannot be made or the site does not start.
    """
    made = db.client[f"{db.name[:_NAME_LENGTH]}__prove_{uuid4().hex[:8]}"]
    environment = settings(mongodb_uri, redis_url, made.name)
    try:
        migrate(made)
        seeded = flask(environment, "seed", "e2e")
        if seeded.returncode:
            raise Refused(f"The sample world could not be made: {seeded.stderr.strip()[-300:]}")
        with (
            tempfile.TemporaryDirectory(prefix="market-prove-") as folder,
            serving(environment, log=Path(folder) / "web.log", wsgi=wsgi) as site,
        ):
            yield Trial(made, site, environment)
    finally:
        db.client.drop_database(made.name)


def settings(mongodb_uri: str, redis_url: str, database: str) -> dict[str, str]:
    """What the processes of a trial run with: no mail, no limits, a sandbox for a bank, keys of their own."""
    return {
        "MARKETPLACE_ENV": "testing",
        "MARKETPLACE_SECRET_KEY": secrets.token_urlsafe(48),
        "MARKETPLACE_MONGODB_URI": _naming(mongodb_uri, database),
        "MARKETPLACE_MONGODB_DATABASE": database,
        "MARKETPLACE_REDIS_URL": redis_url,
        "MARKETPLACE_PAYMENT_PROVIDERS": "sandbox",
        "MARKETPLACE_API_LIMIT": "0",
        "MARKETPLACE_API_LIMIT_VISITORS": "0",
        "MARKETPLACE_SESSION_COOKIE_SECURE": "false",
        "MARKETPLACE_LOG_LEVEL": "ERROR",
        "MARKETPLACE_REQUEST_TIMEOUT": "10",  # what is proven is not how quick this machine is
    }


def _naming(uri: str, database: str) -> str:
    """The address, naming this database in place of its own; whom to ask for the user stays the same."""
    parts = urlsplit(uri)
    own = parts.path.strip("/")
    query = parts.query
    if own and parts.username and "authsource=" not in query.lower():
        query += f"{'&' if query else ''}authSource={own}"
    return urlunsplit(parts._replace(path=f"/{database}", query=query))

"""What a database holds: its collections, views and time series with their options and indexes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bson.binary import Binary
from bson.codec_options import CodecOptions, DatetimeConversion
from bson.errors import BSONError
from bson.json_util import CANONICAL_JSON_OPTIONS, dumps, loads
from pymongo.database import Database

from .. import lease, transient
from . import names
from .errors import Damaged

#: What a restore writes down about itself, so that it can be resumed.
JOURNAL = lease.RESTORE_JOURNAL

#: Dates beyond the year 9999 stay numbers.
_EXACT: CodecOptions[dict[str, Any]] = CodecOptions(
    tz_aware=True, datetime_conversion=DatetimeConversion.DATETIME_MS
)
_JSON = CANONICAL_JSON_OPTIONS.with_options(datetime_conversion=DatetimeConversion.DATETIME_MS)


#: What goes wrong with a text that somebody else wrote.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, BSONError, RecursionError)


@dataclass(frozen=True, slots=True)
class Entry:
    """A collection, view or time series, as the server describes it."""

    name: str
    type: str
    options: dict[str, Any]
    indexes: list[dict[str, Any]]
    #: The id that the server gave it; views and time series have none.
    uuid: str | None = None
    #: The id of the collection with its data; another one means that it was dropped and made anew.
    identity: str | None = None

    @property
    def data(self) -> str | None:
        """The collection that its documents are in; a view has none."""
        if self.type == "view":
            return None
        return names.BUCKETS + self.name if self.type == "timeseries" else self.name

    @property
    def capped(self) -> bool:
        """Whether it keeps its newest documents only, in their order."""
        return bool(self.options.get("capped"))

    @property
    def expires(self) -> bool:
        """Whether the server deletes its documents by and by."""
        return "expireAfterSeconds" in self.options or any(
            "expireAfterSeconds" in index for index in self.indexes
        )

    def metadata(self) -> str:
        """The text of its metadata file, as mongodump writes it."""
        described: dict[str, Any] = {"options": self.options} if self.options else {}
        described["indexes"] = self.indexes
        if self.uuid:
            described["uuid"] = self.uuid
        return as_json(described | {"collectionName": self.name, "type": self.type})


def as_json(value: Any) -> str:
    """The value as canonical extended JSON, which keeps every type of BSON."""
    return dumps(value, json_options=_JSON, separators=(",", ":"), ensure_ascii=False)


def from_metadata(text: bytes, file: str, stem: str) -> Entry:
    """What a metadata file describes; raises Damaged when it is none."""
    try:
        found = loads(text.decode(), json_options=_JSON)
        options, indexes = found.get("options") or {}, found.get("indexes") or []
        name = found.get("collectionName") or names.collection_of(stem)
        type_ = found.get("type") or _type_by(options)
        well_formed = (
            isinstance(name, str)
            and _is_name(name)
            and isinstance(options, dict)
            and all(map(_is_option, options))
            and ("viewOn" in options) == (type_ == "view")
            and all(isinstance(index["key"], dict) and isinstance(index["name"], str) for index in indexes)
        )
    except _UNREADABLE as error:
        raise Damaged(f"{file} is no metadata of a collection: {error}") from None
    if not well_formed or type_ not in ("collection", "view", "timeseries"):
        raise Damaged(f"{file} is no metadata of a collection.")
    return Entry(name, type_, options, list(indexes))


def _is_name(name: str) -> bool:
    """Whether the server lets a person make a collection of this name."""
    return bool(name) and not re.search(r"[\x00$]", name) and not name.startswith("system.")


def _is_option(name: str) -> bool:
    """Whether a collection can have an option of this name; others would change the command itself."""
    return re.fullmatch(r"[A-Za-z]+", name) is not None and name not in ("create", "lsid", "comment")


def _type_by(options: dict[str, Any]) -> str:
    """What older versions of mongodump do not say."""
    if "viewOn" in options:
        return "view"
    return "timeseries" if "timeseries" in options else "collection"


def read(db: Database[dict[str, Any]]) -> list[Entry]:
    """Everything that belongs into a backup, in the server's order."""
    infos = [info for info in _all(db, {"listCollections": 1}) if not transient.is_transient(info["name"])]
    identities = {info["name"]: _hex(info["info"].get("uuid")) for info in infos}
    found = []
    for info in infos:
        name, type_ = info["name"], info["type"]
        if name.startswith("system."):
            continue
        indexes = [] if type_ == "view" else _all(db, {"listIndexes": name})
        identity = identities.get(names.BUCKETS + name if type_ == "timeseries" else name)
        found.append(Entry(name, type_, info["options"], indexes, identities[name], identity))
    return found


def left_out(db: Database[dict[str, Any]]) -> list[str]:
    """Collections of the server's own kind that hold a person's data and are in no backup."""
    known = ("system.views", "system.profile")
    every = sorted(info["name"] for info in _all(db, {"listCollections": 1, "nameOnly": True}))
    return [
        name
        for name in every
        if name.startswith("system.") and name not in known and not name.startswith(names.BUCKETS)
    ]


def changed(before: Iterable[Entry], after: Iterable[Entry]) -> list[str]:
    """The collections of before that were dropped, renamed or made anew since."""
    now = {entry.name: entry.identity for entry in after}
    return [entry.name for entry in before if entry.identity and now.get(entry.name) != entry.identity]


def _all(db: Database[dict[str, Any]], command: dict[str, Any]) -> list[dict[str, Any]]:
    """Everything that a listing command answers, with every value as the server has it."""
    with db.client.start_session() as session:
        cursor = db.command(command, codec_options=_EXACT, session=session)["cursor"]
        found = list(cursor["firstBatch"])
        while cursor["id"]:
            more = {"getMore": cursor["id"], "collection": cursor["ns"].partition(".")[2]}
            cursor = db.command(more, codec_options=_EXACT, session=session)["cursor"]
            found += cursor["nextBatch"]
    return found


def _hex(uuid: Binary | None) -> str | None:
    return bytes(uuid).hex() if uuid is not None else None

"""Steps that change what a collection accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from .base import Db, Safe, Step, Work
from .errors import MigrationError

#: What the server takes when nothing is said.
DEFAULTS = {"validationLevel": "strict", "validationAction": "error"}


def validator(
    collection: str,
    rule: Mapping[str, Any] | None,
    *,
    level: Literal["strict", "moderate"] = "strict",
    action: Literal["error", "warn"] = "error",
    allow_violations: bool = False,
    safe: Safe | None = None,
) -> Step:
    """Let the server check what is written: `rule` is a filter, such as {"$jsonSchema": …}; None ends it.

    `moderate` leaves documents alone that break the rule already; `warn` only logs. A strict rule that
    refuses is not put in place while documents break it, unless `allow_violations` says so: every later
    change of such a document would fail.
    """
    return Validator(collection, rule or {}, level, action, allow_violations, safe)


def violations(db: Db, collection: str, rule: Mapping[str, Any]) -> int:
    """How many documents of the collection break the rule."""
    return db[collection].count_documents({"$nor": [rule]}) if rule else 0


def options_of(db: Db, collection: str) -> dict[str, Any] | None:
    """The options of a collection, or None when there is no such collection."""
    found = next(iter(db.list_collections(filter={"name": collection})), None)
    return None if found is None else dict(found["options"])


class Validator(Step):
    """Sets the validator of a collection."""

    kind = "validator"

    def __init__(
        self,
        collection: str,
        rule: Mapping[str, Any],
        level: str,
        action: str,
        allow_violations: bool,
        safe: Safe | None,
    ) -> None:
        super().__init__(collection, collection=collection, safe=safe)
        self.on = collection
        self.rule, self.level, self.action = dict(rule), level, action
        self.allow_violations = allow_violations

    @property
    def refuses(self) -> bool:
        """Whether documents that break the rule already can no longer be changed."""
        return bool(self.rule) and (self.level, self.action) == ("strict", "error")

    def look(self, db: Db) -> dict[str, Any]:
        """The validator that is in force before."""
        options = options_of(db, self.on)
        if options is None:
            return {"there": False}
        return {"there": True} | {
            key: options[key]
            for key in ("validator", "validationLevel", "validationAction")
            if key in options
        }

    def up(self, work: Work) -> None:
        """Count the documents that break the rule, then put it in force."""
        if options_of(work.db, self.on) is None:
            work.db.create_collection(self.on)
        broken = violations(work.db, self.on, self.rule)
        if broken:
            work.report(f"{self.on}: {broken:,} documents break the validator")
            if self.refuses and not self.allow_violations:
                example = work.db[self.on].find_one({"$nor": [self.rule]}, ["_id"]) or {}
                raise MigrationError(
                    f"{broken:,} documents of {self.on} break the validator, such as {example.get('_id')!r}. "
                    'Mend them first, or begin with level="moderate".'
                )
        _set(work.db, self.on, self.rule, self.level, self.action)

    def down(self, work: Work) -> None:
        """Put the former validator in force again."""
        before = work.entry.get("before", {})
        if not before.get("there", True) and work.db[self.on].find_one(projection=["_id"]) is None:
            work.db.drop_collection(self.on)
            return
        known = DEFAULTS | before
        level, action = known["validationLevel"], known["validationAction"]
        _set(work.db, self.on, before.get("validator", {}), level, action)

    def plan(self, db: Db) -> str:
        """How strict it is, and how many documents break it."""
        return f"{self.level}, {self.action}; {violations(db, self.on, self.rule):,} documents break it"


def _set(db: Db, collection: str, rule: Mapping[str, Any], level: str, action: str) -> None:
    db.command("collMod", collection, validator=rule, validationLevel=level, validationAction=action)

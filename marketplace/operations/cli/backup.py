"""`flask db-backup`, `flask db-restore`, `flask db-verify`: copies of the database that can be proven."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from pymongo.errors import InvalidName

from ...shared import connections
from ...shared.clock import now
from .. import backup
from ..backup import retention
from .output import Answer, Exit, Refused, answering

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("db-backup")
@click.option("--to", "to", type=FOLDER, help="The new folder; instance/backups/<database>-<time> otherwise.")
@click.option("--gzip", is_flag=True, help="Compress the files.")
@click.option("--exclude", multiple=True, metavar="NAME", help="Leave a collection out; may be repeated.")
@click.option(
    "--consistency",
    type=click.Choice(["snapshot", "none"]),
    default="snapshot",
    help="All collections at one moment (the default), or each as it is read.",
)
@click.option("--keep", metavar="7d,4w", help="Delete older backups but the newest of so many days, weeks, …")
@with_appcontext
@answering
def db_backup(
    to: Path | None, gzip: bool, exclude: tuple[str, ...], consistency: str, keep: str | None, answer: Answer
) -> None:
    """Back the database up, at one moment, while people buy."""
    try:
        rules = retention.rules(keep) if keep else None
    except ValueError as error:
        raise Refused(f"--keep: {error}", Exit.USAGE) from None
    db = connections.database()
    target = to.absolute() if to else _new_folder(db.name)
    with _refusals():
        made = backup.back_up(
            db,
            target,
            gzip=gzip,
            exclude=exclude,
            snapshot=consistency == "snapshot",
            report=answer.line,
        )
        deleted = retention.prune(target, db.name, rules) if rules else []
        for folder in deleted:
            answer.line(f"Deleted, for no rule keeps it: {folder}")
        for folder in retention.left_behind(target.parent):
            answer.line(f"{folder} was left by a backup that did not end. Delete it.")
    documents = sum(one.get("documents", 0) for one in made["collections"])
    answer.line(
        f"{len(made['collections'])} collections with {documents} documents are backed up in {target}"
    )
    answer.line(f"Prove it: flask db-verify --restore-test {target}")
    answer.result({"folder": str(target), "deleted": [str(folder) for folder in deleted], "manifest": made})


@click.command("db-restore")
@click.argument("folder", type=FOLDER)
@click.option("--into", metavar="NAME", help="Restore into this database; the application's otherwise.")
@click.option("--replace", is_flag=True, help="Replace everything that the database holds.")
@click.option("--yes-i-mean", "meant", metavar="NAME", help="The name of a protected database to replace.")
@click.option("--no-safety-backup", is_flag=True, help="Make no backup of what is replaced.")
@click.option("--wait", type=click.FloatRange(min=0), default=0, help="Seconds to wait for the lock.")
@with_appcontext
@answering
def db_restore(
    folder: Path,
    into: str | None,
    replace: bool,
    meant: str | None,
    no_safety_backup: bool,
    wait: float,
    answer: Answer,
) -> None:
    """Restore a backup of ours or of mongodump's; it is verified before anything is written."""
    db = connections.database()
    try:
        target = db.client[into] if into else db
    except InvalidName as error:
        raise Refused(f"--into: {error}.", Exit.USAGE) from None
    safety = None if no_safety_backup else _new_folder(target.name, "-before-restore")
    with _refusals():
        source = backup.opened(folder, answer.line)
        done = backup.restore(
            target, source, replace=replace, meant=meant, safety=safety, wait=wait, report=answer.line
        )
        if folder_of_before := done["safety_backup"]:
            answer.line(f"What was there before: {folder_of_before}")
    what = f"{done['collections']} collections with {done['documents']} documents"
    answer.line(f"{what} are restored into {target.name}.")
    answer.result(done)


@click.command("db-verify")
@click.option("--backup", "by_sums", type=FOLDER, help="Compare the sums of every file of this backup.")
@click.option(
    "--restore-test", type=FOLDER, help="Restore this backup into a database of its own, and compare."
)
@with_appcontext
@answering
def db_verify(by_sums: Path | None, restore_test: Path | None, answer: Answer) -> None:
    """Prove a backup: by its sums, or by a restore."""
    folder = by_sums or restore_test
    if folder is None or (by_sums and restore_test):
        raise Refused("Say what to verify: --backup FOLDER or --restore-test FOLDER.", Exit.USAGE)
    with _refusals():
        source = backup.opened(folder, answer.line)
        if restore_test:
            name = backup.restore_test(connections.database(), source, answer.line)
            answer.line(
                f"Restored into {name}, compared and dropped: documents, indexes and options are equal."
            )
        else:
            answer.line("Every file is whole." if source.manifest else "Every file is well formed.")
    answer.result(
        {
            "folder": str(source.folder),
            "database": source.manifest and source.manifest["database"],
            "created_at": source.manifest and source.manifest["created_at"],
            "collections": len(source.stored),
            "documents": sum(one.documents for one in source.stored),
            "restored": bool(restore_test),
        }
    )


def _new_folder(database: str, suffix: str = "") -> Path:
    """Where a backup of this moment goes by default."""
    return Path(current_app.instance_path) / "backups" / f"{database}-{now():%Y%m%dT%H%M%SZ}{suffix}"


@contextmanager
def _refusals() -> Iterator[None]:
    """What ends a backup or a restore, as a sentence with the exit code that fits."""
    try:
        yield
    except (backup.Damaged, backup.Differs) as error:
        raise Refused(str(error), Exit.DRIFT) from None
    except backup.RestoreInterrupted as error:
        raise Refused(str(error), Exit.INTERRUPTED) from None
    except (backup.BackupFailed, backup.RestoreRefused, backup.RestoreFailed) as error:
        raise Refused(str(error)) from None
    except OSError as error:
        raise Refused(f"{error.strerror or error}: {error.filename}") from None

"""Processes that are killed in the middle of a backup or a restore."""

from __future__ import annotations

import signal
import sys

import pytest

from marketplace.operations import backup, digests, transient
from marketplace.operations.backup import Damaged

pytestmark = [pytest.mark.real, pytest.mark.slow]

#: Kills itself before a step: the first argument says which.
DIES = """
import os, signal, sys
from pathlib import Path
import pymongo
from pymongo.collection import Collection
from pymongo.database import Database
from marketplace.operations import backup, lease
from marketplace.operations.backup import files

left = int(sys.argv[1])

def step(owner, name):
    real = getattr(owner, name)
    def run(*args, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **options)
    setattr(owner, name, run)

client = pymongo.MongoClient(os.environ["MARKETPLACE_MONGODB_URI"])
db = client[os.environ["MARKETPLACE_MONGODB_DATABASE"]]
folder = Path(sys.argv[2])
"""

BACKUP = (
    DIES
    + """
step(files.Summed, "write")
step(os, "fsync")
step(Path, "rename")
backup.back_up(db, folder)
print("whole")
client.close()
"""
)

RESTORE = (
    DIES
    + """
lease.LEASE_SECONDS = 1.0
source = backup.opened(folder)
step(Database, "command")
step(Database, "drop_collection")
step(Collection, "rename")
step(Collection, "replace_one")
backup.restore(db, source, replace=True)
print("whole")
client.close()
"""
)


def test_a_backup_that_is_killed_leaves_no_folder_that_looks_whole(shop, launch, tmp_path):
    folders = {step: tmp_path / str(step) for step in (0, 3, 8, 12, 13, 14, 15)}
    running = {
        step: launch("-c", BACKUP, str(step), str(folder), database=shop.name)
        for step, folder in folders.items()
    }
    for step, process in running.items():
        output, _ = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, (step, output)

    left = sorted(tmp_path.iterdir())
    assert [folder.name for folder in left] == sorted(f"{step}.partial" for step in folders)
    for folder in left:
        with pytest.raises(Damaged):
            backup.opened(folder)


def test_the_next_backup_to_the_same_folder_takes_the_place_of_one_that_was_killed(shop, launch, tmp_path):
    launch("-c", BACKUP, "8", str(tmp_path / "made"), database=shop.name).communicate(timeout=120)

    backup.back_up(shop, tmp_path / "made")

    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_a_restore_that_is_killed_leaves_the_data_alone_or_is_finished_by_the_next(shop, made, launch):
    whole = digests.of_database(shop)
    seen = set()
    for step in (5, 9, 13, 15, 16, 17, 18, 19):
        shop.orders.delete_many({"_id": {"$lt": 10}})
        shop.products.drop_index("price_1")
        shop.more.insert_one({"of": "today"})
        before = digests.of_database(shop, but=["_migration_lock"])

        process = launch("-c", RESTORE, str(step), str(made), database=shop.name)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == -signal.SIGKILL, (step, output)

        between = shop["_restore"].find_one() is not None
        seen.add(between)
        if not between:
            live = digests.of_database(shop, but=["_migration_lock"])
            assert {name: one for name, one in live.items() if not transient.is_staged(name)} == before
        done = backup.restore(shop, backup.opened(made), replace=True, wait=30)
        assert done["resumed"] == between
        assert digests.of_database(shop, but=["_migration_lock"]) == whole

    assert seen == {False, True}


MEMORY = """
import os, sys
from pathlib import Path
import pymongo
import wsgi  # what every command has loaded
from marketplace.operations import backup, lease

client = pymongo.MongoClient(os.environ["MARKETPLACE_MONGODB_URI"])
db = client[os.environ["MARKETPLACE_MONGODB_DATABASE"]]
backup.back_up(db, Path(sys.argv[1]))
backup.restore(client[db.name + "_other"], backup.opened(Path(sys.argv[1])))
client.close()
(peak,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM:"))
print("RSS", int(peak.split()[1]) // 1024)  # getrusage would tell the larger one of whoever started us
"""


@pytest.mark.alone
@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell the peak elsewhere")
def test_a_large_database_takes_little_memory(db, launch, tmp_path):
    blob = bytes(range(256)) * 80  # 20 kB
    for start in range(0, 10_000, 1000):
        db.things.insert_many({"_id": number, "blob": blob} for number in range(start, start + 1000))

    process = launch("-c", MEMORY, str(tmp_path / "made"), database=db.name)
    output, _ = process.communicate(timeout=300)

    assert process.returncode == 0, output
    assert (tmp_path / "made" / "things.bson").stat().st_size > 200_000_000
    assert int(output.split()[-1]) < 120

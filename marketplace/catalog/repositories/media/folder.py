"""Files in a folder of the file system, which every process of the application has to see."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from werkzeug.wsgi import FileWrapper

from .port import StoredFile, is_name, is_private


class FolderStore:
    """Files in a folder, spread over 256 folders inside it by the beginning of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Store each file that is not there: beside its place first, then moved there as a whole."""
        for name in sorted(self.missing(files)):
            place = self._place(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            number, beside = tempfile.mkstemp(dir=place.parent, prefix=".")
            try:
                with os.fdopen(number, "wb") as file:
                    file.write(files[name])
                    file.flush()
                    os.fsync(file.fileno())
                Path(beside).chmod(0o644)
                Path(beside).replace(place)
            except BaseException:
                with suppress(FileNotFoundError):
                    Path(beside).unlink()
                raise

    def find(self, name: str) -> StoredFile | None:
        """The file, opened; it is closed when it was read."""
        try:
            file = self._place(name).open("rb")
        except FileNotFoundError:
            return None
        return StoredFile(os.fstat(file.fileno()).st_size, FileWrapper(file, 64 * 1024))

    def missing(self, names: Collection[str]) -> set[str]:
        """Those of the names that have no file."""
        return {name for name in names if not self._place(name).is_file()}

    def remove(self, names: Collection[str]) -> None:
        """Remove the files."""
        for name in names:
            self._place(name).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        if not (is_name(name) or is_private(name)):
            raise ValueError(f"{name!r} is not the name of a file here.")
        return self._folder / name[:2] / name

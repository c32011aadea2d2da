"""Pictures that people upload: made ready, stored, shown on listings, and cleared away.

`upload` takes each file along `derive` → `keep` → `add_picture`: first its pixels are decoded and encoded
anew, outside of any transaction; then its files are stored and claimed for a day; then a listing names it.
"""

from .edit import add_picture, describe_picture, move_picture, remove_picture
from .keep import STAYS, find_file, keep, missing_files, named_by, sweep
from .pipeline import LARGEST_FILE, Derived, derive
from .upload import LARGEST_REQUEST, TOO_MUCH, Outcome, Sent, upload

__all__ = [
    "LARGEST_FILE",
    "LARGEST_REQUEST",
    "STAYS",
    "TOO_MUCH",
    "Derived",
    "Outcome",
    "Sent",
    "add_picture",
    "derive",
    "describe_picture",
    "find_file",
    "keep",
    "missing_files",
    "move_picture",
    "named_by",
    "remove_picture",
    "sweep",
    "upload",
]

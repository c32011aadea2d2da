"""Where the browser tests find their Chromium: `python -m tests.browser.chromium` makes sure of one.

Looked for on PATH first; then the distribution's package is installed, where the user may do that; then
Playwright's own download is tried. When none of it works the sentence says what would.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

MISSING = (
    "The browser tests need Chromium, and there is none. Install one of these, then run the tests again:\n"
    "  apt-get install chromium                   (Debian; as root)\n"
    "  .venv/bin/playwright install --with-deps chromium"
)


def find() -> str | None:
    """The path of a Chromium that can be started, or None."""
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    return on_path or _of_playwright()


def _of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try the distribution's package, then Playwright's download; quietly, since `find` tells the result."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], env=environment, **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium"], env=environment, **quiet
        )
    if find() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> None:
    """Make sure that there is a Chromium, or fail with the commands that would bring one."""
    if find() is None:
        print("Installing Chromium for the browser tests (once)…")  # noqa: T201 - the answer of the command
        install()
    if find() is None:
        sys.exit(MISSING)


if __name__ == "__main__":
    main()

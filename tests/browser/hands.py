"""How somebody uses a page: with a pointer, or with nothing but the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, Page

#: How often Tab is pressed on the way to something before it counts as out of reach.
FARTHEST = 250

IS_FOCUSED = "element => element === document.activeElement"


class Hands(Protocol):
    """What people do with the controls of a page."""

    def write(self, control: Locator, text: str) -> None:
        """Put this text into a field in place of what was there."""

    def press(self, control: Locator) -> None:
        """Use a button, a link or a heading that opens something."""

    def choose(self, control: Locator, label: str) -> None:
        """Take the choice with this label in a list."""

    def attach(self, control: Locator, files: list[Path]) -> None:
        """Choose files from the disk."""


class Pointer:
    """Somebody with a mouse or a finger."""

    def write(self, control: Locator, text: str) -> None:
        control.fill(text)

    def press(self, control: Locator) -> None:
        control.click()

    def choose(self, control: Locator, label: str) -> None:
        control.select_option(label=label)

    def attach(self, control: Locator, files: list[Path]) -> None:
        control.set_input_files(files)


class Keyboard:
    """Somebody who has no pointer: everything is reached by Tab, from where the page puts the focus."""

    def write(self, control: Locator, text: str) -> None:
        keys = self._reach(control).keyboard
        keys.press("Control+a")
        keys.type(text)

    def press(self, control: Locator) -> None:
        self._reach(control).keyboard.press("Enter")

    def choose(self, control: Locator, label: str) -> None:
        self._reach(control).keyboard.type(label)

    def attach(self, control: Locator, files: list[Path]) -> None:
        page = self._reach(control)
        with page.expect_file_chooser() as opened:
            page.keyboard.press("Space")
        opened.value.set_files(files)

    def _reach(self, control: Locator) -> Page:
        """Press Tab until the control has the focus, which then can be seen."""
        page = control.page
        control.wait_for(state="visible")
        for _ in range(FARTHEST):
            if control.evaluate(IS_FOCUSED):
                shown = control.evaluate("e => e.matches(':focus-visible')")
                assert shown, f"The focus on {control} cannot be seen."
                return page
            page.keyboard.press("Tab")
        raise AssertionError(f"{control} cannot be reached with the keyboard.")

"""Copies of settings and register as they last were valid, kept beside the store.

A fault that somebody saves must not leave the school without alarms after the next start: the last
good ones stay in use, and the fault is reported.  Only a gateway that never had good ones refuses
to start.
"""

import logging
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from service.files import read_plain, write_whole
from service.filestamp import FileStamp, stamps_of
from service.settings import Model, SettingsError, load, parse, read_file
from service.textfile import NoTextError, read_text_file
from service.toml_positions import find_places

log = logging.getLogger(__name__)

# Where a gateway made by `init` has its store; asked only if the settings do not say.
_USUAL_STORE: Final = Path("/var/lib/tocsin/tocsin.db")
_STORE: Final = ("store", "path")
_QUOTED: Final = re.compile(r"""=\s*["']([^"']+)["']""")


class LastGood:
    """The two files beside the store at `store`."""

    def __init__(self, store: Path) -> None:
        self.settings = store.with_suffix(".good.toml")
        self.register = store.with_suffix(".good.csv")

    def keep(
        self, settings: Path, register: Path, judged: Sequence[FileStamp | None] | None = None
    ) -> None:
        """Keep copies of both files, which have no fault; raises OSError.

        What was judged were files with the stamps `judged`: others, put there since, are not kept.
        """
        contents = [file.read_bytes() for file in (settings, register)]
        if judged is not None and stamps_of((settings, register)) != judged:
            return
        for content, copy in zip(contents, (self.settings, self.register), strict=True):
            if _held(copy) != content:
                write_whole(copy, content, 0o644)

    def read_register(self) -> str | None:
        """Return the text of the register as it last was good; None if it never was."""
        try:
            return read_text_file(self.register).text
        except (OSError, NoTextError):
            return None


def load_or_last_good(path: Path, model: type[Model]) -> Model:
    """Read the settings at `path`, or those that last were good if these have a fault.

    Raises SettingsError, about the file at `path`, if there are none that can be used.
    """
    try:
        return load(path, model)
    except SettingsError as error:
        try:
            found = parse(read_file(LastGood(_store_of(path)).settings).text, path, model)
        except SettingsError:
            raise error from None
        log.error("%s\nthe settings that last were good are used instead", error)
        return found


def _held(copy: Path) -> bytes | None:
    """Return what a copy holds; None for whatever else stands in its place."""
    try:
        return read_plain(copy)
    except OSError:
        return None


def _store_of(path: Path) -> Path:
    """Where the store is, as far as settings with a fault can say."""
    try:
        text = read_file(path).text
    except SettingsError:
        return _USUAL_STORE
    line = find_places(text).get(_STORE)
    found = _QUOTED.search(text.splitlines()[line - 1]) if line else None
    return path.resolve().parent / found[1] if found else _USUAL_STORE

"""Which files a gateway is: all that its settings name, and what lies beside that in folders."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from gateway.config.settings import GatewaySettings
from service.set_aside import SET_ASIDE
from service.settings import Settings

# Of a database: what its copy is made of.  Of the store: room for a full disk.  Of damaged files:
# a person's to examine, here.
_PASSING: Final = (
    "*-wal", "*-shm", "*-journal", "*.reserve", SET_ASIDE, "*.damaged-*", ".*", "*.trial",
)  # fmt: skip


class Contents(NamedTuple):
    """The files of a gateway, and the folders that it has even while they are empty."""

    folders: Sequence[Path]
    files: Sequence[Path]


def contents_of(settings: GatewaySettings, config: Path, pictures: bool) -> Contents:
    """Return what the gateway is whose settings are at `config`; these come last.

    `pictures`: with those of incidents.  What is kept beside the store comes before it, so that
    no copy refers to what the copied store has not heard of yet.
    """
    config, frames = config.resolve(), settings.frames.directory
    folders = [*_folders(settings, config)]
    listeners = [settings.authority.listeners] if settings.authority else []
    named = filter(Path.is_file, [*_named(settings), *listeners])
    there = {*folders, *_in(folders), *named}
    kept = [path for path in sorted(there) if not path.is_relative_to(frames)]
    store = settings.store.path
    left = {config, store, *(() if pictures else (settings.album,))}
    files = [path for path in kept if path.is_file() and path not in left]
    last = [*([store] if store.is_file() else []), config]
    return Contents([path for path in kept if path.is_dir()], [*files, *last])


def _named(settings: object) -> Iterator[Path]:
    """Yield every path that stands in the settings."""
    if isinstance(settings, Path):
        yield settings
    elif isinstance(settings, Settings):
        for _, value in settings:
            yield from _named(value)
    elif isinstance(settings, tuple):
        for each in settings:
            yield from _named(each)


def _folders(settings: GatewaySettings, config: Path) -> Iterator[Path]:
    """Yield the folders that are all the gateway's: those that its settings name, that of the
    store and that of the accounts, and those below the settings' own that hold named files.
    """
    yield settings.store.path.parent
    if settings.accounts and settings.accounts.path.parent.is_dir():
        yield settings.accounts.path.parent
    for path in _named(settings):
        if path.is_dir():
            yield path
        elif path.is_file() and config.parent in path.parent.parents:
            yield path.parent


def _in(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_dir() or (path.is_file() and not any(map(path.match, _PASSING))):
                yield path

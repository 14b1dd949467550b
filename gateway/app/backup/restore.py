"""Puts a gateway from an archive onto a machine that has none: whole, or not at all."""

import sqlite3
import tarfile
from pathlib import Path

from gateway.app.backup.archive import Manifest, entries_of, read_manifest
from gateway.app.backup.errors import BackupError
from gateway.app.backup.once import count_once
from gateway.app.backup.placing import Placing, must_be_new, path_of
from gateway.config.settings import GatewaySettings
from gateway.trust.file_access import give_access
from service.settings import SettingsError, load


def restore(archive: tarfile.TarFile) -> Manifest:
    """Place all that `archive` holds; the settings come last, and stand for a whole gateway.

    Raises BackupError; then nothing is left of it here.
    """
    manifest = read_manifest(archive)
    entries = list(entries_of(archive, manifest))
    must_be_new(entries)
    placing = Placing()
    try:
        _place(archive, entries, path_of_config(manifest), placing)
    except (BackupError, SettingsError, OSError, sqlite3.Error) as error:
        placing.undo()
        raise BackupError(f"{error}; nothing is left of it here") from error
    except BaseException:
        placing.undo()
        raise
    return manifest


def path_of_config(manifest: Manifest) -> Path:
    """Return where the settings of the gateway stand."""
    return Path("/") / manifest.config


def _place(
    archive: tarfile.TarFile, entries: list[tarfile.TarInfo], config: Path, placing: Placing
) -> None:
    trial = config.with_name(f"{config.name}.trial")
    for entry in entries:
        content = archive.extractfile(entry)
        if content is None:
            placing.folder(entry)
        else:
            path = path_of(entry)
            placing.file(entry, content, trial if path == config else path)
    count_once(load(trial, GatewaySettings))
    placing.rename(trial, config)
    give_access(config)

"""What is locked in a backup: a tar of the files, under their whole paths, with owners and modes.

Its last entry is the manifest, which has the SHA-256 of each file: an archive that has one is
whole.  Folders stand before what lies in them.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from gateway.app.backup.contents import Contents
from gateway.app.backup.errors import BackupError
from gateway.app.backup.snapshot import copy_file
from service.version import tocsin_version
from wire.ids import Wall
from wire.moment import write_moment

MANIFEST: Final = "manifest.json"
FORM: Final = 1
"""Of archives; a higher one is written by a newer version of Tocsin."""
_LARGEST_MANIFEST: Final = 20_000_000
_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself; `files` has the SHA-256 of each, by its path."""

    form: int
    version: str
    made_at: str
    config: str
    files: Mapping[str, str]


def write_archive(
    contents: Contents, config: Path, at: Wall, work: Path, into: IO[bytes]
) -> Manifest:
    """Write copies of the files `into` an archive; `work` is a folder for one copy at a time.

    Raises BackupError or OSError.
    """
    sums: dict[str, str] = {}
    with tarfile.open(fileobj=into, mode="w", format=tarfile.PAX_FORMAT) as out:
        for folder in _folders_of(contents):
            out.add(folder, recursive=False)
        for path in contents.files:
            copy = work / "copy"
            copy.unlink(missing_ok=True)
            copy_file(path, copy)
            info = out.gettarinfo(path, arcname=_name(path))
            info.type, info.linkname, info.size = tarfile.REGTYPE, "", copy.stat().st_size
            with copy.open("rb") as content:
                sums[info.name] = _sum_of(content)
                content.seek(0)
                out.addfile(info, content)
        moment = write_moment(at)
        manifest = Manifest(FORM, tocsin_version(), moment, _name(config.resolve()), sums)
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        out.addfile(entry, io.BytesIO(text))
    into.flush()
    return manifest


def read_manifest(archive: tarfile.TarFile) -> Manifest:
    """Return the manifest of an archive all of whose files are as it says; raises BackupError."""
    manifest = _manifest(archive)
    entries = {each.name: each for each in archive.getmembers() if each.isreg()}
    for name, meant in manifest.files.items():
        path = PurePosixPath(name)
        content = archive.extractfile(entries[name]) if name in entries else None
        if content is None or _sum_of(content) != meant or ".." in path.parts or path.is_absolute():
            raise BackupError(f"the backup is damaged: /{name} is not what it was")
    return manifest


def entries_of(archive: tarfile.TarFile, manifest: Manifest) -> Iterator[tarfile.TarInfo]:
    """Yield folders and files in the order in which they are to be made."""
    for each in archive.getmembers():
        if each.isdir() or each.name in manifest.files:
            yield each


def _manifest(archive: tarfile.TarFile) -> Manifest:
    try:
        found = archive.extractfile(MANIFEST)
        said: Any = json.loads(found.read(_LARGEST_MANIFEST)) if found else {}
        form = int(said["form"])
        if form > FORM:
            raise BackupError(
                f"the backup was made by a newer version ({said['version']}): install that version"
            )
        return Manifest(**said)
    except (KeyError, TypeError, ValueError) as error:
        raise BackupError("the backup has no manifest: it is none of Tocsin") from error


def _folders_of(contents: Contents) -> list[Path]:
    above = {folder for path in (*contents.folders, *contents.files) for folder in path.parents}
    return sorted({*above, *contents.folders} - {Path("/")})


def _name(path: Path) -> str:
    return str(path).lstrip("/")


def _sum_of(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := content.read(_PART):
        digest.update(part)
    return digest.hexdigest()

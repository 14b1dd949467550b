"""What dpkg is told of a package: its fields, the sums of its files, and what it runs."""

import hashlib
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from scripts.debian.package import MAINTAINER, ROOT, Build

_SCRIPTS: Final = ("postinst", "prerm", "postrm")
# Raspberry Pi OS's own: never taken away.
_NOT_OURS: Final = ("gpio",)


def lay_down(build: Build, root: Path) -> None:
    """Write DEBIAN/ of the package whose files lie below `root`."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    folder = root / "DEBIAN"
    folder.mkdir()
    (folder / "control").write_text(_control(build, files), encoding="utf-8")
    sums = (f"{_md5(each)}  {each.relative_to(root)}\n" for each in files)
    (folder / "md5sums").write_text("".join(sums), encoding="utf-8")
    for name, text in scripts_of(build):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)


def scripts_of(build: Build) -> Iterator[tuple[str, str]]:
    """Yield what dpkg runs as root, by its name."""
    words = _words(build)
    for name in _SCRIPTS:
        text = (ROOT / "debian/scripts" / name).read_text(encoding="utf-8")
        for word, meaning in words.items():
            text = text.replace(f"@{word}@", meaning)
        yield name, text


def _md5(file: Path) -> str:
    """As dpkg has it: it finds a file that broke, and keeps nobody out."""
    return hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest()


def _control(build: Build, files: list[Path]) -> str:
    package = build.package
    kilobytes = sum(-(-each.stat().st_size // 1024) for each in files)
    about = textwrap.indent(textwrap.fill(package.about.strip(), 75), " ")
    fields = {
        "Package": package.name,
        "Source": "tocsin",
        "Version": build.full_version,
        "Architecture": build.architecture,
        "Maintainer": MAINTAINER,
        "Installed-Size": str(kilobytes),
        "Depends": package.needs(build.release),
        "Recommends": package.wishes(build.release),
        "Section": "net",
        "Priority": "optional",
        "Description": f"{package.summary}\n{about}",
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items() if value)


def _words(build: Build) -> dict[str, str]:
    """What stands between two @ in the scripts."""
    package = build.package
    return {
        "package": package.name,
        "services": " ".join(f"{each}.service" for each in package.services),
        "settings": package.settings,
        "look_over": package.look_over,
        "own": " ".join(package.own),
        "state": " ".join(package.state),
        "users": " ".join(_named(build, "u")),
        "groups": " ".join([*_named(build, "u"), *_named(build, "g")]),
    }


def _named(build: Build, kind: str) -> Iterator[str]:
    """The users or groups that the package makes, by its file for systemd-sysusers."""
    file = ROOT / "systemd" / f"{build.package.name}.sysusers.conf"
    for line in file.read_text(encoding="utf-8").splitlines():
        found, *names = line.split(maxsplit=2) or [""]
        if found == kind and names[0] not in _NOT_OURS:
            yield names[0]

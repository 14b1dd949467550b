"""Lays down what a package puts on a machine, below a folder that stands for its root.

    /usr/lib/PACKAGE       a Python environment of its own: libraries, and Tocsin
    /usr/bin               the program
    /usr/lib/systemd, sysusers.d, tmpfiles.d, udev      services, their users and folders
    /usr/share             the manual page, documents, examples

An environment is a folder with a link to Debian's Python and a file that says so (pyvenv.cfg); what
Debian's or Raspberry Pi OS's own packages hold is found after what is in it.
"""

import gzip
import shutil
from pathlib import Path
from typing import Final

from scripts.debian import copyrights, manual
from scripts.debian.package import ROOT, Build

_PYVENV: Final = """\
home = /usr/bin
include-system-site-packages = true
version = {python}
"""
_PROGRAM: Final = """\
#!/bin/sh
exec /usr/lib/{package}/bin/python3 -I -m {module} "$@"
"""


def lay_down(build: Build, root: Path, libraries: Path, tocsin: Path, second: int) -> None:
    """Put every file of the package below `root`."""
    _environment(build, root / "usr/lib" / build.package.name, libraries, tocsin)
    _services(build, root / "usr/lib")
    _documents(build, root / "usr/share", second)
    module = build.package.table.partition(".")[0] + ".main"
    program = root / "usr/bin" / build.package.command
    _write(program, _PROGRAM.format(package=build.package.name, module=module))
    program.chmod(0o755)


def _environment(build: Build, home: Path, libraries: Path, tocsin: Path) -> None:
    package, python = build.package, build.release.python
    site = home / "lib" / f"python{python}" / "site-packages"
    shutil.copytree(libraries, site)
    for part in (*package.parts, f"tocsin-{build.version}.dist-info"):
        shutil.copytree(tocsin / part, site / part)
    _write(home / "pyvenv.cfg", _PYVENV.format(python=python))
    (home / "bin").mkdir()
    (home / "bin" / "python3").symlink_to(f"../../../bin/python{python}")


def _services(build: Build, folder: Path) -> None:
    systemd, name = ROOT / "systemd", build.package.name
    services = [f"{each}.service" for each in build.package.services]
    for each in (*services, *build.package.helpers):
        _copy(systemd / each, folder / "systemd/system" / each)
    for kind in ("sysusers", "tmpfiles"):
        if (systemd / f"{name}.{kind}.conf").exists():
            _copy(systemd / f"{name}.{kind}.conf", folder / f"{kind}.d" / f"{name}.conf")
    _copy(ROOT / "debian/watchdog.conf", folder / "systemd/system.conf.d" / f"50-{name}.conf")
    if "pi" in build.package.requirements:
        _copy(ROOT / "debian/gpio.rules", folder / "udev/rules.d" / f"60-{name}.rules")


def _documents(build: Build, share: Path, second: int) -> None:
    package, doc = build.package, share / "doc" / build.package.name
    _zip(share / "man/man8" / f"{package.command}.8.gz", manual.page(build, second))
    _zip(doc / "changelog.gz", copyrights.changelog(build, second))
    _write(
        doc / "copyright",
        copyrights.copyright_of(build, share.parent / "lib" / package.name, second),
    )
    for name in ("README.md", "CHANGELOG.md"):
        _copy(ROOT / name, doc / name)
    for page in sorted((ROOT / "docs").glob("*.md")):
        _copy(page, doc / "docs" / page.name)
    for name in package.examples:
        _copy(ROOT / "config" / name, doc / "examples" / name)
    overrides = (ROOT / "debian/lintian-overrides").read_text(encoding="utf-8")
    _write(share / "lintian/overrides" / package.name, overrides.replace("@package@", package.name))


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, to)


def _write(to: Path, text: str) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(text, encoding="utf-8")


def _zip(to: Path, text: str) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(gzip.compress(text.encode(), mtime=0))

"""What packages there are, and for which releases of Debian and kinds of machine."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.target import Target

ROOT: Final = Path(__file__).resolve().parents[2]
TABLE: Final = ROOT / "debian" / "packages.toml"
MAINTAINER: Final = "Tocsin maintainers <maintainers@tocsin.invalid>"
# The C library of Debian 12, the oldest that the wheels are chosen for.
_COMMON: Final = ("libc6 (>= 2.36)", "systemd (>= 252)", "systemd-timesyncd | time-daemon")


@dataclass(frozen=True, slots=True)
class Release:
    """A release of Debian; `mark` ends the version of what is made for it, and sorts by age."""

    name: str
    mark: str
    python: str
    after: str
    # Pins that have no wheel for its Python, and whose package has it then.
    lacks_wheels: tuple[str, ...] = ()


BOOKWORM: Final = Release("bookworm", "deb12", "3.11", "3.12")
# lgpio comes from Raspberry Pi OS there: Debian has none.
TRIXIE: Final = Release("trixie", "deb13", "3.13", "3.14", ("python3-lgpio",))
RELEASES: Final = {each.name: each for each in (BOOKWORM, TRIXIE)}
# How Debian calls a kind of machine, and how Python does.
MACHINES: Final = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True, slots=True)
class Package:
    """One table of debian/packages.toml."""

    name: str
    summary: str
    about: str
    parts: list[str]
    command: str
    table: str
    services: list[str]
    helpers: list[str]
    requirements: list[str]
    depends: list[str]
    settings: str
    look_over: str
    own: list[str]
    state: list[str]
    examples: list[str]
    files: dict[str, str]

    def needs(self, release: Release) -> str:
        """Its field Depends."""
        pythons = f"python3 (>= {release.python}~)", f"python3 (<< {release.after}~)"
        return ", ".join([*pythons, *_COMMON, *self.depends])

    def wishes(self, release: Release) -> str:
        """Its field Recommends."""
        return ", ".join(release.lacks_wheels if "pi" in self.requirements else ())


@dataclass(frozen=True, slots=True)
class Build:
    """One file to make: a package for a release and a kind of machine, in a version."""

    package: Package
    release: Release
    architecture: str
    version: str

    @property
    def full_version(self) -> str:
        """The version as Debian has it."""
        return f"{self.version}+{self.release.mark}"

    @property
    def file(self) -> str:
        """The name of the file."""
        return f"{self.package.name}_{self.full_version}_{self.architecture}.deb"

    @property
    def target(self) -> Target:
        """The machine as Python has it."""
        return Target(self.release.python, MACHINES[self.architecture])


def packages() -> dict[str, Package]:
    """Every package by its name."""
    tables = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: Package(name=name, **table) for name, table in tables.items()}

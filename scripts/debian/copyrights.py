"""What a package says of its changes, and of who may do what with its files."""

from collections.abc import Iterator
from email.parser import HeaderParser
from pathlib import Path
from typing import Final

from scripts.debian.dates import date_of, day_of
from scripts.debian.package import MAINTAINER, Build

_CHANGELOG: Final = """\
tocsin ({version}) {release}; urgency=medium

  * What is new for whom stands in CHANGELOG.md.

 -- {maintainer}  {date}
"""
_COPYRIGHT: Final = """\
Tocsin {version}

Copyright {year} the Tocsin contributors
License: Apache-2.0; see /usr/share/common-licenses/Apache-2.0

Below {libraries} lie these libraries, unchanged, as their authors publish them on
PyPI. The whole of each licence, and whose copyright it is, lies in the folder
NAME-VERSION.dist-info beside the library.

"""


def changelog(build: Build, second: int) -> str:
    """The changelog in Debian's form."""
    return _CHANGELOG.format(
        version=build.full_version,
        release=build.release.name,
        maintainer=MAINTAINER,
        date=date_of(second),
    )


def copyright_of(build: Build, environment: Path, second: int) -> str:
    """Tocsin's licence, and each library's name, version and licence."""
    head = _COPYRIGHT.format(
        version=build.version,
        year=day_of(second)[:4],
        libraries=f"/usr/lib/{build.package.name}",
    )
    return head + "".join(f"  {line}\n" for line in _libraries(environment))


def _libraries(environment: Path) -> Iterator[str]:
    for file in sorted(environment.rglob("*.dist-info/METADATA")):
        about = HeaderParser().parsestr(file.read_text(encoding="utf-8"))
        if about["Name"] != "tocsin":
            yield f"{about['Name']} {about['Version']}: {_licence(about.items())}"


def _licence(fields: list[tuple[str, str]]) -> str:
    """By its expression, its classifiers, or the first line that it has about it."""
    known = dict(fields)
    if "License-Expression" in known:
        return known["License-Expression"]
    told = [
        value.rpartition(" :: ")[2]
        for name, value in fields
        if name == "Classifier" and value.startswith("License :: ")
    ]
    return ", ".join(told) or known.get("License", "see its folder").splitlines()[0]

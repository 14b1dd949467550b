"""docs/it.md: the ports, users, services and files that it names are those of the code."""

import re
import tomllib
from pathlib import Path

from gateway.config.monitoring import MetricsSettings
from gateway.config.settings import ConsoleSettings
from gateway.config.trust import AuthoritySettings
from police.settings import ListenSettings

PAGE = Path("docs/it.md").read_text(encoding="utf-8")


def column(heading: str, number: int) -> list[str]:
    """What stands in one column of the first table below a heading, without its marks."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    table = re.search(r"(?m)(?:^\|.*\|\n)+", part)
    assert table, heading
    return [row.split("|")[number].strip(" `") for row in table[0].splitlines()[2:]]


def test_the_ports_are_those_of_the_settings() -> None:
    fields = [
        AuthoritySettings.model_fields["broker_port"],
        AuthoritySettings.model_fields["port"],
        ConsoleSettings.model_fields["port"],
        MetricsSettings.model_fields["port"],
        ListenSettings.model_fields["port"],
    ]
    assert column("Ports", 1) == [f"{field.default}/tcp" for field in fields]


def test_each_service_has_the_user_that_the_page_says() -> None:
    found = dict(zip(column("Users and services", 1), column("Users and services", 2), strict=True))
    units = [path for path in Path("systemd").glob("*.service") if "@" not in path.name]
    users = {path.stem: re.findall(r"(?m)^User=(.*)$", path.read_text()) for path in units}
    assert {name: [user] for name, user in found.items()} == users


def test_every_file_that_a_package_owns_is_on_the_page() -> None:
    packages = tomllib.loads(Path("debian/packages.toml").read_text(encoding="utf-8"))
    named = set(column("Files", 1))
    for package in packages.values():
        assert set(package["files"]) | set(package["state"]) <= named

"""What is installed is named whole, at its pin and with its hashes."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

FILES = sorted(Path("requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
# What installs something by pip, wherever the project says or does it.
TOLD = ("README.md", "service", "wire", "docs", "scripts", ".ci", "police", "gateway", "device")


def pins(path: Path) -> dict[str, str]:
    found = PIN.findall(path.read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def setup(word: str) -> Any:
    tree = ast.walk(ast.parse(Path("setup.py").read_text(encoding="utf-8")))
    return next(
        ast.literal_eval(each.value)
        for each in tree
        if isinstance(each, ast.keyword) and each.arg == word
    )


def named(needs: list[str]) -> set[str]:
    return {re.split(r"[<>=;]", each)[0].lower() for each in needs if "lgpio" not in each}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_package_is_at_its_pin_and_has_a_hash(path: Path) -> None:
    pinned, text = pins(Path("constraints.txt")), path.read_text(encoding="utf-8")
    assert pins(path).items() <= pinned.items()
    entries = re.split(r"(?m)^(?=\S)", text.partition("\n")[2])
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", each) for each in entries if each)


def test_every_use_holds_what_setup_asks_for() -> None:
    base, extras = named(setup("install_requires")), setup("extras_require")
    gateway = base | named(extras["cameras"] + extras["console"] + extras["trust"])
    assert base <= set(pins(Path("requirements/unit.txt")))
    assert gateway <= set(pins(Path("requirements/gateway.txt")))
    assert base | named(extras["police"]) <= set(pins(Path("requirements/receiver.txt")))
    tested = set().union(*(named(needs) for needs in extras.values()))
    assert base | tested <= set(pins(Path("requirements/test.txt")))


def test_every_pin_is_of_some_use() -> None:
    used = set().union(*(pins(path) for path in FILES))
    assert set(pins(Path("constraints.txt"))) == used


def texts() -> list[Path]:
    found = [each for name in TOLD for each in [Path(name), *Path(name).rglob("*")]]
    return [each for each in found if each.is_file() and each.suffix in ("", ".md", ".py", ".html")]


def test_nothing_is_installed_whose_hash_is_not_known() -> None:
    for path in texts():
        text = path.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ")
        for line in re.findall(r"bin/pip install.*(?:\n\s*f?\".*)*", text):
            assert "--no-deps" in line, (path, line)
            assert "--require-hashes" in line or "--no-build-isolation" in line, (path, line)

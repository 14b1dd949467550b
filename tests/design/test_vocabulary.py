"""What must not stand in the tree: paths of somebody's machine, promises for later, broad nets."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.design.drawing import PACKAGES

THIS = Path("tests/design/test_vocabulary.py")
# What this test looks for in every file; here, and in the samples below, nothing is unfinished.
UNWANTED = re.compile(
    r"\b(TODO|FIXME|XXX|HACK)\b"
    r"|(?<![\w.])/(home|Users|root|work|tmp)/\w"
    r"|\bnot implemented\b|\bNotImplementedError\b|\bverify ?= ?False\b"
)

# Words that the field does not use: a reader would have to be taught what they mean here.
PRIVATE = re.compile(
    r"\b(whoever|papers|errands?|fingers?|keepers?|roads?|goodbye|of late|by heart|who is who)\b"
    r"|\blet(s|ting)? go of\b|\bshow(s|n)? the door\b",
    re.IGNORECASE,
)
# An error or a log line that begins so has no subject: alone in a journal it says nothing.
HEADLESS = re.compile(r"(it|its|that|there it)\b", re.IGNORECASE)
# Where streets have parts, one of which is a road (RFC 5139).
STREETS = {Path("gateway/core/formats/pidf.py"), Path("tests/formats/test_pidf.py")}

# Where an error of ours may end: the outermost edge of a process's loop, guarded callbacks, and the
# one place that contains an item.
OUTERMOST = {
    "service/edge.py",
    "service/guard.py",
    "device/loop.py",
    "gateway/app/loop.py",
    "gateway/app/console_actions.py",  # one action alone
    "gateway/core/delivery/outbox.py",  # one report alone
    "gateway/notices/run.py",
    "gateway/receivers/http/polled_connection.py",  # one connection alone
    "police/writer.py",
    "simulator/wallunit.py",
}


def tracked() -> list[Path]:
    """Every text file of the project, as it lies in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], capture_output=True, text=True, check=False
    ).stdout.split("\0")
    return [path for name in listed if name and (path := Path(name)).is_file() and path != THIS]


def unwanted(text: str) -> list[str]:
    return [found[0] for found in UNWANTED.finditer(text)]


def private(text: str) -> list[str]:
    return [found[0] for found in PRIVATE.finditer(text)]


def headless(source: str) -> list[str]:
    """The texts of errors and of log lines that begin without a noun."""
    return [text for text in _said(ast.parse(source)) if HEADLESS.match(text)]


def _said(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Raise(exc=ast.Call(args=[first, *_])):
                yield _beginning(first)
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log")), args=[first, *_]):
                yield _beginning(first)


def _beginning(text: ast.expr) -> str:
    """What a text begins with, as far as it is written there."""
    match text:
        case (
            ast.Constant(value=str(words))
            | ast.JoinedStr(values=[ast.Constant(value=str(words)), *_])
        ):
            return words
    return ""


def broad_nets(source: str) -> Iterator[ast.ExceptHandler]:
    """Handlers that catch everything and do not raise it again."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type):
            last = node.body[-1]
            if not (isinstance(last, ast.Raise) and last.exc is None):
                yield node


def _is_broad(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(
        name is None or (isinstance(name, ast.Name) and name.id in ("Exception", "BaseException"))
        for name in names
    )


def test_the_tree_holds_no_path_of_a_machine_and_no_promise_for_later() -> None:
    paths = tracked()
    if not paths:
        pytest.skip("this is no git work tree")
    found = {
        str(path): words
        for path in paths
        if (words := unwanted(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_errors_of_ours_end_only_at_the_outermost_edge() -> None:
    nets = {
        str(path)
        for package in PACKAGES
        for path in Path(package).rglob("*.py")
        if any(broad_nets(path.read_text(encoding="utf-8")))
    }
    assert nets <= OUTERMOST


def test_programs_tests_and_pages_use_the_words_of_the_field() -> None:
    found = {
        str(path): words
        for path in set(tracked()) - STREETS
        if (words := private(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


def test_every_error_and_log_line_names_its_subject() -> None:
    found = {
        str(path): words
        for package in ("wire", "service", "device", "gateway", "police")
        for path in Path(package).rglob("*.py")
        if (words := headless(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize("text", ["whoever asks", "Let go of it", "the papers", "a road"])
def test_a_private_word_is_seen(text: str) -> None:
    assert private(text)


@pytest.mark.parametrize(
    "source", ['raise E("it is no JPEG")', 'raise E(f"its {x}")', 'log.error("that failed")']
)
def test_an_error_without_a_subject_is_seen(source: str) -> None:
    assert headless(source)
    assert not headless(source.replace('"', '"camera hall-2: ', 1))


@pytest.mark.parametrize(
    "text", ["# TODO: later", "cd /home/pi/x", "raise NotImplementedError", "get(u, verify=False)"]
)
def test_unwanted_words_are_seen(text: str) -> None:
    assert unwanted(text)


@pytest.mark.parametrize("text", ["/opt/tocsin/bin", "/run/tocsin", "https://a.example/home/x"])
def test_wanted_words_are_left_alone(text: str) -> None:
    assert unwanted(text) == []


@pytest.mark.parametrize("caught", ["", " Exception", " BaseException", " (OSError, Exception)"])
def test_a_broad_net_is_seen_unless_it_raises_again(caught: str) -> None:
    source = f"try:\n    f()\nexcept{caught}:\n    g()\n"
    assert len(list(broad_nets(source))) == 1
    assert list(broad_nets(source + "    raise\n")) == []

"""Ctrl-C at any moment of a command's start: no traceback, no process, no hindrance for the next.

The moment is chosen by imports, not by a clock: the command interrupts itself at the n-th of them.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.cameras.watch import Watch, leave
from tests.trust.founded import School, run, school
from tests.waiting import patience
from wire.ids import Seconds

INTERRUPTED = """
import os, signal, sys

# What a shell starts in the background ignores it, and whatever that starts does, too.
signal.signal(signal.SIGINT, signal.default_int_handler)

class Interrupt:
    seen = 0

    def find_spec(self, name, path=None, target=None):
        Interrupt.seen += 1
        if Interrupt.seen in ({at}, {at} + 3):
            os.kill(os.getpid(), signal.SIGINT)

from {package}.main import main
sys.meta_path.insert(0, Interrupt())
code = main({words!r})
print(Interrupt.seen, file=sys.stderr)
sys.exit(code)
"""
# On a small machine the import of these takes seconds.
MOMENTS = (1, 10, 60, 150, 300, 450)
_TOLD = b"Traceback", b"KeyboardInterrupt", b"Exception ignored"


def interrupt(package: str, words: list[str], at: int) -> "subprocess.CompletedProcess[bytes]":
    return begin(INTERRUPTED.format(at=at, package=package, words=words))


def begin(script: str, *files: int) -> "subprocess.CompletedProcess[bytes]":
    """Run it until it ends; a service that has started by now runs on until it is interrupted."""
    argv = [sys.executable, "-c", script, *map(str, files)]
    with subprocess.Popen(
        argv, pass_fds=files, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            told = process.communicate(timeout=patience(2.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            told = process.communicate(timeout=patience(30))
        return subprocess.CompletedProcess(argv, process.returncode, *told)


def must_have_ended(done: "subprocess.CompletedProcess[bytes]") -> None:
    assert not any(words in done.stderr for words in _TOLD), done.stderr.decode()
    # Imports after the last moment: the command was through before it.
    assert done.returncode in (130, 0, 1, 2, 78, -signal.SIGINT), done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> School:
    with school(tmp_path_factory.mktemp("school")) as there:
        there.rooms("204")
    return there


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("command", ["status", "doctor", "enrol"])
def test_a_command_of_the_gateway_ends_in_silence(made: School, command: str, at: int) -> None:
    words = [command, "--config", str(made.config), *(["204"] if command == "enrol" else [])]
    must_have_ended(interrupt("gateway", words, at))


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("command", ["run", "cameras", "console", "ca", "broker"])
def test_a_process_of_the_gateway_ends_in_silence(made: School, command: str, at: int) -> None:
    done = interrupt("gateway", [command, "--config", str(made.config)], at)
    must_have_ended(done)
    assert not [line for line in _processes() if str(made.folder) in line]


@pytest.mark.parametrize("at", MOMENTS)
def test_what_the_command_cameras_becomes_ends_in_silence(tmp_path: Path, at: int) -> None:
    script = INTERRUPTED.format(at=at, package="gateway.cameras", words=[])
    script = script.replace("cameras.main import", "cameras.__main__ import")
    file = leave(Watch(tmp_path / "frames", tmp_path / "leases", Seconds(0.0), ()))
    must_have_ended(begin(script.replace("main([])", "main()"), file))
    os.close(file)


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("command", ["run", "try", "join"])
def test_a_command_of_a_unit_ends_in_silence(tmp_path: Path, command: str, at: int) -> None:
    settings = tmp_path / "device.toml"
    settings.write_text(
        f'site = "lincoln"\nunit = "lincoln-204"\nroom = "204"\n'
        f"journal.path = {json.dumps(str(tmp_path / 'journal.db'))}\n"
        '[[gateway]]\nurl = "mqtt://127.0.0.1:9"\n'
    )
    words = ["https://127.0.0.1:9"] if command == "join" else []
    must_have_ended(interrupt("device", [command, *(words or ["--config", str(settings)])], at))


@pytest.mark.parametrize("at", MOMENTS)
@pytest.mark.parametrize("command", ["conformance", "serve"])
def test_a_command_of_the_receiver_ends_in_silence(tmp_path: Path, command: str, at: int) -> None:
    settings = tmp_path / "police.toml"
    settings.write_text("[server]\nport = 0\n")
    words = ["--list"] if command == "conformance" else ["--config", str(settings)]
    must_have_ended(interrupt("police", [command, *words], at))


@pytest.mark.parametrize("at", [20, 200, 300, 400])
def test_an_init_that_was_interrupted_is_ended_by_the_next(tmp_path: Path, at: int) -> None:
    words = ["init", "--folder", str(tmp_path / "etc"), "--state", str(tmp_path / "state"),
             "--name", "Lincoln", "--host", "10.20.0.1"]  # fmt: skip
    must_have_ended(interrupt("gateway", words, at))
    done = run("tocsin-gateway", *words)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "etc/gateway.toml").exists()


def test_an_interrupt_without_a_net_would_be_seen() -> None:
    script = INTERRUPTED.format(at=1, package="service.command", words=[])
    bare = script.replace("from service.command.main import main", "main = __import__")
    done = subprocess.run([sys.executable, "-c", bare.replace("main([])", "main('pydantic')")],
                          capture_output=True)  # fmt: skip
    assert any(words in done.stderr for words in _TOLD)


def _processes() -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        if path.parent.name != str(os.getpid()):
            try:
                found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
    return found

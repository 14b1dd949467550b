"""Every command that our programs print can be pasted: it is one, with arguments that it takes."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from device.command_table import COMMANDS as DEVICE
from gateway.command_table import COMMANDS as GATEWAY
from police.commands import COMMANDS as POLICE
from service.command import parser_of
from service.cure import commands_in
from service.doctor.finding import cures_at, problem
from tests.doctor.printed import UNKNOWN, Printed, commands_of, printed_commands
from wire.gateway_troubles import GATEWAY_TROUBLES
from wire.unit_troubles import UNIT_TROUBLES

OURS = {"tocsin-gateway": GATEWAY, "tocsin-device": DEVICE, "tocsin-police": POLICE}
SERVICES = {path.stem for path in Path("systemd").glob("*.service")} | {
    path.name for path in Path("systemd").glob("*.socket")
}
USERS = {
    user
    for file in Path("systemd").glob("*.sysusers.conf")
    for user in re.findall(r"(?m)^u (\S+)", file.read_text())
}
VERBS = {"restart", "enable", "status", "daemon-reload", "daemon-reexec", "set-ntp"}
# What only the person who pastes can know.
BLANKS = {"ROLE": "staff", **dict.fromkeys(("ROOM", "NAME", "ADDRESS"), UNKNOWN)}
PRINTED = printed_commands()


def simple(line: str) -> Iterator[list[str]]:
    """The words of each single command in a line of the shell."""
    split = shlex.shlex(line, posix=True, punctuation_chars="|&>")
    split.whitespace_split = True
    words = list(split)
    while words:
        end = next((at for at, word in enumerate(words) if word[0] in "|&>"), len(words))
        command, words = words[:end], words[end + 1 :]
        yield [BLANKS.get(word, word) for word in command if word != "sudo"]


def fault(words: list[str]) -> str | None:
    """What keeps a person from running this, or None."""
    program, *rest = words
    if program in OURS:
        return fault_of_ours(program, rest)
    if program.startswith("/"):  # the file at the end of a >, or the venv's pip
        return None if Path(program).parts[1] in ("etc", "opt") else f"a strange place: {program}"
    if shutil.which(program) is None and program not in ("resolvectl", "grep"):
        return f"there is no {program}"
    if program in ("systemctl", "journalctl", "timedatectl"):
        return fault_of_systemd(program, rest)
    return fault_of_owner(program, rest)


def fault_of_ours(program: str, words: list[str]) -> str | None:
    try:
        parser_of(program, "", OURS[program]).parse_args(words)
    except SystemExit:
        return f"{program} does not take: {shlex.join(words)}"
    return None


def fault_of_systemd(program: str, words: list[str]) -> str | None:
    named = {word for word in words if word.startswith("tocsin-")}
    known = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
    options = {word.partition("=")[0] for word in words if word.startswith("-")}
    if wrong := [each for each in options if not re.search(rf"(?m)^ *.*{each}\b", known)]:
        return f"{program} has no {wrong}"
    if program == "systemctl" and words[0] not in VERBS:
        return f"is {words[0]} one of systemctl's?"
    return f"no such services: {named - SERVICES}" if named - SERVICES else None


def fault_of_owner(program: str, words: list[str]) -> str | None:
    owners = {
        "chown": [word for word in words if not word.startswith(("-", "/"))][:1],
        "install": [words[at + 1] for at, word in enumerate(words) if word in ("-o", "-g")],
    }.get(program, [])
    wrong = set(owners) - USERS - {UNKNOWN}
    return f"{program}: no such user: {wrong}" if wrong else None


@pytest.mark.parametrize("printed", PRINTED, ids=lambda each: f"{each.place} {each.command}")
def test_each_command_can_be_pasted(printed: Printed) -> None:
    line = re.sub(r"<\w+>", UNKNOWN, printed.command)
    assert subprocess.run(["bash", "-n"], input=line, text=True).returncode == 0
    assert [wrong for words in simple(line) if (wrong := fault(words))] == []


def test_each_trouble_that_names_a_command_marks_it_whole() -> None:
    for trouble in (*GATEWAY_TROUBLES, *UNIT_TROUBLES):
        marked = [each for each in commands_in(trouble.cure) if " " in each]
        assert list(commands_of(trouble.cure)) == marked, trouble.pattern


@pytest.mark.parametrize(
    "words",
    [
        "tocsin-gateway check --accept",
        "tocsin-gateway enrol ROOM --config x, then here again",
        "tocsin-gateway authority --config x",
        "systemctl restart tocsin-authorty",
        "systemctl revive tocsin-gateway",
        "systemctl --now-or-never enable tocsin-gateway",
        "chown tocsinn: /var/lib/tocsin",
        "no-such-program --please",
    ],
)
def test_one_that_cannot_be_pasted_would_be_seen(words: str) -> None:
    assert any(fault(each) for each in simple(words))


def test_one_that_nobody_marked_would_be_seen() -> None:
    assert list(commands_of("is it old? tocsin-gateway check --config x, and wait")) == [
        "tocsin-gateway check --config x, and wait"
    ]


def test_a_cure_names_the_settings_that_were_looked_at() -> None:
    found = problem("x", "y", "`tocsin-gateway check --config /etc/tocsin/gateway.toml`")
    (told,) = cures_at([found], "/etc/tocsin/gateway.toml", "/srv/lincoln.toml")
    assert told.cure == "`tocsin-gateway check --config /srv/lincoln.toml`"

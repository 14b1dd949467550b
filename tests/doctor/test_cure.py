"""At a terminal each command of a cure is a line of its own, and nothing else is."""

import pytest

from service.cure import commands_in, in_lines


@pytest.mark.parametrize(
    ("cure", "lines"),
    [
        ("", []),
        ("call the room", ["  -> call the room"]),
        ("`systemctl restart x`", ["  -> systemctl restart x"]),
        ("`df -h /`: make room", ["  -> df -h /", "     make room"]),
        ("of user `tocsin` and mode 0600", ["  -> of user `tocsin` and mode 0600"]),
        (
            "join again (there: `enrol ROOM`); if `ca` is old: `reissue-ca now`.",
            ["  -> join again (there:", "     enrol ROOM", "     if `ca` is old:",
             "     reissue-ca now"],
        ),
    ],
)  # fmt: skip
def test_each_command_is_a_line(cure: str, lines: list[str]) -> None:
    assert in_lines(cure) == lines


def test_a_name_in_backticks_is_no_command() -> None:
    assert commands_in("`listen` of `tocsin`: `dmesg | tail`, then `a b`") == [
        "dmesg | tail",
        "a b",
    ]

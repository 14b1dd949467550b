"""wire/vectors: one named case a file, good and bad; other implementations test against it, too."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from wire.codec import decode, encode
from wire.errors import WireError
from wire.messages import Message
from wire.stage import Answer, Stage

FOLDER = Path("wire/vectors/messages")
CASES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.iterdir())
}
GOOD = [name for name, case in CASES.items() if "message" in case]
BAD = [name for name, case in CASES.items() if "error" in case]


def payload(name: str) -> bytes:
    """The bytes of a case: `text` or `hex`, with spaces behind up to `padded_to` bytes."""
    case = CASES[name]
    sent: bytes = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()
    return sent.ljust(case.get("padded_to", 0))


def as_json(message: Message) -> dict[str, Any]:
    fields = asdict(message)
    if isinstance(fields.get("stage"), Stage):
        fields["stage"] = fields["stage"].name
    if isinstance(fields.get("answer"), Answer):
        fields["answer"] = fields["answer"].word
    fields = {key: list(value) if type(value) is tuple else value for key, value in fields.items()}
    return {"type": type(message).__name__.lower(), **fields}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_is_read_as_it_was_meant(name: str) -> None:
    assert as_json(decode(payload(name))) == CASES[name]["message"]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_message_means_the_same_when_we_write_it(name: str) -> None:
    message = decode(payload(name))
    assert decode(encode(message)) == message


@pytest.mark.parametrize("name", BAD)
def test_a_bad_message_is_refused_for_the_reason_named(name: str) -> None:
    with pytest.raises(WireError) as refusal:
        decode(payload(name))
    assert CASES[name]["error"] in str(refusal.value)


def test_every_case_says_why_and_is_either_good_or_bad() -> None:
    for name, case in CASES.items():
        assert case["why"], name
        assert ("message" in case) != ("error" in case), name
        assert name.startswith("bad-") == ("error" in case), name
    assert {CASES[name]["message"]["type"] for name in GOOD} == {"alert", "progress", "heartbeat"}

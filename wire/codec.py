"""Messages to bytes and back: UTF-8 JSON, at most 4 kB.

`decode` reads what a stranger may have sent: whatever the bytes, it returns a message or raises
WireError, and its work is bounded by LARGEST.  Unknown fields are left alone, so that a newer
peer may add some.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from wire import fields as read
from wire.errors import WireError
from wire.event_fields import read_event, write_event
from wire.evidence_fields import read_evidence, write_evidence
from wire.fields import MOST_NAMED, Fields
from wire.ids import (
    NAME,
    ROOM,
    UUID,
    AlertId,
    BootId,
    RoomId,
    Seconds,
    UnitId,
    Wall,
)
from wire.machine import read_machine, write_machine
from wire.messages import Alert, FurtherPress, Heartbeat, Message, Progress
from wire.modes import LIVE, read_mode
from wire.moment import write_moment
from wire.presses import MOST_DATED
from wire.stage import Stage

# docs/decisions/limits.md: far above any real message, far below what could hurt a Pi.
LARGEST: Final = 4096
_json: Final = json.JSONEncoder(separators=(",", ":")).encode
_TROUBLE: Final = re.compile(r"[a-z0-9-]{1,32}")


def encode(message: Message) -> bytes:
    """Return the bytes of `message`; raises WireError if they would exceed LARGEST."""
    if isinstance(message, Alert):
        fields = _write_alert(message)
    elif isinstance(message, Progress):
        fields = _write_progress(message)
    elif isinstance(message, Heartbeat):
        fields = _write_heartbeat(message)
    else:
        fields = write_event(message)
    payload = _json({"v": 1, **fields}).encode()
    if len(payload) > LARGEST:
        raise WireError(f"message of {len(payload)} bytes is over {LARGEST}")
    return payload


def decode(payload: bytes) -> Message:
    """Return the message in `payload`; raises WireError for anything that is not one."""
    fields = _read_object(payload)
    if type(fields.get("v")) is not int or fields["v"] != 1:
        raise WireError("v: not a version this side knows")
    reader = _READERS.get(read.text(fields, "type", _TROUBLE))
    if reader is None:
        raise WireError("type: not a message this side knows")
    return reader(fields)


def _write_alert(alert: Alert) -> Fields:
    further = {"further": [_write_further(each) for each in alert.further[-MOST_DATED:]]}
    return {
        "type": "alert",
        "alert": alert.alert,
        "unit": alert.unit,
        "room": alert.room,
        "kind": alert.kind,
        "boot": alert.boot,
        "seq": alert.seq,
        "age": None if alert.age is None else round(alert.age, 4),
        "pressed_at": None if alert.pressed_at is None else write_moment(alert.pressed_at),
        "presses": alert.presses,
        **(further if alert.further else {}),
        **({"evidence": write_evidence(alert.evidence)} if alert.evidence else {}),
    }


def _write_further(press: FurtherPress) -> Fields:
    return {
        "press": press.press,
        "age": None if press.age is None else round(press.age, 4),
        "pressed_at": None if press.pressed_at is None else write_moment(press.pressed_at),
    }


def _write_progress(progress: Progress) -> Fields:
    return {
        "type": "progress",
        "alert": progress.alert,
        "stage": progress.stage.name,
        "answer": progress.answer.word,
        "presses": progress.presses,
        **({} if progress.mode == LIVE else {"mode": progress.mode}),
    }


def _write_heartbeat(beat: Heartbeat) -> Fields:
    return {
        "type": "heartbeat",
        "unit": beat.unit,
        "room": beat.room,
        "boot": beat.boot,
        "seq": beat.seq,
        "uptime": round(beat.uptime, 1),
        "open": list(beat.open[:MOST_NAMED]),
        "troubles": list(beat.troubles[:MOST_NAMED]),
        **write_machine(beat.machine),
    }


def _read_alert(fields: Fields) -> Alert:
    if fields.get("kind") != "panic":
        raise WireError("kind: not a kind of alert this side knows")
    age, pressed_at = _read_times(fields)
    presses = read.count(fields, "presses", least=1)
    return Alert(
        alert=AlertId(read.text(fields, "alert", UUID)),
        unit=UnitId(read.text(fields, "unit", NAME)),
        room=RoomId(read.text(fields, "room", ROOM)),
        kind="panic",
        boot=BootId(read.text(fields, "boot", UUID)),
        seq=read.count(fields, "seq", least=1),
        age=age,
        pressed_at=pressed_at,
        presses=presses,
        further=_read_further(fields, presses) if "further" in fields else (),
        evidence=read_evidence(fields["evidence"]) if "evidence" in fields else None,
    )


def _read_further(fields: Fields, presses: int) -> tuple[FurtherPress, ...]:
    found = tuple(
        FurtherPress(read.count(each, "press", least=2), *_read_times(each))
        for each in read.objects(fields, "further", MOST_DATED)
    )
    numbers = [each.press for each in found]
    if numbers != sorted(set(numbers)) or numbers[-1:] > [presses]:
        raise WireError("further: not presses of this alert in their order")
    return found


def _read_times(fields: Fields) -> tuple[Seconds | None, Wall | None]:
    age, pressed_at = fields.get("age"), fields.get("pressed_at")
    return (
        None if age is None else read.seconds(fields, "age"),
        None if pressed_at is None else read.moment(fields, "pressed_at"),
    )


def _read_progress(fields: Fields) -> Progress:
    stage = fields.get("stage")
    if not isinstance(stage, str) or stage not in Stage.__members__:
        raise WireError("stage: not a stage this side knows")
    return Progress(
        alert=AlertId(read.text(fields, "alert", UUID)),
        stage=Stage[stage],
        presses=read.count(fields, "presses", least=1),
        answer=read.answer(fields),
        mode=read_mode(fields.get("mode")),
    )


def _read_heartbeat(fields: Fields) -> Heartbeat:
    return Heartbeat(
        unit=UnitId(read.text(fields, "unit", NAME)),
        room=RoomId(read.text(fields, "room", ROOM)),
        boot=BootId(read.text(fields, "boot", UUID)),
        seq=read.count(fields, "seq", least=0),
        uptime=read.seconds(fields, "uptime"),
        open=tuple(AlertId(text) for text in read.texts(fields, "open", UUID)),
        troubles=tuple(read.texts(fields, "troubles", _TROUBLE)),
        machine=read_machine(fields),
    )


_READERS: Final[Mapping[str, Callable[[Fields], Message]]] = {
    "alert": _read_alert,
    "progress": _read_progress,
    "heartbeat": _read_heartbeat,
    "event": read_event,
}


def _read_object(payload: bytes) -> Fields:
    if len(payload) > LARGEST:
        raise WireError(f"payload of {len(payload)} bytes is over {LARGEST}")
    try:
        found = _DECODER.decode(payload.decode())
    except WireError:
        raise
    except (ValueError, RecursionError) as error:
        raise WireError(f"payload is not JSON: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise WireError("payload is not a JSON object")
    return found


def _refuse_constant(name: str) -> float:
    raise WireError(f"{name} is not a number of JSON")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise WireError("a field stands twice in one object")
    return fields


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_without_doubles, parse_constant=_refuse_constant
)

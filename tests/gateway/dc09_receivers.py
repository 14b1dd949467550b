"""Replies of DC-09 receivers that keep to no rule, and what one of them has received."""

from gateway.core.formats.dc09.frame import frame
from tests.gateway.arc import ScriptedArc, reply
from tests.gateway.core import alert
from tests.gateway.school import School, Wall
from tests.waiting import until


def deliver(lincoln: School, within: float = 5.0) -> Wall:
    """Press in room 100, and wait until the lamp would go solid."""
    wall, press = Wall(lincoln), alert("100")
    wall.press(press)
    until(lambda: "DELIVERED" in wall.stages(press), within=within)
    return wall


def hang(_: ScriptedArc, _body: bytes) -> None:
    return None


def garbled(_: ScriptedArc, _body: bytes) -> bytes:
    return b"\n\r"


def stranger(_: ScriptedArc, _body: bytes) -> bytes:
    return frame(b'"ACK"0001R0L0#9999[]')


def nak(_: ScriptedArc, _body: bytes) -> bytes:
    return frame(b'"NAK"0000R0L0A0[]_14:05:09,09-03-2026')


def duh(_: ScriptedArc, body: bytes) -> bytes:
    return reply("DUH", body)


def flood(_: ScriptedArc, _body: bytes) -> bytes:
    return bytes(10_000_000)


def page(_: ScriptedArc, _body: bytes) -> bytes:
    return b"HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n<html>Guest Wi-Fi</html>"


def link_tests(arc: ScriptedArc) -> list[bytes]:
    return [body for body in list(arc.bodies) if b'NULL"' in body]


def told(arc: ScriptedArc, data: bytes) -> bool:
    return any(data in body for body in arc.events())

"""Runs a whole school on this machine, with a page to press its buttons, or for one press."""

import json
import logging
import queue
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Final

from gateway.trust.bootstrap import ADMINISTRATOR
from service.exits import GOOD, PROBLEM, USAGE
from simulator.event_stream import EventStream
from simulator.events import PlugAsked
from simulator.folder import RunFolder, run_folder
from simulator.lamps import watch
from simulator.latency_probe import LatencyProbe
from simulator.narrator import Narrator
from simulator.onepress import Inbox, OnePress
from simulator.ports import Ports, open_ports
from simulator.process import ProcessError
from simulator.school import School
from simulator.stage_log import listen
from simulator.web import WebServer, make_app
from wire.ids import RoomId, Wall
from wire.moment import write_moment

_CHECK_EVERY_S: Final = 0.5


def run(press: str | None, as_json: bool) -> int:
    """Run the school until a signal, or for one press; return the exit code.

    A signal comes as KeyboardInterrupt, once; what it interrupts is cleared away.
    """
    try:
        return _run(press, as_json)
    except ProcessError as error:
        _say(f"the school cannot run.\n  {error}")
    except (OSError, ValueError) as error:
        _say(f"the school cannot be made on this machine: {error}")
    return PROBLEM


def _run(press: str | None, as_json: bool) -> int:
    inbox: Inbox = queue.SimpleQueue()
    listen(inbox.put)
    sockets, ports = open_ports()
    with ExitStack() as opened:
        for each in sockets:
            opened.enter_context(each)
        with run_folder(ports) as folder:
            if press is not None and press not in [room["room"] for room in folder.rooms]:
                _say(f"there is no room {press!r}; config/rooms.csv names them all")
                return USAGE
            _log_to(folder)
            with _school(folder, ports) as school:
                if press is None:
                    return _show(school, folder, ports, sockets, inbox)
                return _press(school, RoomId(press), as_json, inbox, ports)


@contextmanager
def _school(folder: RunFolder, ports: Ports) -> Iterator[School]:
    """The running school; while it ends, signals are not heard, for ending is what they ask."""
    with School(folder, ports, _say) as school:
        try:
            yield school
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)


def _show(
    school: School, folder: RunFolder, ports: Ports, sockets: list[socket.socket], inbox: Inbox
) -> int:
    """Serve the page and tell what happens, until a signal or a fault."""
    board = EventStream(lambda: write_moment(Wall(time.time())))
    watch({room: unit.lamp for room, unit in school.units.items()}, inbox.put)
    drivers = {room: unit.driver for room, unit in school.units.items()}
    app = make_app(_plan(folder, ports), drivers, board, _police(ports), inbox.put)
    server = WebServer(app, sockets)
    server.start()
    _say(f"\n  The school:        http://127.0.0.1:{ports.page}/")
    _say(f"  The police's page: {_police(ports)}/")
    _say(f"  The console:       http://127.0.0.1:{ports.console}/ (reports link to it)")
    _say(f"                     log in as {ADMINISTRATOR}, password {folder.password}")
    _say("  Press a button there; Ctrl-C ends everything.\n")
    narrator = Narrator(_say)
    try:
        while True:
            for event in _next(inbox):
                if isinstance(event, PlugAsked):
                    school.move_plug(event.pulled)
                board.put(event)
                narrator.tell(event)
            school.check()
    finally:
        board.close()
        server.stop()


def _next(inbox: Inbox) -> Iterator[Any]:
    with suppress(queue.Empty):
        yield inbox.get(timeout=_CHECK_EVERY_S)


def _press(school: School, room: RoomId, as_json: bool, inbox: Inbox, ports: Ports) -> int:
    lamps = watch({room: unit.lamp for room, unit in school.units.items()}, inbox.put)
    narrator = Narrator(_say)
    probe = LatencyProbe(_police(ports))
    result = OnePress(school.units[room], lamps[room], probe, inbox, narrator.tell).run()
    if as_json:
        print(json.dumps(result, separators=(",", ":")), flush=True)
    sent = "DELIVERED" in result["stages"]
    _say(f"room {room}: {'the police have it' if sent else 'the police do NOT have it'}")
    return GOOD if sent else PROBLEM


def _plan(folder: RunFolder, ports: Ports) -> Mapping[str, Any]:
    """What the page draws: the register's rooms, each with its place on the plan in per cent."""
    rooms = [
        {
            **{key: room[key] for key in ("room", "name", "building", "floor")},
            "x": float(room["x"]),
            "y": float(room["y"]),
        }
        for room in folder.rooms
        if room["unit"]
    ]
    return {"site": folder.site, "rooms": rooms, "police": _police(ports)}


def _police(ports: Ports) -> str:
    return f"http://127.0.0.1:{ports.police}"


def _log_to(folder: RunFolder) -> None:
    """Keep the units' own log beside the others; the terminal is for people."""
    logging.basicConfig(
        level=logging.INFO,
        filename=folder.log("units"),
        format="%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s",
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)

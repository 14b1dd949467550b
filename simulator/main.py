"""`tocsin-simulator`: a whole school on this machine, with a page to press its buttons.

With `--press ROOM --json` one press and its story.  Ctrl-C ends all that was started.
"""

import argparse
import json
import logging
import queue
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final

from service.exits import GOOD, PROBLEM, USAGE
from simulator.board import Board
from simulator.broker import free_port
from simulator.folder import Ports, RunFolder, run_folder
from simulator.lamps import watch
from simulator.onepress import Inbox, OnePress
from simulator.process import ProcessError
from simulator.school import School
from simulator.story import listen
from simulator.teller import Teller
from simulator.web import WebServer, make_app, open_door
from simulator.witness import Witness
from wire.ids import RoomId, Wall
from wire.moment import write_moment

_CHECK_EVERY_S: Final = 0.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0 only if all went well, and a press was SENT."""
    parser = argparse.ArgumentParser("tocsin-simulator", description=__doc__)
    parser.add_argument("--press", metavar="ROOM", help="press one button, tell its story, end")
    parser.add_argument("--json", action="store_true", help="the story as one line of JSON")
    options = parser.parse_args(arguments)
    if options.json and not options.press:
        parser.error("--json tells the story of one press: give --press ROOM, too")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        return _run(options.press, options.json)
    except KeyboardInterrupt:
        _say("everything has ended")
        return GOOD if not options.press else PROBLEM
    except ProcessError as error:
        _say(f"the school cannot run.\n  {error}")
        return PROBLEM


def _run(press: str | None, as_json: bool) -> int:
    inbox: Inbox = queue.SimpleQueue()
    listen(inbox.put)
    with open_door() as door:
        ports = Ports(free_port(), free_port(), door.getsockname()[1], free_port())
        with run_folder(ports) as folder:
            if press is not None and press not in [room["room"] for room in folder.rooms]:
                _say(f"there is no room {press!r}; config/rooms.csv names them all")
                return USAGE
            _log_to(folder)
            with _school(folder, ports) as school:
                if press is None:
                    return _show(school, folder, ports, door, inbox)
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
    school: School, folder: RunFolder, ports: Ports, door: socket.socket, inbox: Inbox
) -> int:
    """Serve the page and tell what happens, until a signal or a fault."""
    board = Board(lambda: write_moment(Wall(time.time())))
    watch({room: unit.lamp for room, unit in school.units.items()}, inbox.put)
    fingers = {room: unit.finger for room, unit in school.units.items()}
    app = make_app(_plan(folder, ports), fingers, board, _police(ports))
    server = WebServer(app, door)
    server.start()
    _say(f"\n  The school:        http://127.0.0.1:{ports.page}/")
    _say(f"  The police's page: {_police(ports)}/")
    _say(f"  The console:       http://127.0.0.1:{ports.console}/ (reports link to it)")
    _say("  Press a button there; Ctrl-C ends everything.\n")
    teller = Teller(_say)
    try:
        while True:
            for event in _next(inbox):
                board.put(event)
                teller.tell(event)
            school.check()
    finally:
        board.close()
        server.stop()


def _next(inbox: Inbox) -> Iterator[Any]:
    with suppress(queue.Empty):
        yield inbox.get(timeout=_CHECK_EVERY_S)


def _press(school: School, room: RoomId, as_json: bool, inbox: Inbox, ports: Ports) -> int:
    lamps = watch({room: unit.lamp for room, unit in school.units.items()}, inbox.put)
    teller = Teller(_say)
    witness = Witness(_police(ports))
    story = OnePress(school.units[room], lamps[room], witness, inbox, teller.tell).run()
    if as_json:
        print(json.dumps(story, separators=(",", ":")), flush=True)
    sent = "SENT" in story["stages"]
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


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())

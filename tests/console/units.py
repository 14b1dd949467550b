"""A school of simulated units as its gateway tells of them, with a real console over it.

No gateway runs: a thread writes what one would, its sign of life and its word on the units.
"""

import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomli_w

from gateway.config.frame_names import TOLD
from gateway.config.roles import Role
from gateway.core.notices.matter import MatterKey, MatterName, PersonName
from gateway.core.notices.schedule import Notice
from gateway.core.values import ChannelId
from gateway.fleet.snapshot import SnapshotFile
from gateway.notices.record import Record, TryAnswer
from gateway.notices.roster import CarrierName
from gateway.store.schema import open_database
from gateway.trust.accounts import open_accounts
from service.files import write_whole
from service.life_sign import LifeSign
from simulator.broker import free_port
from simulator.process import end, start
from tests.console.school import PASSWORD, LoggedIn
from tests.fleet.known import beat
from tests.waiting import until
from wire.codec import encode
from wire.gateway_troubles import DNS
from wire.ids import Monotonic, Seconds, UnitId, Wall
from wire.machine import Machine
from wire.trouble import Level

_DAY = 86_400.0
_WELL = Machine("1.4.0", 47.0, False, False)
_COMMAND = "import sys; from gateway.main import main; sys.exit(main())"
_INCIDENT = (
    "INSERT INTO incident (id, opened_at, version, status, disposition) VALUES (?,?,1,'closed',?)"
)
_ALERT = (
    "INSERT INTO alert (id, incident, kind, unit, room, name, floor, building, pressed_at,"
    " received_at, presses, doubts) VALUES (?,?,'panic',?,?,?,'1','Main',?,?,1,'')"
)


class UnitsSchool:
    """Rooms 100 and on, each with its unit; `troubles` are what units tell of themselves."""

    def __init__(self, folder: Path, rooms: int, presses: int) -> None:
        self.folder = folder
        self.rooms = [str(100 + number) for number in range(rooms)]
        self.troubles: dict[str, tuple[str, ...]] = {}
        self.store = folder / "tocsin.db"
        self.url = f"http://127.0.0.1:{(port := free_port())}"
        self._told = folder / "frames" / TOLD
        self._sign, self._snapshot = LifeSign(self._told), SnapshotFile(self._told)
        self._started = Monotonic(time.monotonic() - 100.0)
        self._over = threading.Event()
        self._write_settings(port)
        self._write_books(presses)
        self.lives()

    def lives(self) -> None:
        """Let the gateway give signs of life, and its units beat."""
        self._over = threading.Event()
        threading.Thread(target=self._tell, args=(self._over,), daemon=True).start()

    def dies(self) -> None:
        """Let the gateway be gone from one moment to the next."""
        self._over.set()
        self._sign.take_back()

    @contextmanager
    def console(self) -> Iterator[None]:
        """A console that runs meanwhile."""
        argv = [sys.executable, "-c", _COMMAND, "console", "--config"]
        process = start([*argv, str(self.folder / "gateway.toml")], self.folder / "console.log")
        try:
            until(lambda: "listening" in (self.folder / "console.log").read_text(), within=20)
            yield
        finally:
            end(process)

    def logged_in(self, role: Role) -> LoggedIn:
        return LoggedIn(self.url, f"test-{role.value}")

    def run(self, sql: str, *values: Any) -> None:
        """Write into the gateway's books."""
        with closing(sqlite3.connect(self.store, timeout=5)) as db, db:
            db.execute(sql, values)

    def _tell(self, over: threading.Event) -> None:
        while not over.is_set():
            now = Monotonic(time.monotonic())
            self._sign.give()
            proven = {ChannelId("county-911"): now}
            beats = [(now, self._said(room)) for room in self.rooms]
            self._snapshot.write(self._started, proven, beats)
            over.wait(1.0)

    def _said(self, room: str) -> bytes:
        uptime = Seconds(round(time.monotonic()))
        said = replace(beat(room=room, machine=_WELL).said, unit=UnitId(f"lincoln-{room}"))
        return encode(replace(said, uptime=uptime, troubles=self.troubles.get(room, ())))

    def _write_settings(self, port: int) -> None:
        head = "room,name,building,floor,unit,cameras,x,y"
        lines = [
            f"{room},Room {room},{('Main', 'Gym')[index % 2]},{index % 3 + 1},lincoln-{room},,,"
            for index, room in enumerate(self.rooms)
        ]
        (self.folder / "rooms.csv").write_text("\n".join([head, *lines]) + "\n")
        write_whole(self.folder / "secret", b"0123456789abcdef0123456789abcdef")
        self._told.mkdir(parents=True)
        receiver = {"name": "county-911", "url": "http://127.0.0.1:9/", "secret_file": "secret"}
        settings: dict[str, Any] = {
            "site": {"id": "lincoln", "name": "Lincoln School", "rooms": "rooms.csv"},
            "mqtt": {"url": "mqtt://127.0.0.1:1"},
            "store": {"path": "tocsin.db"},
            "frames": {"directory": "frames"},
            "accounts": {"path": "accounts.db"},
            "console": {"port": port},
            "notices": {"people": "people.toml", "path": "notices.db"},
            "endpoint": [receiver],
        }
        (self.folder / "gateway.toml").write_text(tomli_w.dumps(settings))
        people = open_accounts(self.folder / "accounts.db")
        for role in Role:
            people.add(f"test-{role.value}", role, PASSWORD)
        people.close()

    def _write_books(self, presses: int) -> None:
        """`presses` of each unit over a year, each its own incident, every third one a mistake."""
        now = time.time()
        with closing(open_database(self.store)) as db, db:
            db.execute("BEGIN")
            for index, room in enumerate(self.rooms):
                for number in range(presses):
                    at = now - _DAY * (1 + (index * 7 + number * 31) % 360)
                    name = f"{room}-{number}"
                    was = ("test", "drill", "false")[(index + number) % 3]
                    head = (name, at, was)
                    db.execute(_INCIDENT, head)
                    place = (f"lincoln-{room}", room, f"Room {room}")
                    db.execute(_ALERT, (f"a-{name}", name, *place, at, at))
                    receipt = ("county-911", f"a-{name}", 1, "r", at + 1.0)
                    db.execute("INSERT INTO receipt VALUES (?,?,?,?,?)", receipt)
        self.over(DNS.name(), now - 7200.0, now - 3600.0)

    def over(self, name: str, began: float, ended: float) -> None:
        """Put a trouble into the books that is over, and of which Ms. Lee was told."""
        words = "county-911.example cannot be looked up"
        self.run("INSERT INTO trouble VALUES (?,?,?,?)", name, began, words, ended)
        record, mail = Record(self.folder / "notices.db"), CarrierName("1 mailtos")
        key = MatterKey(MatterName(name), Wall(began))
        notice = Notice(PersonName("Ms. Lee"), key, Level.ORDINARY, 1, over=False)
        number, _ = record.begin(notice, [mail], Wall(began + 300.0))
        record.answered([TryAnswer(number, mail, True, "")], Wall(began + 302.0))
        record.close()


@contextmanager
def units_school(folder: Path, rooms: int, presses: int) -> Iterator[UnitsSchool]:
    found = UnitsSchool(folder, rooms, presses)
    with found.console():
        yield found
    found.dies()

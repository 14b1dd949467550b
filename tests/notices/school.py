"""People who are told, with a real mail server, a real web receiver, and the process that tells."""

import json
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import tomli_w
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from gateway.store.schema import open_database
from service.files import write_whole
from service.life_sign import LifeSign
from simulator.broker import free_port
from simulator.process import end, start
from tests.waiting import patience, until
from wire.ids import Wall

COMMAND = "import sys; from gateway.main import main; sys.exit(main())"


class Mailbox:
    """A mail server that keeps what it takes."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = free_port()
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    async def handle_DATA(  # noqa: N802 - aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"

    def url(self, to: str) -> str:
        """The carrier that leads here."""
        return f"mailto://127.0.0.1:{self.port}?from=tocsin@lincoln.example&to={to}@lincoln.example"

    def subjects(self, to: str = "") -> list[str]:
        return [str(each["subject"]) for each in self.mails if to in str(each["to"])]

    def text(self, number: int = -1) -> str:
        body = self.mails[number].get_body(("plain", "html"))
        assert body is not None
        return str(body.get_content())

    def stop(self) -> None:
        self._server.stop()


class _Handler(BaseHTTPRequestHandler):
    """Answers as its receiver was told to."""

    receiver: "Receiver"

    def do_POST(self) -> None:
        self.receiver.asked += 1
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.receiver.hangs:
            self._drip()
        elif self.receiver.floods:
            self._flood()
        elif self.receiver.sends_to:
            self._answer(307, Location=self.receiver.sends_to)
        else:
            self.receiver.got.append(json.loads(body))
            self._answer(200)

    def _answer(self, status: int, **heads: str) -> None:
        self.send_response(status)
        for name, value in heads.items():
            self.send_header(name, value)
        self.end_headers()

    def _drip(self) -> None:
        """Answer a byte at a time, so that no time limit of a library ends it."""
        with suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            while not self.receiver.end.wait(0.5):
                self.wfile.write(b"a")

    def _flood(self) -> None:
        """Answer more than a process of an attempt may hold."""
        self._answer(200)
        with suppress(OSError):
            for _ in range(400):
                self.wfile.write(bytes(1 << 20))

    def log_message(self, *_: Any) -> None:
        pass


class Receiver:
    """A web receiver that keeps what it takes; `hangs`: its answers never end, `floods`: neither,
    and they come fast, `sends_to`: it sends who asks there.
    """

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.asked = 0
        self.hangs = self.floods = False
        self.sends_to = ""
        self.end = threading.Event()
        handler = type("Handler", (_Handler,), {"receiver": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"json://127.0.0.1:{self._server.server_port}/sekret-word"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def titles(self) -> list[str]:
        return [each["title"] for each in self.got]

    def stop(self) -> None:
        self.end.set()
        self._server.shutdown()
        self._server.server_close()


class Notices:
    """A folder with settings, people and a gateway's store, and the process that tells people."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.config = folder, folder / "gateway.toml"
        self.log, self.record = folder / "notices.log", folder / "notices.db"
        (folder / "rooms.csv").write_text("room,name,building,floor,unit,cameras,x,y\n")
        self.store = folder / "tocsin.db"
        open_database(self.store).close()
        self.sign = LifeSign(folder / "frames" / "gateway")
        self.sign.give()

    def write(self, people: list[dict[str, Any]], **notices: Any) -> None:
        write_whole(self.folder / "people.toml", tomli_w.dumps({"person": people}).encode())
        settings = {
            "site": {"id": "lincoln", "name": "Lincoln School", "rooms": "rooms.csv"},
            "mqtt": {"url": "mqtt://127.0.0.1:1883"},
            "store": {"path": "tocsin.db"},
            "frames": {"directory": "frames"},
            "console": {"port": 8712},
            "notices": {"people": "people.toml", "path": "notices.db", **notices},
            "endpoint": [{"name": "practice", "url": "http://127.0.0.1:8710/reports"}],
        }
        self.config.write_text(tomli_w.dumps(settings))

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        argv = [sys.executable, "-c", COMMAND, "notices", "--config", str(self.config)]
        process = start(argv, self.log)
        try:
            until(lambda: "ready" in self.log.read_text() or process.poll() is not None, 20)
            assert process.poll() is None, self.log.read_text()
            yield process
        finally:
            end(process)

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-c", COMMAND, *words, "--config", str(self.config)]
        return subprocess.run(argv, capture_output=True, text=True, timeout=patience(60))

    def begin(self, trouble: str, at: Wall, detail: str = "") -> None:
        self._do("INSERT INTO trouble VALUES (?,?,?,NULL)", trouble, at, detail)

    def end(self, trouble: str, at: Wall) -> None:
        self._do("UPDATE trouble SET ended = ? WHERE name = ? AND ended IS NULL", at, trouble)

    def take(self, trouble: str, by: str, at: Wall) -> None:
        sql = (
            "INSERT INTO event (incident, at, what, by, text) VALUES ('', ?, 'take-trouble', ?, ?)"
        )
        self._do(sql, at, by, trouble)

    def _do(self, sql: str, *values: Any) -> None:
        with closing(sqlite3.connect(self.store, timeout=5)) as db, db:
            db.execute(sql, values)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.record, timeout=5)) as db:
            return db.execute(sql).fetchall()


def person(name: str, *carriers: str, **more: Any) -> dict[str, Any]:
    """One person of people.toml."""
    return {"name": name, "carriers": [*carriers], **more}

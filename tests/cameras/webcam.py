"""Network cameras, good and bad, on loopback: a real HTTP server each, ended with the test."""

import base64
import hashlib
import io
import random
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

from PIL import Image

from tests.servers import Serving

Manners = Callable[["Caller"], None]
USER, PASSWORD = "viewer", "päss:word"


class Caller(BaseHTTPRequestHandler):
    """One connection to a camera; keeps it alive."""

    protocol_version = "HTTP/1.1"
    server: "WebCamera"

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.server.requests.append(dict(self.headers))
        try:
            self.server.manners(self)
        except OSError:
            self.close_connection = True  # the caller has closed the connection: good

    def say(self, status: int, body: bytes, kind: str = "image/jpeg", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def wait(self, seconds: float = 60.0) -> bool:
        """Do nothing, until the test ends; True if it did."""
        return self.server.done.wait(seconds)

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing."""


class WebCamera(Serving, ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, manners: Manners) -> None:
        super().__init__(("127.0.0.1", 0), Caller)
        self.manners = manners
        self.requests: list[dict[str, str]] = []
        self.connections = 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}/snapshot.jpg"


def picture(wide: int = 64, high: int = 48, **saving: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (wide, high), (40, 90, 160)).save(out, "JPEG", **saving)
    return out.getvalue()


def photo(wide: int, high: int, mode: str = "RGB", **saving: object) -> bytes:
    """A picture in which no part is like another."""
    tiny = Image.frombytes(mode, (8, 8), random.Random(4).randbytes(64 * len(mode)))
    out = io.BytesIO()
    tiny.resize((wide, high), Image.Resampling.BICUBIC).save(out, "JPEG", **saving)
    return out.getvalue()


def gives(jpeg: bytes) -> Manners:
    return lambda caller: caller.say(200, jpeg)


def frames() -> Iterator[bytes]:
    """Pictures without end, of which no two are alike."""
    return (picture(comment=b"frame %d" % number) for number in count())


class Streams:
    """Sends `shots`, one each `every` seconds, as `multipart` says or without any boundary."""

    def __init__(
        self, shots: Callable[[], Iterator[bytes]] = frames, every: float = 0.05, bare: bool = False
    ) -> None:
        self._shots = shots
        self._every = every
        self._bare = bare

    def __call__(self, caller: Caller) -> None:
        kind = b"multipart/x-mixed-replace" + (b"" if self._bare else b"; boundary=--frame")
        caller.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n\r\n" % kind)
        caller.close_connection = True
        for shot in self._shots():
            head = b"----frame\r\nContent-Type: image/jpeg\r\nContent-Length: 7\r\n\r\n"
            caller.wfile.write(shot if self._bare else head + shot + b"\r\n")
            if caller.wait(self._every):
                return


def hangs(caller: Caller) -> None:
    caller.wait()


def drips_its_header(caller: Caller) -> None:
    caller.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not caller.wait(0.05):
        caller.wfile.write(b"x")


def drips_its_body(caller: Caller) -> None:
    caller.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n\xff\xd8\xff")
    while not caller.wait(0.05):
        caller.wfile.write(b"x")


def never_ends(caller: Caller) -> None:
    caller.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\xff\xd8\xff\xe0")
    while not caller.wait(0):
        caller.wfile.write(bytes(100_000))


def redirects_without_end(caller: Caller) -> None:
    """To another machine, and with a body that never ends."""
    caller.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n\r\n")
    while not caller.wait(0):
        caller.wfile.write(bytes(100_000))


def refuses_without_end(caller: Caller) -> None:
    caller.wfile.write(
        b'HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="camera", nonce="n"\r\n\r\n'
    )
    while not caller.wait(0):
        caller.wfile.write(bytes(100_000))


def wants_basic(caller: Caller) -> None:
    known = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    if caller.headers.get("Authorization") == f"Basic {known}":
        caller.say(200, picture())
    else:
        caller.say(401, b"no", WWW_Authenticate='Basic realm="camera"')


class WantsDigest:
    """RFC 2617, MD5, qop=auth; a nonce is good for `uses` requests."""

    def __init__(self, uses: int = 1000) -> None:
        self._uses = uses
        self._given = 0
        self._left = 0

    def __call__(self, caller: Caller) -> None:
        if self._left and self._is_right(caller.headers.get("Authorization") or ""):
            self._left -= 1
            caller.say(200, picture())
            return
        self._given, self._left = self._given + 1, self._uses
        challenge = f'Digest realm="camera", qop="auth", nonce="n{self._given}", algorithm=MD5'
        # Cameras that know both offer both; the better one must be taken.
        caller.say(401, bytes(50_000), WWW_Authenticate=f'{challenge}, Basic realm="camera"')

    def _is_right(self, header: str) -> bool:
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', header))
        if said.get("nonce") != f"n{self._given}":
            return False
        who = _md5(f"{USER}:camera:{PASSWORD}")
        what = _md5("GET:/snapshot.jpg")
        once = f"{said['nonce']}:{said['nc']}:{said['cnonce']}:auth"
        return str(said["response"]) == _md5(f"{who}:{once}:{what}")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()

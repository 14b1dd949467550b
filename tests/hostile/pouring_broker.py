"""A broker that pours small messages, in records of TLS that end within one: FOLDER PORT."""

import socket
import ssl
import sys
from pathlib import Path

_TOPIC = b"\0\x01t\0"
_BODY = _TOPIC + b"x" * 18
_RECORD = 16_383


def main(folder: Path, port: int) -> None:
    """Serve one link until it is gone; the certificate is broker.crt in `folder`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "broker.crt", folder / "broker.key")
    message = bytes([0x30, len(_BODY)]) + _BODY
    messages = message * _RECORD * 2
    with socket.create_server(("127.0.0.1", port)) as server:
        line = context.wrap_socket(server.accept()[0], server_side=True)
        line.recv(1000)
        line.sendall(b"\x20\x03\0\0\0")  # CONNACK: welcome
        subscribe = line.recv(1000)
        line.sendall(b"\x90\x04" + subscribe[2:4] + b"\0\0")  # SUBACK
        place = 0
        while True:
            after = place + _RECORD
            if after % len(message) == 0:
                after -= 1
            line.sendall(messages[place:after])
            place = after % len(message)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

"""The yardstick of what the machine can do: one hop like the gateway's, with nothing in it.

`python -m bench.socket_gateway PORT ENDPOINT_PORT` takes lines from units over plain TCP and
forwards what each recv brings as a POST of its own, over one kept connection.  It reads each answer
before the next press, as HTTP/1.1 has it and as a sender must that has to know what arrived.
"""

import selectors
import socket
import sys
from typing import Final

_HEAD: Final = b"POST /alerts HTTP/1.1\r\nHost: bench\r\nContent-Length: %d\r\n\r\n"
_MOST: Final = 1 << 16


def main(port: int, endpoint_port: int) -> None:
    onward = socket.create_connection(("127.0.0.1", endpoint_port))
    onward.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener = socket.create_server(("127.0.0.1", port), backlog=4096)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ, listener)
    while True:
        for key, _ in selector.select():
            sock = key.data
            if sock is listener:
                unit, _ = listener.accept()
                selector.register(unit, selectors.EVENT_READ, unit)
            elif not (said := sock.recv(_MOST)):
                selector.unregister(sock)
                sock.close()
            else:
                onward.sendall(_HEAD % len(said) + said)
                onward.recv(_MOST)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

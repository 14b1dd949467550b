#!/usr/bin/python3
"""In the machine: runs each command that the test sends, and answers with its exit and its words.

A line of JSON each way, over a port of virtio: {"id": 1, "run": "..."} and {"id": 1, "code": 0,
"said": "...", "at": 61.5}, the second of this machine's own clock at which it was done.  Commands
run beside each other.  The first line says that the machine is up.
"""

import json
import subprocess
import threading
import time
from io import FileIO
from pathlib import Path
from typing import Any

PORT = Path("/dev/virtio-ports/tocsin")
writing = threading.Lock()


def tell(port: FileIO, **said: Any) -> None:
    with writing:
        said["at"] = time.monotonic()
        port.write(json.dumps(said).encode() + b"\n")


def run(port: FileIO, asked: Any) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", asked["run"]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd="/root",
    )
    tell(port, id=asked["id"], code=done.returncode, said=done.stdout)


def main() -> None:
    while not PORT.exists():
        threading.Event().wait(0.1)
    with PORT.open("r+b", buffering=0) as port:
        tell(port, id=0, code=0, said="up")
        for line in iter(port.readline, b""):
            threading.Thread(target=run, args=(port, json.loads(line))).start()


main()

"""A real nginx before the console, with no more settings than what leads to it."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from simulator.broker import free_port
from tests.waiting import until

# All of it but the servers is what makes nginx run as anybody, in a folder of its own.
SETTINGS = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""
SERVER = """\
server {{
    listen 127.0.0.1:{port};
    location / {{
        proxy_pass {console};
        {more}
    }}
}}
"""


@contextmanager
def nginx(folder: Path, console: str, more: str = "") -> Iterator[str]:
    """Run nginx before `console`; yields its address."""
    port = free_port()
    with serving(folder, SERVER.format(port=port, console=console, more=more), port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def serving(folder: Path, servers: str, port: int) -> Iterator[None]:
    """Run nginx with these servers, of which one listens on `port`."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if not found:
        pytest.skip("no nginx on this machine: apt-get install nginx-light")
    # Its workers read the folder of a test, which is its owner's alone.
    user = "user root;" if os.geteuid() == 0 else ""
    settings = folder / "nginx.conf"
    settings.write_text(SETTINGS.format(user=user, folder=folder, servers=servers))
    command = [found, "-p", str(folder), "-e", "stderr", "-c", str(settings)]
    with (folder / "nginx.log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log)
        try:
            until(lambda: _answers(port))
            yield
        finally:
            process.terminate()
            process.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

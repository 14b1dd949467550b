"""A door as systemd keeps one: each connection is answered by a new process of another user."""

import socket
import subprocess
import sys
import threading
from pathlib import Path
from sysconfig import get_path

from tests.faults.privileges import require

# Of those that systemd gives away with DynamicUser=yes; nobody else's.
STRANGER = 61_200
# What is tested, and its Python, seen where strangers may read them.
_BECOME = """
set -e
mount -t tmpfs -o mode=755 none /opt
mkdir /opt/source /opt/libraries /opt/python
mount --bind '{source}' /opt/source
mount --bind '{libraries}' /opt/libraries
mount --bind '{python}' /opt/python
cd /
exec setpriv --reuid {user} --regid {user} --clear-groups env -i LD_LIBRARY_PATH=/opt/python/lib \\
    PYTHONPATH=/opt/source:/opt/libraries /opt/python/bin/python3 -m {module}
"""


class Door:
    """Listens at `path`; who connects speaks with `module`.  Skips where that cannot be had."""

    def __init__(self, path: Path, module: str) -> None:
        require("unshare", "--mount", "true")
        self.path = path
        self.processes: list[subprocess.Popen[bytes]] = []
        places = {"source": Path.cwd(), "libraries": get_path("purelib"), "python": sys.base_prefix}
        become = _BECOME.format(**places, user=STRANGER, module=module)
        self._argv = ["unshare", "--mount", "sh", "-c", become]
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            with line:
                end = line.fileno()
                self.processes.append(subprocess.Popen(self._argv, stdin=end, stdout=end))

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for each in self.processes:
            each.kill()
            each.wait()

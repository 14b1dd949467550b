"""The command `broker`: runs Mosquitto, restarts it when it ends, and keeps its files right.

Its access list, its list of revocations and its certificate are corrected within a second.
"""

import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from gateway.config.revoked import read_revoked
from gateway.config.settings import IdentitySettings
from gateway.config.trust import AuthoritySettings
from gateway.trust.broker import files as broker_files
from gateway.trust.broker.acl import access_list
from gateway.trust.broker.files import BrokerFileError, swap_in
from gateway.trust.ca import key_folder
from service import exits
from service.events import CallbackFailed
from service.notify import notify
from service.renewal import Identity, Renewal
from service.settings import SettingsError
from wire.ids import SiteId, Wall

log = logging.getLogger(__name__)

_CHECK_EVERY_S: Final = 1.0
_STOP_S: Final = 3.0


class BrokerSupervisor:
    """The broker of `site`; `check` is called once a second."""

    def __init__(self, site: SiteId, own: AuthoritySettings, command: Sequence[str]) -> None:
        self._site = site
        self._own = own
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._told = ""

    def check(self) -> None:
        """Replace files that differ from what they must be; a bad or missing file never raises."""
        try:
            if swap_in(self._own.broker, self._wanted(), Wall(time.time()), self.reload):
                log.info("broker files were changed and read again")
            self._told = ""
        except (BrokerFileError, SettingsError, OSError) as error:
            if str(error) != self._told:
                log.error("broker files refused, the old ones stay in use: %s", error)
            self._told = str(error)
        if self._child is None or self._child.poll() is not None:
            self._start()

    def reload(self) -> None:
        """Have the broker read its files again."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End the broker: by SIGTERM, then by SIGKILL."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _wanted(self) -> dict[str, bytes]:
        access = access_list(self._site, read_revoked(self._own.revoked))
        wanted = {broker_files.ACCESS: access.encode()}
        published = self._own.public_folder / key_folder.PUBLISHED_LIST
        if published.exists():
            wanted[broker_files.REVOCATIONS] = published.read_bytes()
        return wanted

    def _start(self) -> None:
        if self._child is not None:
            log.error(
                "the broker process ended with exit code %s and is started again",
                self._child.returncode,
            )
        self._child = subprocess.Popen(self._command)  # noqa: S603 - our own words


def run_broker(settings: IdentitySettings) -> int:
    """Keep the broker until SIGTERM or SIGINT; returns the exit code."""
    own, ended = settings.authority, threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    supervisor = BrokerSupervisor(SiteId(settings.site.id), own, _command(own.broker))
    supervisor.check()
    _renewal(own, supervisor).start()
    notify("READY=1")
    log.info("ready")
    while not ended.wait(_CHECK_EVERY_S):
        supervisor.check()
        notify("WATCHDOG=1")
    notify("STOPPING=1")
    supervisor.stop()
    return exits.GOOD


def _command(folder: Path) -> list[str]:
    # Debian keeps it where only root's PATH looks; and it must not outlive us.
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    mosquitto = found or "/usr/sbin/mosquitto"
    configuration = str(folder / broker_files.CONFIGURATION)
    return ["setpriv", "--pdeathsig", "KILL", mosquitto, "-c", configuration]


def _renewal(own: AuthoritySettings, supervisor: BrokerSupervisor) -> Renewal:
    folder = own.broker
    identity = Identity(
        folder / broker_files.AUTHORITY,
        folder / broker_files.CERTIFICATE,
        folder / broker_files.KEY,
        supervisor.reload,
    )
    return Renewal(own.renewal, [identity], _tell)


def _tell(failed: CallbackFailed) -> None:
    log.error("%s: %s", failed.where, failed.error)

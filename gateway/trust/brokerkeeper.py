"""`tocsin-gateway broker`: runs Mosquitto, starts it again whenever it ends, and keeps its access
list, its list of revocations and its certificate as they must be, within a second.
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

from gateway.revoked import read_revoked
from gateway.settings import IdentitySettings
from gateway.trust import brokerfiles, safe
from gateway.trust.acl import access_list
from gateway.trust.brokerfiles import BrokerFileError, swap_in
from gateway.trust.settings import AuthoritySettings
from service import exits
from service.events import CallbackFailed
from service.notify import notify
from service.renewal import Identity, Renewal
from service.settings import SettingsError
from wire.ids import SiteId, Wall

log = logging.getLogger(__name__)

_LOOK_EVERY_S: Final = 1.0
_GOODBYE_S: Final = 3.0


class BrokerKeeper:
    """The broker of `site`; `look` is what is done once a second."""

    def __init__(self, site: SiteId, own: AuthoritySettings, command: Sequence[str]) -> None:
        self._site = site
        self._own = own
        self._command = command
        self._child: subprocess.Popen[bytes] | None = None
        self._told = ""

    def look(self) -> None:
        """Mend what differs from what it must be; never raises for a bad or missing file."""
        try:
            if swap_in(self._own.broker, self._wanted(), Wall(time.time()), self.reload):
                log.info("the broker's files are new")
            self._told = ""
        except (BrokerFileError, SettingsError, OSError) as error:
            if str(error) != self._told:
                log.error("refused, the broker keeps its old files: %s", error)
            self._told = str(error)
        if self._child is None or self._child.poll() is not None:
            self._start()

    def reload(self) -> None:
        """Have the broker read its files again."""
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        """End the broker, politely and then in any case."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(_GOODBYE_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def _wanted(self) -> dict[str, bytes]:
        access = access_list(self._site, read_revoked(self._own.revoked))
        wanted = {brokerfiles.ACCESS: access.encode()}
        published = self._own.published / safe.PUBLISHED_LIST
        if published.exists():
            wanted[brokerfiles.REVOCATIONS] = published.read_bytes()
        return wanted

    def _start(self) -> None:
        if self._child is not None:
            log.error("the broker ended with %s; it is started again", self._child.returncode)
        self._child = subprocess.Popen(self._command)  # noqa: S603 - our own words


def run_broker(settings: IdentitySettings) -> int:
    """Keep the broker until SIGTERM or SIGINT; returns the exit code."""
    own, ended = settings.authority, threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    keeper = BrokerKeeper(SiteId(settings.site.id), own, _command(own.broker))
    keeper.look()
    _renewal(own, keeper).start()
    notify("READY=1")
    log.info("ready")
    while not ended.wait(_LOOK_EVERY_S):
        keeper.look()
        notify("WATCHDOG=1")
    notify("STOPPING=1")
    keeper.stop()
    return exits.GOOD


def _command(folder: Path) -> list[str]:
    # Debian keeps it where only root's PATH looks; and it must not outlive us.
    found = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    mosquitto = found or "/usr/sbin/mosquitto"
    configuration = str(folder / brokerfiles.CONFIGURATION)
    return ["setpriv", "--pdeathsig", "KILL", mosquitto, "-c", configuration]


def _renewal(own: AuthoritySettings, keeper: BrokerKeeper) -> Renewal:
    folder = own.broker
    identity = Identity(
        folder / brokerfiles.AUTHORITY,
        folder / brokerfiles.CERTIFICATE,
        folder / brokerfiles.KEY,
        keeper.reload,
    )
    return Renewal(own.renewal, [identity], _tell)


def _tell(failed: CallbackFailed) -> None:
    log.error("%s: %s", failed.where, failed.error)

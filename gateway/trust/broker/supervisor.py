"""The command `broker`: runs Mosquitto, and replaces it when it ends or passes no messages.

Its access list, its list of revocations and its certificate are corrected within a second, by
threads of their own: a disk that hangs says nothing about the broker.
"""

import logging
import secrets
import signal
import threading
import time
from functools import partial
from typing import Final

from gateway.config.settings import IdentitySettings
from gateway.config.trust import AuthoritySettings
from gateway.trust.broker import files as broker_files
from gateway.trust.broker.acl import SUPERVISOR, canary_topic
from gateway.trust.broker.file_sync import FileSync
from gateway.trust.broker.patience import Patience
from gateway.trust.broker.process import BrokerProcess
from gateway.trust.broker.round_trip import RoundTrip
from gateway.trust.broker.subscription_sync import SubscriptionSync
from gateway.trust.broker.subscriptions import certified, listeners_of, subscription_list
from service import exits
from service.events import CallbackFailed
from service.notify import notify
from service.periodic import Periodic
from service.renewal import Identity, Renewal
from wire.ids import Monotonic, Seconds, SiteId

log = logging.getLogger(__name__)

_EVERY: Final = Seconds(1.0)
_UNLISTED_EVERY: Final = Seconds(60.0)
_EVERY_AT_FIRST: Final = Seconds(0.1)
# A broker that has passed no message by then may yet do so; what waits for us need not.
_READY_WITHIN: Final = Seconds(5.0)


class BrokerSupervisor:
    """Keeps `process` alive by what `round_trip` proves; `turn` is called once a second."""

    def __init__(self, process: BrokerProcess, round_trip: RoundTrip) -> None:
        self._process = process
        self._round_trip = round_trip
        self._patience = Patience()
        self._ended = True

    def turn(self, now: Monotonic) -> None:
        """Start the broker if it does not run, ask it if it does, replace it if it is frozen."""
        if self._process.runs():
            self._ask(now)
        if not self._process.runs():
            self._start(now)

    @property
    def passes_messages(self) -> bool:
        """True if the broker that runs has passed a message."""
        return self._patience.has_proved

    @property
    def has_hold(self) -> bool:
        """False if a broker that must be replaced does not let itself be ended."""
        return not self._patience.is_over

    def files_changed(self) -> None:
        """What the broker reads is another now; from any thread."""
        self._patience.hasten()
        self._process.reload()

    def stop(self) -> None:
        """End the broker."""
        self._round_trip.close()
        self._process.stop()

    def _ask(self, now: Monotonic) -> None:
        self._patience.asked(now, self._round_trip.turn())
        if self._patience.is_over:
            self._process.kill()
            if not self._process.runs():
                log.error("the broker passed no messages any more and was killed")

    def _start(self, now: Monotonic) -> None:
        if not self._ended:
            self._ended = True
            pause = self._patience.ended(now)
            log.error(
                "the broker process ended with exit code %s and is started again in %.0f s",
                self._process.exit_code(),
                pause,
            )
        if self._patience.may_start(now):
            self._round_trip.close()
            self._ended = False
            self._patience.started(now)
            try:
                self._process.start()
            except OSError as error:
                log.error("the broker cannot be started: %s", error)


def run_broker(settings: IdentitySettings) -> int:
    """Keep the broker until SIGTERM or SIGINT; returns the exit code."""
    own, ended = settings.authority, threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: ended.set())
    site, password = SiteId(settings.site.id), secrets.token_urlsafe(24)
    round_trip = RoundTrip(own.broker, f"{canary_topic(site, SUPERVISOR)}/word", password)
    listed = partial(_subscriptions, site, own)
    process = BrokerProcess(own.broker, subscriptions=listed)
    supervisor = BrokerSupervisor(process, round_trip)
    entry = broker_files.password_entry(SUPERVISOR, password)
    sync = FileSync(site, own, entry, supervisor.files_changed)
    sync.check()  # before it reads them first
    Periodic("broker-files", _EVERY, sync.check, _tell).start()
    unlisted = SubscriptionSync(process)
    Periodic("broker-subscriptions", _UNLISTED_EVERY, unlisted.check, _tell).start()
    _renewal(own, supervisor).start()
    _turn_until(ended, supervisor)
    notify("STOPPING=1")
    supervisor.stop()
    return exits.GOOD


def _turn_until(ended: threading.Event, supervisor: BrokerSupervisor) -> None:
    ready_by, is_ready = time.monotonic() + _READY_WITHIN, False
    while not ended.wait(_EVERY if is_ready else _EVERY_AT_FIRST):
        now = Monotonic(time.monotonic())
        supervisor.turn(now)
        if supervisor.has_hold:
            notify("WATCHDOG=1")
        if not is_ready and (supervisor.passes_messages or now > ready_by):
            is_ready = True
            notify("READY=1")
            log.info("ready")


def _subscriptions(site: SiteId, own: AuthoritySettings) -> str:
    return subscription_list(site, certified(own.public_folder), listeners_of(own))


def _renewal(own: AuthoritySettings, supervisor: BrokerSupervisor) -> Renewal:
    folder = own.broker
    identity = Identity(
        folder / broker_files.AUTHORITY,
        folder / broker_files.CERTIFICATE,
        folder / broker_files.KEY,
        supervisor.files_changed,
    )
    return Renewal(own.renewal, [identity], _tell)


def _tell(failed: CallbackFailed) -> None:
    log.error("%s: %s", failed.where, failed.error)

"""Reads all that is shown, as the console does: of what the gateway keeps and leaves in memory."""

from gateway.config.monitor_process import MonitorProcessSettings
from gateway.config.register_cache import RegisterCache
from gateway.fleet.reading import FleetReader
from gateway.monitor.memory import read_memory
from gateway.monitor.seen import Seen
from gateway.store.tally import read_tally
from service.life_sign import LifeSign


class Reader:
    """Reads what `settings` name; `register` has the rooms as they are now."""

    def __init__(self, settings: MonitorProcessSettings, register: RegisterCache) -> None:
        self._store = settings.store.path
        self._endpoints = tuple(settings.endpoint_names)
        self._sign = LifeSign(settings.frames.told)
        self._fleet = FleetReader(settings, register.read)

    def read(self) -> Seen:
        """Return how everything stands now; raises sqlite3.Error or OSError."""
        return Seen(
            self._fleet.look(),
            read_tally(self._store, self._endpoints),
            self._endpoints,
            self._sign.is_young(),
            self._sign.age(),
            self._sign.stores(),
            read_memory(),
        )

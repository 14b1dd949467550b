"""Keeps the broker's access list, list of revocations and passwords as they must be."""

import logging
import time
from collections.abc import Callable

from gateway.config.revoked import read_revoked
from gateway.config.trust import AuthoritySettings
from gateway.trust.broker import files as broker_files
from gateway.trust.broker.acl import access_list
from gateway.trust.broker.files import BrokerFileError, swap_in
from gateway.trust.broker.subscriptions import listeners_of
from gateway.trust.ca import key_folder
from service.settings import SettingsError
from wire.ids import SiteId, Wall

log = logging.getLogger(__name__)


class FileSync:
    """The broker's files for `site`; `passwords` is all that may stand in its file of passwords.

    `check` is called once a second; `reload` has the broker read changed files.
    """

    def __init__(
        self, site: SiteId, own: AuthoritySettings, passwords: str, reload: Callable[[], None]
    ) -> None:
        self._site = site
        self._own = own
        self._passwords = passwords.encode()
        self._reload = reload
        self._told = ""

    def check(self) -> None:
        """Replace files that differ from what they must be; a bad or missing file never raises."""
        try:
            if swap_in(self._own.broker, self._wanted(), Wall(time.time()), self._reload):
                log.info("broker files were changed and read again")
            self._told = ""
        except (BrokerFileError, SettingsError, OSError) as error:
            if str(error) != self._told:
                log.error("broker files refused, the old ones stay in use: %s", error)
            self._told = str(error)

    def _wanted(self) -> dict[str, bytes]:
        own = self._own
        access = access_list(self._site, read_revoked(own.revoked), listeners_of(own))
        wanted = {
            broker_files.ACCESS: access.encode(),
            broker_files.PASSWORDS: self._passwords,
        }
        published = self._own.public_folder / key_folder.PUBLISHED_LIST
        if published.exists():
            wanted[broker_files.REVOCATIONS] = published.read_bytes()
        return wanted

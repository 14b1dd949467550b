"""What must not count twice after a restore, because the copy is older than what happened.

Report versions and numbers of moves go by the clock (`gateway/core/incidents/version.py`), and an
incident's name follows from its first alert, so they need nothing.
"""

from contextlib import closing
from pathlib import Path

from gateway.config.settings import GatewaySettings
from gateway.receivers.dc09.sequence_store import skip_half
from gateway.store.schema import open_database
from gateway.trust.accounts import open_accounts
from gateway.trust.ca import key_folder
from gateway.trust.ca.database import EnrolmentDatabase


def count_once(settings: GatewaySettings) -> None:
    """Bring the restored files of a gateway up to date, and end what was good once.

    Raises OSError or sqlite3.Error, as for files that a newer version wrote.
    """
    if settings.store.path.exists():
        with closing(open_database(settings.store.path)):
            pass
    for path in _numbers(settings.store.path.parent):
        skip_half(path)
    if settings.authority:
        ledger = settings.authority.folder / key_folder.LEDGER
        if ledger.exists():
            with closing(EnrolmentDatabase(ledger)) as windows:
                windows.close_all()
    if settings.accounts and settings.accounts.path.exists():
        with closing(open_accounts(settings.accounts.path)) as people:
            people.end_sessions()
            people.withdraw_recovery()


def _numbers(folder: Path) -> list[Path]:
    return sorted(folder.glob("dc09-*.db"))

"""Live links: a person who holds one sees an incident's page without an account, until it ends.

A link is `<url>/live/<incident>.<expires>.<code>/`, where `code` is an HMAC-SHA256 over incident,
end and the number of the incident's links.  It ends by itself, and with every link before it when a
person withdraws them, for then the number goes up and the next report carries a new one.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path
from typing import Final, NamedTuple

from gateway.config.settings import ConsoleSettings
from gateway.core.incidents.incident import Incident
from wire.ids import UUID, IncidentId, Seconds, Wall
from wire.moment import write_moment

_KEY_BYTES: Final = 32
_CODE_BYTES: Final = 24
_HOUR: Final = 3600
_TOKEN: Final = re.compile(rf"({UUID.pattern})\.(\d{{1,12}})\.([A-Za-z0-9_-]{{32}})")


class LinkToken(NamedTuple):
    """What a link says of itself, before anybody has looked whether it is good."""

    incident: IncidentId
    expires: int
    code: str


class Links:
    """Makes and checks the links of one school; `last` seconds is how long one is good."""

    def __init__(self, key: bytes, url: str, last: Seconds) -> None:
        self._key = key
        self._url = url.rstrip("/")
        self._last = last

    def live_url(self, incident: Incident) -> str:
        """Return the link to an incident, good for `last` and up to an hour after its last news."""
        expires = int(self.ends(incident))
        code = self._code(incident.id, expires, incident.link)
        return f"{self._url}/live/{incident.id}.{expires}.{code}/"

    def path_to(self, incident: IncidentId, link: int, opened_at: Wall) -> str:
        """Return the way from one live page to another: a link to an open incident, good for `last`
        from when that began.

        So it ends whatever is read of it: nobody goes on for ever from one to the other.
        """
        expires = (int(opened_at + self._last) // _HOUR + 1) * _HOUR
        return f"../{incident}.{expires}.{self._code(incident, expires, link)}/"

    def ends(self, incident: Incident) -> Wall:
        """Return when the link to an incident, made now, ends by itself."""
        news = float(incident.opened_at)
        if incident.alerts:
            news = max(news, next(reversed(incident.alerts.values())).received_at)
        if incident.events:
            news = max(news, incident.events[-1].at)
        return Wall((int(news + self._last) // _HOUR + 1) * _HOUR)

    def is_good(self, claim: LinkToken, link: int, now: Wall) -> bool:
        """True if we made it, it has not ended, and `link` is still the incident's number."""
        ours = self._code(claim.incident, claim.expires, link)
        return hmac.compare_digest(ours, claim.code) and now < claim.expires

    def _code(self, incident: IncidentId, expires: int, link: int) -> str:
        made = hmac.new(self._key, f"{incident}.{expires}.{link}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made.digest()[:_CODE_BYTES]).decode()


def words_on(link: int, ends: float) -> str:
    """Name a link without saying it: `link` is the number of the incident's links."""
    return f"link {link + 1}, good until {write_moment(Wall(ends))}"


def read_token(token: str) -> LinkToken | None:
    """Return what stands in a link's last part; None if it is none."""
    found = _TOKEN.fullmatch(token)
    return LinkToken(IncidentId(found[1]), int(found[2]), found[3]) if found else None


def key_file(store: Path) -> Path:
    """Return where the key is: beside the store, which the console reads as well."""
    return store.with_suffix(".links")


def link_key(store: Path) -> bytes:
    """Return the key beside the store, made if it is not there yet; raises OSError."""
    path = key_file(store)
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        key = path.read_bytes()
        if len(key) == _KEY_BYTES:
            return key
        path.unlink()  # a power cut left half of it
        return link_key(store)
    with os.fdopen(file, "wb") as out:
        out.write(secrets.token_bytes(_KEY_BYTES))
        out.flush()
        os.fsync(out.fileno())
    return link_key(store)


def links_by(key: bytes, console: ConsoleSettings) -> Links:
    """Return what makes and checks the school's live links."""
    return Links(key, console.address, Seconds(console.live_link_hours * 3600.0))

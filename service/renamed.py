"""Settings that were renamed since 0.1.0: for one release the old name is answered with the new.

Keyed by the tables around a setting and its old name, with dots between, as it stood in a file.
"""

from collections.abc import Mapping
from typing import Final

RENAMED: Final[Mapping[str, str]] = {
    "covert": "silent",
    "gateway.sealed_by": "gateway_cert",
    "standby.sealed_by": "gateway_cert",
    "trust.units": "unit_certificates",
    "trust.canaries": "forgery_probe",
    "people": "accounts",
    "pictures.before_seconds": "pre_event_seconds",
    "incidents.join_minutes": "merge_minutes",
    "console.link_hours": "live_link_hours",
    "endpoint.answers_url": "acknowledgements_url",
    "endpoint.in_clear": "unencrypted",
    "frames.folder": "directory",
    "authority.published": "public_folder",
}


def new_name_of(path: tuple[str | int, ...]) -> str | None:
    """Return the name that the setting at `path` bears now; None if it was not renamed."""
    return RENAMED.get(".".join(part for part in path if isinstance(part, str)))

"""Serves the register to the school's second gateway only."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.config.register_files import RegisterPaths
from gateway.config.revoked import read_revoked
from gateway.trust.ca.authority import Authority
from gateway.trust.ca.enrolment import EnrolmentError
from gateway.trust.ca.fields import certificate_of, text_of
from service.identity import name_on
from service.settings import SettingsError
from wire.ids import UnitId, Wall
from wire.topics import STANDBY


class RegisterSource:
    """The register at `paths`; `revoked` is the file of those who may no longer ask."""

    def __init__(self, authority: Authority, paths: RegisterPaths, revoked: Path) -> None:
        self._authority = authority
        self._paths = paths
        self._revoked = revoked

    def answer(self, fields: Mapping[str, Any], now: Wall) -> dict[str, Any]:
        """Return the files, or nothing if the one who asks has them as they are.

        Raises EnrolmentError or NotOursError unless the second gateway's key signed the request;
        OSError or ValueError for files that cannot be read.
        """
        certificate = certificate_of(fields)
        self._authority.verify_holder(certificate, text_of(fields, "request").encode(), now)
        if name_on(certificate) != STANDBY or UnitId(STANDBY) in self._read_revoked():
            raise EnrolmentError("only the second gateway may have the register")
        files = self._paths.read()
        return {} if files.digest == text_of(fields, "known") else {"files": files.as_text()}

    def _read_revoked(self) -> frozenset[UnitId]:
        try:
            return read_revoked(self._revoked)
        except SettingsError as error:
            raise OSError(str(error)) from error

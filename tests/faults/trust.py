"""A school's own authority and broker files, as production makes them, for a school in a test."""

import os
import subprocess
import time
from pathlib import Path

from gateway.trust.broker import files as broker_files
from gateway.trust.broker.acl import access_list
from gateway.trust.ca.authority import new_authority
from service.identity import PEM, key_as_pem, new_key, request_for
from simulator.process import start
from wire.ids import SiteId, Wall


class Trust:
    """Signs certificates into a school's folder, and starts a broker that accepts only them."""

    def __init__(self) -> None:
        self._authority = new_authority("lincoln", self.now)

    @property
    def now(self) -> Wall:
        return Wall(time.time())

    def sign(self, folder: Path, *names: str) -> None:
        """Write the certificate and the key of everybody who connects, and of the `broker`."""
        folder.mkdir(exist_ok=True)
        for name in names:
            key = new_key()
            (folder / f"{name}.key").write_bytes(key_as_pem(key))
            (folder / f"{name}.crt").write_bytes(self._certificate(name, request_for(key)))
        (folder / "ca.crt").write_bytes(self._authority.certificate.public_bytes(PEM))

    def _certificate(self, name: str, request: bytes) -> bytes:
        if name == "broker":
            return self._authority.sign_server(name, ["127.0.0.1"], request, self.now)
        return self._authority.sign_client(name, request, self.now)

    def broker(self, folder: Path, port: int) -> subprocess.Popen[bytes]:
        """Write what the broker reads, and start it."""
        self.write_broker_files(folder, port)
        argv = ["/usr/sbin/mosquitto", "-c", str(folder / broker_files.CONFIGURATION)]
        return start(argv, folder / "mosquitto.log")

    def write_broker_files(self, folder: Path, port: int) -> None:
        """Write what the broker reads."""
        (folder / broker_files.ACCESS).write_text(access_list(SiteId("lincoln"), []))
        (folder / broker_files.REVOCATIONS).write_bytes(self._authority.revocations([], self.now))
        user = "root" if os.geteuid() == 0 else folder.owner()
        settings = broker_files.configuration(folder, port, user, "127.0.0.1")
        (folder / broker_files.CONFIGURATION).write_text(settings)

"""A school whose broker is kept by `tocsin-gateway broker`, as in production."""

from pathlib import Path

import tomli_w

from tests.faults.school import School
from tests.faults.trust import Trust
from tests.trust.founded import broker_of
from tests.waiting import until


class SupervisedSchool(School):
    """As `School`, with one gateway, certificates, and the broker's supervisor."""

    def __init__(self, folder: Path) -> None:
        self.trust = Trust()
        super().__init__(folder, trust=self.trust)

    def start_broker(self, number: int = 0) -> None:  # noqa: ARG002 - there is one
        """Start the supervisor, and wait until its broker passes messages."""
        self.trust.write_broker_files(self.folder, self.ports[0])
        (self.folder / "revoked").touch()
        settings = {
            "site": {"id": "lincoln", "name": "Lincoln", "rooms": "rooms.csv"},
            "mqtt": self._broker(f"127.0.0.1:{self.ports[0]}"),
            "store": {"path": str(self.store())},
            "authority": {
                "folder": "authority",
                "broker": ".",
                "public_folder": "published",
                "revoked": "revoked",
                "hosts": ["127.0.0.1"],
            },
        }
        path = self.folder / "broker.toml"
        path.write_text(tomli_w.dumps(settings))
        self.run("broker-0", "-m", "gateway.main", "broker", "--config", str(path))
        until(lambda: self.says("broker-0", ": ready"), within=20)

    def mosquitto(self) -> int:
        """The process of the broker itself."""
        return until(lambda: broker_of(self.running["broker-0"].pid))

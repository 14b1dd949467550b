"""A notifier that systemd gives a user of its own: it serves with what it is told alone."""

import ssl
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from websockets.sync.client import connect

from gateway.receivers.eido.listener import CertificateFiles, ListenerConfig
from gateway.receivers.eido.notifier import SUBPROTOCOL
from gateway.receivers.eido.process_client import NotifierProcess
from simulator.broker import free_port
from tests.faults.network import needs_root
from tests.service.brokers import new_authority
from tests.service.doors import STRANGER, Door
from tests.waiting import patience, until
from wire.ids import EndpointName

PATH = "/IncidentData/ent"


@needs_root
def test_it_takes_agencies_in_with_a_key_whose_file_it_may_not_read(tmp_path: Path) -> None:
    authority = new_authority()
    for name in ("gateway", "psap"):
        authority.sign(tmp_path, name)
    names = ("ca.crt", "gateway.crt", "gateway.key")
    files = CertificateFiles(*(tmp_path / each for each in names))
    config = ListenerConfig("127.0.0.1", free_port(), PATH, frozenset({"psap"}))
    notes: SimpleQueue[Any] = SimpleQueue()
    module = "gateway.receivers.eido.notifier_process"
    with closing(Door(tmp_path / "eido.sock", module)) as door:
        name = EndpointName("psap")
        client = NotifierProcess(name, config, files, notes.put, door=door.path)
        client.start()
        assert notes.get(timeout=patience(20)).detail == "no agency has subscribed"
        (process,) = door.processes
        assert Path(f"/proc/{process.pid}").stat().st_uid == STRANGER
        context = ssl.create_default_context(cafile=str(tmp_path / "ca.crt"))
        context.load_cert_chain(tmp_path / "psap.crt", tmp_path / "psap.key")
        url = f"wss://127.0.0.1:{config.port}{PATH}"
        with connect(url, ssl=context, subprotocols=[SUBPROTOCOL]) as line:
            process.kill()
            process.wait()
            assert "ended and is started again" in notes.get(timeout=patience(5)).detail
            line.close_socket()
        until(lambda: len(door.processes) == 2, within=5)

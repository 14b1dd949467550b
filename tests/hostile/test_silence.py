"""H39: hundreds of connections that say nothing, and who has something to say beside them."""

import socket
from contextlib import ExitStack
from pathlib import Path

from service.tls import client_tls
from tests.hostile.deployment import C, Deployment
from tests.police.school import alert, receiving, report
from tests.waiting import patience


def test_h39_the_receiver_takes_reports_beside_600_silent_connections(tmp_path: Path) -> None:
    with receiving(tmp_path) as receiver, ExitStack() as stack:
        for _ in range(600):
            stack.enter_context(socket.create_connection(("127.0.0.1", receiver.port)))
        assert [receiver.post(report([alert()])).status_code for _ in range(10)] == [200] * 10


def test_h39_the_authority_lets_in_who_has_a_code_beside_105_silent_handshakes(
    lincoln: Deployment,
) -> None:
    tls = client_tls(lincoln.made.folder / "ca.crt", None, None)
    with ExitStack() as stack:
        for _ in range(105):
            made = socket.create_connection(
                ("127.0.0.1", lincoln.made.authority_port), patience(10)
            )
            stack.enter_context(tls.wrap_socket(made, server_hostname="127.0.0.1"))
        lincoln.join(C)

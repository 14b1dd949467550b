"""What processes tell each other in memory: each has a folder of its own, by the kernel's word."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.doctor.gateway_machine import GatewayMachine, gateway_machine
from tests.faults.network import needs_root
from tests.waiting import until

pytestmark = pytest.mark.timeout(400)

FRAMES = "/run/tocsin/frames"
# What all processes of it left in one folder, a frame of the last seconds under two names among it.
_OLD_FRAMES = """
cd /run/tocsin/frames
echo old >old-1.jpg && ln old-1.jpg old-1.1764000000000.past && echo none >old-2.error
touch .tocsin-frames .gateway-alive && chown tocsin: old-1.jpg old-2.error .gateway-alive
"""
# What a camera process or a console that was taken over would like others to believe.
_PLANTS = (
    ("tocsin-cameras", "gateway/.gateway-alive"),
    ("tocsin-cameras", "gateway/.gateway-units"),
    ("tocsin-cameras", "leases/gateway/hall-2.incident"),
    ("tocsin-console", "gateway/.gateway-units"),
    ("tocsin-console", "pictures/hall-2.jpg"),
    ("tocsin-console", "pictures/new.jpg"),
    ("tocsin-console", "leases/gateway/hall-2.incident"),
    ("tocsin", "pictures/hall-2.jpg"),
    ("tocsin-notices", "gateway/.gateway-alive"),
)


@pytest.fixture(scope="module")
def lincoln(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayMachine]:
    with gateway_machine(tmp_path_factory.mktemp("lincoln")) as made:
        there = f"test -e {FRAMES}/gateway/.gateway-alive && test -e {FRAMES}/pictures/hall-2.jpg"
        until(lambda: "yes" in made.run(f"{there} && echo yes"), within=20)
        yield made


@needs_root
@pytest.mark.parametrize(("user", "name"), _PLANTS)
def test_no_service_speaks_for_another_in_memory_not_before_its_first_word_either(
    lincoln: GatewayMachine, user: str, name: str
) -> None:
    as_user = f"setpriv --reuid {user} --regid {user} --init-groups"
    folder = f"{FRAMES}/{Path(name).parent}"
    moved = f"mv {folder} {folder}.mine && mkdir {folder} && cp /etc/hostname {FRAMES}/{name}"
    for try_ in (f"cp /etc/hostname {FRAMES}/{name}", f"rm {FRAMES}/{name}", moved):
        refused = lincoln.run(f"{as_user} sh -c '{try_}' && echo done")
        assert "done" not in refused
        assert "Permission denied" in refused or "cannot" in refused


@needs_root
def test_init_removes_what_an_older_gateway_left_in_one_folder(lincoln: GatewayMachine) -> None:
    lincoln.done(f"{_OLD_FRAMES}tocsin-gateway init")
    assert set(lincoln.done(f"ls -A {FRAMES}").split()) == {
        "pictures",
        "gateway",
        "leases",
    }

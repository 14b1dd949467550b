"""The doctor says whose alerts would be doubted, and when nobody's could be."""

from pathlib import Path

import pytest

from gateway.app.doctor.seals import check_seals
from gateway.config.settings import GatewaySettings
from service.doctor.finding import Finding
from tests.gateway.core import REGISTER
from tests.service.files import GATEWAY, read_gateway

PLAIN = 'url = "mqtt://127.0.0.1:1883"'
SECURE = 'url = "mqtts://127.0.0.1"\nca = "ca.crt"\ncert = "unit.crt"\nkey = "unit.key"'


def look(settings: GatewaySettings) -> list[Finding]:
    return check_seals(settings, REGISTER)


def test_on_one_machine_nobody_seals_and_nothing_is_said(tmp_path: Path) -> None:
    assert look(read_gateway(tmp_path, GATEWAY)) == []


def test_a_gateway_that_looks_at_no_seal_is_told_so(tmp_path: Path) -> None:
    (found,) = look(read_gateway(tmp_path, GATEWAY.replace(PLAIN, SECURE)))
    assert found.verdict == "problem"
    assert "[trust] unit_certificates" in found.cure


@pytest.mark.parametrize(("there", "verdict"), [(("204",), "problem"), (("204", "205"), "good")])
def test_a_unit_without_a_certificate_is_named(
    tmp_path: Path, there: tuple[str, ...], verdict: str
) -> None:
    for room in there:
        (tmp_path / f"lincoln-{room}.crt").touch()
    text = GATEWAY.replace(PLAIN, SECURE) + '[trust]\nunit_certificates = "."\n'
    (found,) = look(read_gateway(tmp_path, text))
    assert found.verdict == verdict
    assert ("lincoln-205" in found.seen) == (verdict == "problem")

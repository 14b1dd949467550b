"""Endpoints of every kind: what is missing or unsafe is told in words, with its line."""

from pathlib import Path

import pytest

from gateway.config.endpoints import Cap, Eido, EidoNotifier, SiaDc09, Webhook
from gateway.config.settings import GatewaySettings
from service.settings import SettingsError, load
from tests.service.brokers import new_authority

HEAD = """\
[site]
id = "lincoln"
name = "Lincoln School"
rooms = "rooms.csv"
[mqtt]
url = "mqtt://127.0.0.1:1883"
[store]
path = "tocsin.db"
[frames]
directory = "frames"
[[endpoint]]
name = "psap"
"""
ISSUER = """\
agency = "lincoln.example.k12.us"
element = "gw-01.lincoln.example.k12.us"
agency_types = ["police.local"]
"""
EIDO = 'kind = "eido"\nurl = "http://127.0.0.1:9/eido"\n' + ISSUER
NOTIFIER = (
    'kind = "eido-notifier"\nlisten = "wss://127.0.0.1:8443/IncidentData/ent"\n'
    'agencies = ["psap.county.example"]\nca = "ca.crt"\ncert = "gateway.crt"\nkey = "gateway.key"\n'
) + ISSUER

DC09 = 'kind = "sia-dc09"\nurl = "tcp://127.0.0.1:9"\naccount = "1234"\n'
CAP = (
    'kind = "cap"\nurl = "http://127.0.0.1:9/"\nsender = "gw@lincoln.example"\n'
    'addresses = ["psap.example"]\n'
)


def read(folder: Path, endpoint: str) -> GatewaySettings:
    (folder / "rooms.csv").write_text("room,name,building,floor,unit,cameras,x,y\n")
    (folder / "gateway.toml").write_text(HEAD + endpoint)
    new_authority().sign(folder, "gateway")
    return load(folder / "gateway.toml", GatewaySettings)


def faults(folder: Path, endpoint: str) -> list[str]:
    with pytest.raises(SettingsError) as error:
        read(folder, endpoint)
    return [str(fault) for fault in error.value.faults]


@pytest.mark.parametrize(
    ("endpoint", "kind"),
    [
        ('url = "http://127.0.0.1:9/"\n', Webhook),
        (EIDO, Eido),
        (NOTIFIER, EidoNotifier),
        (DC09, SiaDc09),
        (CAP, Cap),
    ],
)
def test_each_kind_is_read_as_what_it_is_and_a_webhook_need_not_say_so(
    tmp_path: Path, endpoint: str, kind: type
) -> None:
    (found,) = read(tmp_path, endpoint).endpoint
    assert type(found) is kind


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ('kind = "eidos"\n', ['line 11: endpoint[1]: kind is one of "webhook", "eido", "eido-not']),
        (
            EIDO.replace("url", "urll"),
            ["is missing", "line 14: endpoint[1].urll: unknown setting; did"],
        ),
        (EIDO + 'secret_file = "x"\n', ["line 18: endpoint[1].secret_file: unknown setting"]),
        (EIDO + 'incident_type = "ACTSHOOT"\n', ["line 18: endpoint[1].incident_type"]),
        (EIDO.replace('["police.local"]', "[]"), ["line 17: endpoint[1].agency_types"]),
        (EIDO.replace("http://127.0.0.1:9", "https://psap.example"), ["cert and key are needed"]),
        (EIDO.replace("http://127.0.0.1:9", "http://psap.example"), ["plain http://"]),
        (NOTIFIER.replace("wss:", "ws:"), ["line 14: endpoint[1].listen"]),
        (NOTIFIER.replace('ca = "ca.crt"\n', ""), ["endpoint[1].ca: is missing"]),
        (NOTIFIER.replace("agencies =", "agency_names ="), ["is missing", "agency_names: unknown"]),
        (NOTIFIER.replace("psap.county", "Psap County"), ["endpoint[1].agencies[1]"]),
        (DC09.replace("tcp:", "http:"), ["line 14: endpoint[1].url"]),
        (DC09.replace("1234", "12G4"), ["line 15: endpoint[1].account"]),
        (DC09.replace("account", "acount"), ["is missing", 'did you mean "account"?']),
        (DC09.replace("127.0.0.1", "arc.example"), ["give either key_file, or unencrypted"]),
        (DC09 + 'ca = "gateway.crt"\n', ["DC-09 has no certificates"]),
        (CAP.replace("gw@", "gw @"), ["line 15: endpoint[1].sender"]),
        (CAP.replace('["psap.example"]', "[]"), ["line 16: endpoint[1].addresses"]),
        (CAP + 'sign_key = "gateway.key"\n', ["sign_key and sign_cert go together"]),
        (CAP.replace("http://127.0.0.1:9", "http://psap.example"), ["plain http://"]),
    ],
)
def test_what_is_wrong_is_told_by_its_place(tmp_path: Path, endpoint: str, told: list[str]) -> None:
    found = faults(tmp_path, endpoint)
    assert len(found) == len(told)
    assert all(words in fault for words, fault in zip(told, found, strict=True))

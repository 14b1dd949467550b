"""F35: files of one receiver that cannot be used stop that receiver alone, until they can."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from simulator.broker import free_port
from tests.faults.matrix import keep
from tests.faults.privileges import require
from tests.faults.school import School
from tests.formats.test_cap import rsa_files
from tests.gateway.arc import ACCOUNT, Arc
from tests.gateway.dc09_school import KEY
from tests.gateway.eido_school import ISSUER
from tests.gateway.endpoint import SECRET, Endpoint, status
from tests.gateway.test_sender_tls import secure
from tests.service.brokers import new_authority
from tests.waiting import until

NOBODY = 65534
# A process of root's that may not read what is another user's, as a service may not read root's.
NO_OVERRIDE = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
SECRETS = ("empty", "missing", "spoilt", "unreadable")


def webhook(name: str, url: str, **more: str) -> dict[str, Any]:
    return {"name": name, "url": url, "receipt": "status", "secret_file": f"{name}.secret"} | more


def spoil(folder: Path) -> None:
    """Put a bad file of each kind there, beside the good one of the same name in `good`."""
    good = folder / "good"
    good.mkdir()
    for name in (*SECRETS, "trusting"):
        (good / f"{name}.secret").write_text(SECRET)
    shutil.copy(good / "trusting.secret", folder)
    (folder / "empty.secret").touch()
    (folder / "spoilt.secret").write_text("hunter2")
    (folder / "unreadable.secret").write_text(SECRET)
    (folder / "unreadable.secret").chmod(0o600)
    os.chown(folder / "unreadable.secret", NOBODY, NOBODY)
    for where in (folder, good):
        new_authority().sign(where, "ours")
        rsa_files(where)
    shutil.copy(good / "ours.crt", folder)  # of another key than the one beside it
    shutil.copy(good / "sign.crt", folder)
    (folder / "trusted.crt").write_text("no certificate\n")
    (good / "arc.key").write_text(KEY)
    (folder / "arc.key").write_text("no key\n")


@contextmanager
def receivers(folder: Path) -> Iterator[tuple[list[dict[str, Any]], list[Endpoint], Arc]]:
    """A receiver for each kind of file, as settings and as servers."""
    with ExitStack() as stack:
        plain = [stack.enter_context(Endpoint(status(200))) for _ in (*SECRETS, "eido", "cap")]
        urls = [each.url for each in plain]
        trusted = stack.enter_context(secure(folder / "good/psap", new_authority()))
        trusted.manner = status(200)
        shutil.copy(folder / "good/psap/ca.crt", folder / "good/trusted.crt")
        arc = stack.enter_context(Arc(KEY))
        listen = f"wss://127.0.0.1:{free_port()}/ent"
        pair = {"cert": "ours.crt", "key": "ours.key"}
        signer = {"sign_cert": "sign.crt", "sign_key": "sign.key"}
        found = [webhook(name, url) for name, url in zip(SECRETS, urls, strict=False)]
        found[2]["acknowledgements_url"] = urls[2]
        found += [
            {"name": "eido", "kind": "eido", "url": urls[-2], **ISSUER, **pair},
            {"name": "cap", "kind": "cap", "url": urls[-1], "sender": "gw", **signer}
            | {"addresses": ["psap"]},
            webhook("trusting", trusted.url, ca="trusted.crt"),
            {"name": "arc", "kind": "sia-dc09", "url": arc.url, "account": ACCOUNT}
            | {"key_file": "arc.key", "key_format": "text"},
            {"name": "agencies", "kind": "eido-notifier", "listen": listen}
            | {"agencies": ["psap.example"], "ca": "ca.crt", **ISSUER, **pair},
        ]
        yield found, [*plain, trusted], arc


def told(school: School) -> set[str]:
    return {name for name in school.troubles() if name.startswith("credentials-")}


def test_f35_a_receiver_whose_files_are_bad_stops_alone_and_goes_on_once_they_are_good(
    school: School,
) -> None:
    require(*NO_OVERRIDE, "true")
    spoil(school.folder)
    school.words["gateway-0"] = NO_OVERRIDE
    with receivers(school.folder) as (settings, servers, arc):
        school.others = settings
        school.start()
        school.press()
        school.until("DELIVERED", 5)
        keep("F35", "at the police", school.check(3), 3)
        began = time.monotonic()
        names = {f"credentials-{each['name']}" for each in settings}
        until(lambda: told(school) == names, within=10)
        keep("F35", "told as a trouble", time.monotonic() - began, 10)
        assert "hunter2" not in str(school.troubles())
        assert not any(each.bodies for each in servers)
        assert arc.all == []
        for file in (school.folder / "good").iterdir():
            if file.is_file():
                file.replace(school.folder / file.name)
        mended = time.monotonic()
        until(lambda: all(each.bodies for each in servers) and arc.alarms(), within=60)
        until(lambda: told(school) == set(), within=60)
        keep("F35", "at the receiver once its files are good", time.monotonic() - mended, 60)


def test_f35_a_pipe_in_the_place_of_a_file_holds_up_no_start(school: School) -> None:
    names = ("ours.crt", "ours.key", "other.secret")
    for name in names:
        os.mkfifo(school.folder / name)
    other = webhook("other", "https://127.0.0.1:9/", cert="ours.crt", key="ours.key")
    school.others = [other, webhook("third", "http://127.0.0.1:9/", secret_file="other.secret")]
    school.start()
    school.press()
    school.until("DELIVERED", 5)
    keep("F35", "at the police", school.check(3), 3)
    until(lambda: told(school) == {"credentials-other", "credentials-third"}, within=10)

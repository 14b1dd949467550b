"""A service as systemd tells of it: real answers of systemd 252, in its own order."""

from pathlib import Path

import pytest

from service.doctor.finding import Finding
from service.doctor.services import ask_systemd, judge_helpers, judge_service

RECORDED = Path("tests/doctor/systemctl").resolve()
CHECK = "tocsin-gateway check --config gateway.toml"
# No kinder than the real one: only the keys asked for, in systemd's order, bare under --value.
FAKE = """\
#!/bin/sh
keys=$(echo "$4" | sed 's/,/|/g')
grep -E "^($keys)=" {recorded} | case "$*" in *--value*) sed 's/^[^=]*=//' ;; *) cat ;; esac
"""


def judged(folder: Path, recorded: str) -> Finding:
    systemctl = folder / "systemctl"
    systemctl.write_text(FAKE.format(recorded=RECORDED / f"{recorded}.txt"))
    systemctl.chmod(0o755)
    told = ask_systemd("tocsin-broker", str(systemctl))
    return judge_service("tocsin-broker", told, CHECK)


def test_a_service_that_runs_and_is_watched_over_is_good(tmp_path: Path) -> None:
    assert judged(tmp_path, "running").verdict == "good"


@pytest.mark.parametrize(
    ("recorded", "cure"),
    [
        ("stopped", "`systemctl enable --now tocsin-broker`"),
        ("unwatched", "`apt install --reinstall ./tocsin-gateway_*.deb && "),
        ("absent", "`apt install --reinstall ./tocsin-gateway_*.deb && "),
        ("restarting", f"`{CHECK}`"),
    ],
)
def test_what_is_wrong_with_one_has_its_own_cure(tmp_path: Path, recorded: str, cure: str) -> None:
    found = judged(tmp_path, recorded)
    assert found.verdict == "problem"
    assert found.cure.startswith(cure)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ({"LoadState": "loaded", "ActiveState": "active"}, "good"),
        ({"LoadState": "loaded", "ActiveState": "failed"}, "problem"),
        ({"LoadState": "not-found", "ActiveState": "inactive"}, "problem"),
    ],
)
def test_helpers_that_share_a_services_user_are_told(told: dict[str, str], verdict: str) -> None:
    found = judge_helpers("tocsin-player.socket", "tocsin-cameras", told)
    assert found.verdict == verdict
    assert "user of" in found.seen

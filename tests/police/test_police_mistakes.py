"""Typical mistakes in police.toml and the files beside it: a line, what is wrong, no traceback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from police.settings import PoliceSettings, readable_by_others
from service.secrets import read_secrets
from service.settings import SettingsError, load
from tests.police.school import OTHER_SECRET, SECRET
from tests.service.brokers import new_authority
from tests.service.textforms import FORMS

GOOD = """\
[listen]
host = "127.0.0.1"
port = 8710
[store]
path = "police.db"
[page]
user = "dispatch"
password_file = "page.password"
[[sender]]
name = "lincoln"
secret_file = "lincoln.secret"
"""
PASSWORD = "correct horse battery"
MISTAKES = [
    ("[[sender]]", "[sender]", "line 9: sender: there may be several: write [[sender]]"),
    ("[listen]", "[[listen]]", "line 1: listen: there is one alone: write [listen]"),
    ("8710", "99999", "line 3: listen.port: give at most 65535"),
    ("8710", '"http"', "line 3: listen.port: give a whole number"),
    ('"127.0.0.1"', "127.0.0.1", "line 2: "),
    ('"127.0.0.1"', '"psap example"', "line 2: listen.host: the host is neither"),
    ('"127.0.0.1"', '"psap.invalid"', "line 2: listen.host: this machine cannot look it up"),
    ('"127.0.0.1"', '"0.0.0.0"', "line 1: listen: without cert and key only a loopback"),
    ('host = "127.0.0.1"', 'cert = "police.crt"', "line 1: listen: cert and key go together"),
    ('host = "127.0.0.1"', 'cert = "police.crt"\nkey = "other.key"', "is the key of another"),
    ('host = "127.0.0.1"', 'cert = "police.key"\nkey = "police.key"', "holds no certificate"),
    ('"police.db"', "police.db", "line 5: a text needs quotation marks"),
    ('"police.db"', '"folder"', "is a folder; give the name of a file in it"),
    ('"police.db"', "“police.db”", "line 5: typographic quotation marks"),
    ('"dispatch"', '"dis:patch"', "line 7: page.user: leave the : out"),
    ('"dispatch"', "yes", "line 7: write true instead of yes"),
    ('user = "dispatch"\n', "", "line 6: page: user and password_file go together"),
    ('"page.password"', '"no.password"', "line 8: page.password_file: there is no such file"),
    ('"page.password"', '"short.password"', "line 8: page.password_file: "),
    ('"page.password"', '"/proc/self/mem"', "line 8: page.password_file: "),
    ('"page.password"', f'"{PASSWORD}"', "line 8: page.password_file: there is no such file"),
    ('"lincoln"', '"Lincoln School"', "line 10: sender[1].name: give 3 to 32 of a-z, 0-9 and -"),
    ('"lincoln.secret"', '"no.secret"', "line 11: sender[1].secret_file: there is no such file"),
    ('"lincoln.secret"', '"page.password"', "line 11: sender[1].secret_file: "),
    ('"lincoln.secret"', '"/proc/self/mem"', "secret_file: /proc/self/mem cannot be read: "),
    ('"lincoln.secret"', '"sheet.secret"', "sheet.secret is a spreadsheet (or another zip file)"),
    ('"lincoln.secret"', f'"{SECRET}"', "line 11: sender[1].secret_file: there is no such file"),
    ('secret_file = "', 'secret = "', 'did you mean "secret_file"'),
    ("[page]", "[pages]", 'line 6: pages: unknown setting; did you mean "page"'),
    ("[store]", "[listen]", "line 4: [listen] stands there twice (first in line 1)"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all that the settings above name."""
    (tmp_path / "police.toml").write_text(GOOD)
    (tmp_path / "page.password").write_text(f"{PASSWORD}\n")
    (tmp_path / "short.password").write_text("secret\n")
    (tmp_path / "lincoln.secret").write_text(f"{SECRET}\n")
    (tmp_path / "sheet.secret").write_bytes(b"PK\x03\x04")
    (tmp_path / "folder").mkdir()
    for name in ("police", "other"):
        new_authority().sign(tmp_path, name)
    return tmp_path


def faults(folder: Path, text: str | None = None) -> Iterator[str]:
    if text is not None:
        (folder / "police.toml").write_text(text)
    try:
        load(folder / "police.toml", PoliceSettings)
    except SettingsError as error:
        yield from map(str, error.faults)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", ["police.toml", "page.password", "lincoln.secret"])
def test_each_file_is_read_in_the_form_that_people_s_programs_give_it(
    folder: Path, name: str, form: str
) -> None:
    text = (folder / name).read_text()
    (folder / name).write_bytes(FORMS[form](text))
    assert list(faults(folder)) == []


@pytest.mark.parametrize("form", FORMS)
def test_two_secrets_are_two_in_any_form(folder: Path, form: str) -> None:
    (folder / "lincoln.secret").write_bytes(FORMS[form](f"{SECRET}\n{OTHER_SECRET}\n"))
    assert list(faults(folder)) == []
    assert read_secrets(folder / "lincoln.secret") == [SECRET, OTHER_SECRET]


@pytest.mark.parametrize(("right", "wrong", "fault"), MISTAKES)
def test_a_typical_mistake_is_told_with_its_line_and_what_to_do(
    folder: Path, right: str, wrong: str, fault: str
) -> None:
    told = "\n".join(faults(folder, GOOD.replace(right, wrong, 1)))
    assert fault in told
    assert "^" not in told, "no pattern is shown to a person"
    assert PASSWORD not in told
    assert SECRET not in told


def test_the_same_school_twice_is_named(folder: Path) -> None:
    again = GOOD + GOOD[GOOD.index("[[sender]]") :]
    assert list(faults(folder, again)) == ["sender lincoln stands there twice"]


def test_a_secret_that_others_can_read_is_warned_of_with_the_cure(folder: Path) -> None:
    for name in ("page.password", "lincoln.secret"):
        (folder / name).chmod(0o600)
    found = load(folder / "police.toml", PoliceSettings)
    assert list(readable_by_others(found)) == []
    (folder / "lincoln.secret").chmod(0o640)
    secret = folder / "lincoln.secret"
    words = f"{secret} can be read by others on this machine: chmod 600 {secret}"
    assert list(readable_by_others(found)) == [words]


@given(st.binary(max_size=300), st.sampled_from(["police.toml", "page.password", "lincoln.secret"]))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_bytes_in_any_of_the_files_make_a_traceback(
    folder: Path, content: bytes, name: str
) -> None:
    before = (folder / name).read_bytes()
    (folder / name).write_bytes(content)
    assert all(fault.isprintable() for fault in faults(folder))
    (folder / name).write_bytes(before)

"""A gateway that is lost comes back from its backup, and goes on where no receiver has been."""

import shutil
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.trust.accounts import ROLES
from service.login.factors import Factors
from simulator.process import end
from tests.backup.locked import PASSPHRASE, backed_up, restored
from tests.gateway.arc import ScriptedArc, ack
from tests.gateway.core import alert
from tests.gateway.dc09_receivers import deliver
from tests.gateway.dc09_school import centre
from tests.gateway.school import Wall, running
from tests.hostile.deployment import A, B, Deployment, deployment, press_of
from tests.trust.founded import School, school
from tests.trust.test_renamed_unit import stages_in, switched_on
from tests.waiting import until
from wire import ids
from wire.stage import Stage


@pytest.fixture
def lincoln(tmp_path: Path) -> Iterator[Deployment]:
    with deployment(tmp_path) as made:
        yield made


def lost_and_restored(lincoln: Deployment, backup: Path) -> None:
    """The gateway's disk is gone, with all that came after the backup."""
    for process in (lincoln.gateway, *lincoln.serving.values()):
        end(process)
    shutil.rmtree(lincoln.made.folder)
    said = restored(backup)
    assert said.returncode == 0, said.stderr
    for name in ("broker", "ca", "run"):
        lincoln.gateway = lincoln.made.start(name)
    until(lambda: "broker: connected" in lincoln.log(), 20)


def test_the_next_press_works_and_no_version_comes_twice(
    lincoln: Deployment, tmp_path: Path
) -> None:
    lincoln.press(A)
    backup = backed_up(lincoln.made, tmp_path / "backup")
    later = press_of(B)
    lincoln.press(B, later)
    before = {lincoln.told(later.alert)["id"]: lincoln.incidents()}
    lost_and_restored(lincoln, backup)
    reports = len(lincoln.endpoint.reports())
    lincoln.press(B, later)
    assert lincoln.delivered(A) < 30
    assert before == {later.alert: lincoln.incidents()}
    versions = [report["version"] for report in lincoln.endpoint.reports()]
    assert min(versions[reports:]) > max(versions[:reports])


def test_the_button_on_the_wall_goes_on_without_being_told(
    lincoln: Deployment, tmp_path: Path
) -> None:
    folder = lincoln.folder / A
    with (folder / "device.toml").open("a") as settings:
        settings.write('\n[journal]\npath = "journal.db"\n')
    lost_and_restored(lincoln, backed_up(lincoln.made, tmp_path / "backup"))
    with switched_on(folder) as unit:
        assert unit.stdin
        unit.stdin.write("\n")
        unit.stdin.flush()
        until(lambda: stages_in(folder / "journal.db") == [Stage.DELIVERED], 30)
    (told,) = lincoln.alerts().values()
    assert told["verified"]


def test_an_alarm_centre_is_sent_no_number_twice(tmp_path: Path) -> None:
    folder = tmp_path / "gateway"
    folder.mkdir()
    with ScriptedArc(ack) as arc, centre(folder, arc.url, 50) as lincoln:
        with running(lincoln):
            deliver(lincoln)
            said = lincoln.call("backup", str(tmp_path / "backup"), typed=PASSPHRASE)
            assert said.returncode == 0, said.stderr
            wall, presses = Wall(lincoln), [alert(str(room)) for room in range(101, 140)]
            for press in presses:
                wall.press(press)
            until(lambda: all("DELIVERED" in wall.stages(press) for press in presses), 20)
            wall.stop()
        shutil.rmtree(folder)
        assert restored(tmp_path / "backup").returncode == 0
        with running(lincoln):
            wall = Wall(lincoln)
            fresh = alert("145")
            wall.press(fresh)
            until(lambda: "DELIVERED" in wall.stages(fresh), 20)
            wall.stop()
    numbers = defaultdict(set)
    for body in arc.alarms():
        numbers[body.split(b'"')[2][:4]].add(body.split(b"]")[0])
    assert [each for each in numbers.values() if len(each) > 1] == []


def test_a_code_that_was_open_is_good_no_more(tmp_path: Path) -> None:
    with school(tmp_path / "gateway") as made:
        made.rooms("204")
        code = made.code("204")
        backup = backed_up(made, tmp_path / "backup")
        shutil.rmtree(made.folder)
        assert restored(backup).returncode == 0
        made.start("ca")
        assert made.join(code, tmp_path / "unit").returncode == 1


def test_a_recovery_code_that_was_used_since_opens_nothing(tmp_path: Path) -> None:
    with school(tmp_path / "gateway") as made:
        accounts = made.settings().accounts
        assert accounts
        with closing(Factors(accounts.path, ROLES)) as factors:
            code, *_ = factors.renew_recovery("admin")
        backup = backed_up(made, tmp_path / "backup")
        shutil.rmtree(made.folder)
        assert "Recovery codes open nothing any more" in restored(backup).stdout
        with closing(Factors(accounts.path, ROLES)) as factors:
            assert not factors.use("admin", code, ids.Wall(time.time()))


def test_a_gateway_that_told_people_is_told_to_start_that_too(tmp_path: Path) -> None:
    with school(tmp_path / "gateway") as made:
        people, told = made.folder / "people.toml", made.folder / "told/notices.db"
        people.write_text('[[person]]\nname = "Ms. Lee"\ncarriers = ["slack://T/B/C"]\n')
        with made.config.open("a") as settings:
            settings.write(f'\n[notices]\npeople = "{people}"\npath = "{told}"\n')
        backup = backed_up(made, tmp_path / "backup")
        shutil.rmtree(made.folder)
        said = restored(backup).stdout
        assert "enable --now tocsin-broker" in said
        assert "tocsin-console tocsin-notices\n" in said


def test_a_backup_is_of_all_but_pictures_unless_they_are_asked_for(tmp_path: Path) -> None:
    with school(tmp_path / "gateway") as made:
        pictures = made.folder / "state/pictures.db"
        pictures.write_bytes(b"many")
        backup = backed_up(made, tmp_path / "without")
        whole = backed_up(made, tmp_path / "with", "--pictures")
        files = everything(made)
        for path, has_pictures in ((backup, False), (whole, True)):
            shutil.rmtree(made.folder)
            assert restored(path).returncode == 0
            assert pictures.exists() == has_pictures
            assert files - everything(made) <= {pictures}


def everything(made: School) -> set[Path]:
    return {path for path in made.folder.rglob("*") if path.is_file()}

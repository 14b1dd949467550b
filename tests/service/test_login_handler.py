"""Who guesses waits; nobody else does, and nothing of a password is written down."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.login.check_queue import CheckQueue, QueueFullError
from service.login.handler import Credentials, LoginHandler, TurnedAwayError
from service.login.refusal_book import STRANGER
from service.throttle import FREE
from tests.service.login import PASSWORD, House, code_of, set_up, who
from tests.waiting import patience
from wire.ids import Wall


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.close()


async def status(house: House, given: Credentials) -> int:
    try:
        await house.handler.log_in(given)
    except TurnedAwayError as error:
        return error.status
    return 204


def test_of_400_guesses_at_once_ten_are_looked_at(house: House) -> None:
    async def guess() -> list[int]:
        given = (who(password=f"guess {n}") for n in range(400))
        return await asyncio.gather(*(status(house, each) for each in given))

    answers = asyncio.run(guess())
    assert answers.count(403) == FREE
    assert answers.count(429) == 400 - FREE


def test_addresses_of_one_network_are_one_who_guesses(house: House) -> None:
    async def guess() -> None:
        wrong = [who(f"hill-{n}", "wrong", address=f"2001:db8::{n:x}") for n in range(FREE)]
        asked = [*wrong, who(address="2001:db8::ffff:1")]
        answers = await asyncio.gather(*(status(house, each) for each in asked))
        assert answers.count(429) == 1  # mostly the last one; threads come in any order
        assert await status(house, who(address="2001:db8:0:1::1")) == 204

    asyncio.run(guess())


def test_guesses_from_one_address_lock_nobody_out_who_comes_from_another(house: House) -> None:
    async def guess() -> None:
        for _ in range(20):
            await status(house, who(password="wrong", address="198.51.100.7"))
        assert await status(house, who(address="192.0.2.1")) == 204

    asyncio.run(guess())


def test_a_browser_that_was_here_before_is_let_in_beside_guesses_from_its_own_address(
    house: House,
) -> None:
    async def guess() -> None:
        entered = await house.handler.log_in(who())
        for _ in range(20):
            await status(house, who(password="wrong"))
        assert await status(house, who(known=entered.browser)) == 204
        assert not house.sessions.is_known("ito", entered.browser)

    asyncio.run(guess())


def test_a_known_browser_that_guesses_waits_as_well(house: House) -> None:
    async def guess() -> None:
        entered = await house.handler.log_in(who())
        given = who(password="wrong", known=entered.browser)
        answers = await asyncio.gather(*(status(house, given) for _ in range(FREE + 1)))
        assert sorted(answers) == [403] * FREE + [429]

    asyncio.run(guess())


def test_an_account_with_a_second_factor_opens_by_both_and_by_neither_alone(house: House) -> None:
    now = time.time()
    secret, _ = set_up(house, "hill", now - 300)

    async def enter() -> None:
        with pytest.raises(TurnedAwayError, match="Give your second factor") as lacking:
            await house.handler.log_in(who())
        assert lacking.value.code
        assert await status(house, who(password="wrong", code=code_of(secret, now))) == 403
        assert await status(house, who(code="000000")) == 403
        assert await status(house, who(code=code_of(secret, now))) == 204
        assert await status(house, who(code=code_of(secret, now))) == 403

    asyncio.run(enter())


def test_codes_are_guessed_ten_times_from_wherever(house: House) -> None:
    set_up(house, "hill", time.time() - 300)

    async def guess() -> list[int]:
        given = (who(code="000000", address=f"192.0.2.{n}") for n in range(FREE + 6))
        return [await status(house, each) for each in given]

    answers = asyncio.run(guess())
    assert answers[:FREE] == [403] * FREE
    assert 429 in answers


def test_codes_that_strangers_guess_keep_nobody_out_who_was_here_before(house: House) -> None:
    now = time.time()
    secret, recovery = set_up(house, "hill", now - 300)

    async def guess() -> None:
        entered = await house.handler.log_in(who(code=recovery[0]))
        session = house.sessions.find(entered.session, Wall(time.time()))
        assert session
        wrong = [who(code="000000", address=f"192.0.2.{n}") for n in range(FREE + 6)]
        assert 429 in await asyncio.gather(*(status(house, each) for each in wrong))
        await house.handler.log_in_again(session, who(code=code_of(secret, now)))
        later = code_of(secret, now + 30)
        assert await status(house, who(code=later, known=entered.browser)) == 204

    asyncio.run(guess())


def test_codes_that_a_known_browser_or_a_session_guesses_are_counted_as_well(house: House) -> None:
    now = time.time()
    secret, _ = set_up(house, "hill", now - 300)

    async def guess() -> None:
        entered = await house.handler.log_in(who(code=code_of(secret, now)))
        session = house.sessions.find(entered.session, Wall(time.time()))
        assert session
        given = who(code="000000", known=entered.browser)
        answers = await asyncio.gather(*(status(house, given) for _ in range(FREE + 1)))
        assert sorted(answers) == [403] * FREE + [429]
        again = [house.handler.log_in_again(session, given) for _ in range(FREE + 1)]
        errors = await asyncio.gather(*again, return_exceptions=True)
        found = [each.status for each in errors if isinstance(each, TurnedAwayError)]
        assert sorted(found) == [403] * FREE + [429]

    asyncio.run(guess())


def test_a_right_password_that_waits_for_its_code_is_not_counted_as_a_wrong_one(
    house: House,
) -> None:
    now = time.time()
    set_up(house, "hill", now - 300)

    async def guess() -> None:
        for n in range(FREE + 1):
            await status(house, who(code="000000", address=f"192.0.2.{n}"))
        here = [await status(house, who(code="000000", address="192.0.2.99")) for _ in range(12)]
        assert 429 in here
        assert await status(house, who("ito", address="192.0.2.99")) == 204

    asyncio.run(guess())


def test_a_refusal_names_who_and_whence_and_never_what_was_typed_for_a_name(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def guess() -> None:
        await status(house, who(password="one-secret"))
        await status(house, who(name="my-own-password\n\x1b[31m", password="two-secret"))

    asyncio.run(guess())
    assert house.written == [
        ("refused", "hill", "login: wrong password, from 192.0.2.1"),
        ("refused", STRANGER, "login: wrong password, from 192.0.2.1"),
    ]
    assert "hill: login: wrong password, from 192.0.2.1" in caplog.text
    for word in ("secret", "my-own", "\x1b", PASSWORD):
        assert word not in caplog.text


def test_a_queue_takes_so_many_and_says_so_to_the_next_at_once() -> None:
    async def fill() -> int:
        queue = CheckQueue("test")
        held = threading.Event()
        asked = [asyncio.create_task(queue.run(held.wait)) for _ in range(50)]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        held.set()
        found = await asyncio.gather(*asked, return_exceptions=True)
        return sum(isinstance(each, QueueFullError) for each in found)

    assert asyncio.run(fill()) == 30


@pytest.mark.parametrize("nice", [0, 10, 19])
def test_a_check_gives_way_further_than_its_service_does_and_is_made_in_any_case(nice: int) -> None:
    asks = (
        "import asyncio, os, threading\n"
        "from service.login.check_queue import CheckQueue\n"
        f"os.nice({nice}); os.geteuid() or os.setuid(65534)\n"
        "def mine(): return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())\n"
        "print(asyncio.run(CheckQueue('x').run(mine)))\n"
    )
    argv = [sys.executable, "-c", asks]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=patience(30))
    assert done.stdout.strip() == str(min(os.nice(0) + nice + 5, 19)), done.stderr


def test_an_event_that_no_disk_takes_keeps_nobody_out(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    db = sqlite3.connect(house.path)
    db.execute("DROP TABLE security")
    db.close()
    handler = LoginHandler(house.accounts, house.factors, house.sessions, house.sessions.keep_event)
    assert asyncio.run(handler.log_in(who())).session
    assert "log-in of hill could not be written down" in caplog.text

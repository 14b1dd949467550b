"""Who guesses passwords waits, by the name that is tried and by the network that it comes from."""

import asyncio
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from gateway.console.auth import Authenticator
from gateway.console.links import Links
from gateway.console.sessions import Sessions
from gateway.store.actions import ActionQueue
from gateway.store.reader import StoreReader
from gateway.trust.accounts import Accounts
from service.throttle import FREE
from wire.ids import Seconds


def test_addresses_of_one_network_are_one_who_guesses(tmp_path: Path) -> None:
    store = tmp_path / "tocsin.db"
    parts = (Accounts(tmp_path / "accounts.db"), Links(b"key", "https://x", Seconds(60.0)))
    records, queue = StoreReader(store), ActionQueue(store)
    auth = Authenticator(*parts, records, queue, Sessions(lambda: "secret"), "tocsin")

    async def guess() -> None:
        for number in range(FREE):
            assert await auth.log_in(f"hill-{number}", "wrong", f"2001:db8::{number:x}") is None
        with pytest.raises(HTTPException) as refused:
            await auth.log_in("ito", "wrong", "2001:db8::ffff:1")
        assert refused.value.status_code == 429
        assert await auth.log_in("ito", "wrong", "2001:db8:0:1::1") is None

    asyncio.run(guess())

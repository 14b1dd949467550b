"""The trouble that a gateway tells of its console; see `wire/gateway_troubles.py`."""

from typing import Final

from wire.trouble import Trouble

CONSOLE_ACTIONS: Final = Trouble(
    "console-actions",
    "The console left in its folder what no person can do on its pages, or what cannot be taken: it"
    " is refused and removed. Or an action that a person took lies there and is not taken. Answers,"
    " closings and messages of people at the school may be lacking; presses are not concerned.",
    "Do at the gateway's terminal what people could not: `tocsin-gateway acknowledge` and `close`."
    " Read `journalctl -u tocsin-gateway -u tocsin-console -n 100`. If nobody changed the console,"
    " take it off the network and install its package again: it may have been taken over.",
)

"""The troubles of a gateway that concern the processes beside it: the console and the notices."""

from typing import Final

from wire.trouble import Level, Trouble

CONSOLE_ACTIONS: Final = Trouble(
    "console-actions",
    "The console left in its folder what no person can do on its pages, or what cannot be taken: it"
    " is refused and removed. Or an action that a person took lies there and is not taken. Answers,"
    " closings and messages of people at the school may be lacking; presses are not concerned.",
    "Do at the gateway's terminal what people could not: acknowledge, and close."
    " Read `journalctl -u tocsin-gateway -u tocsin-console -n 100`. If nobody changed the console,"
    " take it off the network and install its package again: it may have been taken over.",
)
GATEWAY_SILENT: Final = Trouble(
    "gateway-silent",
    "The gateway has given no sign of life for 8 s. While it does not run, no press goes out by it:"
    " units that have no other gateway show NOT DELIVERED. The notices tell of it by themselves;"
    " nobody can take it, and it ends when the gateway runs.",
    "On the gateway: `systemctl status tocsin-gateway`, then `systemctl restart tocsin-gateway`."
    " Until it runs, call 911 for those who press.",
    level=Level.URGENT,
)
NOTICES: Final = Trouble(
    "notices",
    "The process that tells people is not running, its list of people has a fault, or no carrier"
    " of the named people took the last notice for them. Alerts are reported all the same.",
    "`systemctl status tocsin-notices` and `journalctl -u tocsin-notices -n 50 --no-pager` say why."
    " Then try each person: `tocsin-gateway notify --test NAME --config /etc/tocsin/gateway.toml`.",
)

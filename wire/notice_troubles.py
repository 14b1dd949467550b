"""The troubles of a gateway that concern the telling of people, and what only they can tell."""

from typing import Final

from wire.trouble import Level, Trouble

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

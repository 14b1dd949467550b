"""The troubles that a gateway reports: on MQTT, in `tocsin-gateway status` and `doctor`."""

from typing import Final

from wire.process_troubles import CONSOLE_ACTIONS, GATEWAY_SILENT, NOTICES
from wire.receiver_troubles import RECEIVER_TROUBLES
from wire.supervision_troubles import SUPERVISION_TROUBLES
from wire.trouble import Level, Trouble, find

BROKER: Final = Trouble(
    "broker",
    "The gateway has no connection to its own broker, so no alert reaches it. Units try their other"
    " gateways; without one their lamps show NOT DELIVERED.",
    "`systemctl restart tocsin-broker`, then `journalctl -u tocsin-broker -n 50`.",
    level=Level.URGENT,
)
BROKER_FORGERY: Final = Trouble(
    "broker-forgery",
    "The gateway's probe found that the broker lets one client speak in another's name, or that it"
    " passes nothing on, or that it could not be reached.",
    "`systemctl restart tocsin-broker`: at its start it writes its access list again. If the"
    " trouble stays, take the network of the units off the internet and read"
    " `journalctl -u tocsin-broker`.",
    level=Level.URGENT,
)
CAMERA: Final = Trouble(
    "camera-<camera>",
    "The camera has given no picture for more than 10 s. Alerts of its rooms are reported without"
    " one, and the report says why.",
    "Look at its power, its cable and its address in gateway.toml. `tocsin-gateway doctor --config"
    " /etc/tocsin/gateway.toml` tells each camera's reason.",
)
CERTIFICATE: Final = Trouble(
    "certificate-<file>",
    "The certificate in this file ends within 30 days, has ended, or cannot be read.",
    "Certificates of the school's own authority renew themselves while it runs:"
    " `systemctl enable --now tocsin-authority`. One from a receiver: ask the receiver for a new"
    " one and put it in the place of the old file.",
)
CLOCK: Final = Trouble(
    "clock",
    "No time service has set the gateway's clock since it started. Alerts go out all the same, but"
    " receivers may refuse their signature and people read wrong times.",
    "`timedatectl set-ntp true`, then `timedatectl timesync-status`.",
)
DATABASE: Final = Trouble(
    "database",
    "The gateway cannot write to its database: the disk is full, read-only, or does not answer."
    " Alerts are reported all the same; lamps do not blink slowly, for nothing is safe on disk.",
    "`df -h /var/lib/tocsin` and `dmesg | tail`. Make room; the gateway goes on by itself. If the"
    " detail says that a process holds it, `systemctl status` with its number names its service."
    " Stop that one, and install its package again if it goes on: it may have been taken over.",
    level=Level.URGENT,
)
DATABASE_REPLACED: Final = Trouble(
    "database-replaced",
    "The database was damaged at a start. It was set aside and a new one begun, so incidents before"
    " that are not listed any more.",
    "Look for the cause in `dmesg` (a card or disk that dies). Keep the file that the detail names"
    " in another folder; when it is gone from there, the trouble ends.",
)
DNS: Final = Trouble(
    "dns",
    "Names of receivers or cameras cannot be looked up. Reports go to the addresses that worked"
    " last.",
    "`resolvectl status` or `/etc/resolv.conf`: is the school's name server there? A name that"
    " is misspelt in gateway.toml looks the same.",
)
EVIDENCE: Final = Trouble(
    "evidence",
    "What receivers acknowledge cannot be kept for an export. Reports, receipts and lamps go on all"
    " the same; an export says what it lacks.",
    "`df -h /var/lib/tocsin` and `dmesg | tail`. Make room; it goes on by itself.",
)
EXERCISE: Final = Trouble(
    "walk-test",
    "A walk test is going on: a short press of a button in its scope is a test, and nobody outside"
    " is told of it. A button that is held for 3 s, or pressed outside its scope, alarms.",
    "It ends by itself, 15 minutes after its start at the latest. `tocsin-gateway walk-test stop"
    " --by NAME --config /etc/tocsin/gateway.toml` ends it at once. If nobody at the school"
    " started it, do so, and change the password of who is named.",
    level=Level.URGENT,
)
INTERNAL_ERROR: Final = Trouble(
    "internal-error",
    "A part of the gateway's program failed within ten minutes. The program went on without it.",
    "Read the error: `journalctl -u tocsin-gateway -p err`. Report it to the maintainers, then"
    " look whether all works: `tocsin-gateway doctor --config /etc/tocsin/gateway.toml`.",
)
NOT_DELIVERED: Final = Trouble(
    "not-delivered",
    "Alerts of the named rooms are not yet with any receiver, 15 s after the press. The lamps there"
    " say so. It stands until a receiver has them, also if somebody at the school has answered or"
    " closed them, which is then named. The gateway goes on trying.",
    "Call 911 and name the rooms. Then look at the other troubles: a receiver, the network, the"
    " clock.",
    level=Level.ALARM,
)
OTHER_GATEWAY: Final = Trouble(
    "other-gateway",
    "This second gateway has no connection to the first one's broker, so it cannot know what that"
    " one delivered. It reports every alert itself; receivers may get reports twice.",
    "Is the first gateway running? `systemctl status tocsin-broker tocsin-gateway` there.",
    level=Level.URGENT,
)
PICTURES: Final = Trouble(
    "pictures",
    "Pictures of incidents cannot be kept. Reports carry them all the same.",
    "`df -h /var/lib/tocsin`: make room. It goes on by itself.",
)
REGISTER_COPY: Final = Trouble(
    "register-copy",
    "This second gateway could not compare its register with the first one's. It goes on with the"
    " rooms, units and zones that it has.",
    "The detail says why. Does the first gateway's authority run? There:"
    " `systemctl enable --now tocsin-authority`.",
)
REGISTER_EDITED: Final = Trouble(
    "register-edited",
    "Somebody changed rooms.csv or the plan at this second gateway. The first gateway's register"
    " has taken its place; what was changed lies beside it, in the file that the detail names.",
    "Make the change at the first gateway, in rooms.csv or on its plan: within a minute it is here,"
    " too. Then take the file that the detail names away.",
)
SETTINGS: Final = Trouble(
    "settings",
    "gateway.toml or rooms.csv was changed and has a fault, or rooms.csv lost rooms or units. The"
    " settings that last were good stay in force, also over a restart. Or both are good, and no"
    " copies of them can be kept beside the store.",
    "`tocsin-gateway check --config /etc/tocsin/gateway.toml` names each fault with its line. If"
    " rooms or units are gone on purpose: `tocsin-gateway check --accept --config"
    " /etc/tocsin/gateway.toml`. For the copies: `df -h /var/lib/tocsin; ls -l /var/lib/tocsin`.",
)
SETTINGS_PENDING: Final = Trouble(
    "settings-pending",
    "gateway.toml was changed. Rooms, units and revocations count at once; the settings that the"
    " detail names count after a restart only.",
    "`tocsin-gateway check --config /etc/tocsin/gateway.toml`; if that is good: `systemctl restart"
    " tocsin-gateway tocsin-cameras tocsin-console`. Alerts of the seconds between are repeated"
    " by the units.",
)
STOPPED_THREAD: Final = Trouble(
    "stopped-thread-<thread>",
    "A part of the gateway's program that works beside the alerts has ended or hangs: it looks"
    " after cameras, pictures, certificates or names, or sends to one address of a receiver.",
    "Read why: `journalctl -u tocsin-gateway -p err` and `dmesg | tail` (a disk that hangs?). Then"
    " `systemctl restart tocsin-gateway`; alerts of the seconds between are repeated by the units.",
    level=Level.URGENT,
)

GATEWAY_TROUBLES: Final = (
    BROKER,
    BROKER_FORGERY,
    CAMERA,
    CERTIFICATE,
    CLOCK,
    CONSOLE_ACTIONS,
    DATABASE,
    DATABASE_REPLACED,
    DNS,
    EVIDENCE,
    EXERCISE,
    GATEWAY_SILENT,
    INTERNAL_ERROR,
    NOT_DELIVERED,
    NOTICES,
    OTHER_GATEWAY,
    PICTURES,
    REGISTER_COPY,
    REGISTER_EDITED,
    SETTINGS,
    SETTINGS_PENDING,
    STOPPED_THREAD,
    *SUPERVISION_TROUBLES,
    *RECEIVER_TROUBLES,
)
# Of a trouble that another version told of.
_UNKNOWN: Final = "`journalctl -u tocsin-gateway -n 50 --no-pager` tells of it."


def kind_of(name: str) -> Trouble | None:
    """Return which kind the gateway's trouble `name` is; None if another version knows it."""
    return find(name, GATEWAY_TROUBLES)


def level_of(name: str) -> Level:
    """Return the level of the gateway's trouble `name`; one that nobody knows may be urgent."""
    kind = kind_of(name)
    return Level.URGENT if kind is None else kind.level


def cure_of(name: str) -> str:
    """Return what to do about the gateway's trouble `name`, whichever version wrote it."""
    kind = kind_of(name)
    return _UNKNOWN if kind is None else kind.cure_of(name)

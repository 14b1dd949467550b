"""The troubles of a gateway that concern one receiver of reports."""

from typing import Final

from wire.trouble import Level, Trouble

ACKNOWLEDGEMENTS: Final = Trouble(
    "acknowledgements-<endpoint>",
    "Five times in a row the receiver could not be asked what its people answered"
    " (`acknowledgements_url`), or it gives more answers than people do, which are then taken in"
    " one by one. Reports to it are not affected; a lamp may stay solid although a person has taken"
    " the incident.",
    "Read the reason: `journalctl -u tocsin-gateway | grep <endpoint>`. HTTP 401: the secrets"
    " differ; 404: the address is wrong; otherwise ask the receiver.",
)
CREDENTIALS: Final = Trouble(
    "credentials-<endpoint>",
    "Secret, key or certificate files of this receiver cannot be used. If good ones were there"
    " since the start, those stay in use; if not, nothing is sent to this receiver. Others are not"
    " affected.",
    "The detail names the fault: put files there that fit, of user `tocsin` and mode 0600. The"
    " gateway takes them within 30 s, without a restart. `tocsin-gateway check --config"
    " /etc/tocsin/gateway.toml` names the setting.",
    level=Level.URGENT,
)
EIDO: Final = Trouble(
    "eido-<endpoint>",
    "No agency is subscribed to this EIDO endpoint, or the process that serves it is not running.",
    "Ask the agency whether its side is up, and whether it reaches the address in `listen`. The"
    " detail names a missing library: `apt install --reinstall ./tocsin-gateway_*.deb`.",
    level=Level.URGENT,
)
EIDO_USER: Final = Trouble(
    "eido-user-<endpoint>",
    "The process that serves agencies runs as the gateway's own user, for nobody listens at the"
    " socket by which systemd gives it another: who takes it over could read the gateway's keys."
    " Agencies are served all the same.",
    "`systemctl enable --now tocsin-eido.socket`, then `systemctl restart tocsin-gateway`.",
)
ENDPOINT: Final = Trouble(
    "endpoint-<endpoint>",
    "Two reports in a row to this receiver failed, or its address could twice not be connected to"
    " while nothing was to report (`/backup`: the same of its backup address). The gateway goes on"
    " trying for ever, and its other receivers are not affected.",
    "The detail is what the receiver answered. Ask the receiver; until then call by telephone.",
    level=Level.URGENT,
)
LIVE_FRAMES: Final = Trouble(
    "live-frames-<endpoint>",
    "Five times in a row the receiver could not be asked which cameras its people look at, or took"
    " no frame of one (`frames_url`). Reports to it, and the pictures in them, are not affected.",
    "Read the reason: `journalctl -u tocsin-gateway | grep <endpoint>`. HTTP 401: the secrets"
    " differ; 404: the address is wrong; late: the school's line is too slow for live views;"
    " otherwise ask the receiver.",
)
RECEIVER_LINE: Final = Trouble(
    "receiver-line-<endpoint>",
    "The alarm-receiving centre does not acknowledge link tests or events on this line"
    " (`/backup`: at its second receiver).",
    "The detail tells what happened. No answer: firewall or address; NAK: account, key or clock."
    " `tocsin-gateway test-receivers --by NAME --config /etc/tocsin/gateway.toml` tries again.",
    level=Level.URGENT,
)
REPORT_UNWRITTEN: Final = Trouble(
    "report-unwritten-<endpoint>",
    "A report for this receiver could not be written, by a fault in the program, or for want of the"
    " key that signs it (`credentials-<endpoint>`). Other receivers and other incidents are"
    " reported; this receiver is tried again every ten seconds.",
    "While it stands call the receiver by telephone. Report the error that"
    " `journalctl -u tocsin-gateway` shows to the maintainers of Tocsin.",
    level=Level.URGENT,
)

RECEIVER_TROUBLES: Final = (
    ACKNOWLEDGEMENTS,
    CREDENTIALS,
    EIDO,
    EIDO_USER,
    ENDPOINT,
    LIVE_FRAMES,
    RECEIVER_LINE,
    REPORT_UNWRITTEN,
)

"""Which module may import which: main -> adapters -> loop -> core -> wire."""

# Whom each package may import, beside itself.
MAY_IMPORT = {
    "wire": set[str](),
    "service": {"wire"},
    "device": {"wire", "service"},
    "gateway": {"wire", "service"},
    "police": {"wire", "service"},
    "simulator": {"wire", "service", "device", "gateway"},
}

# The simulator runs the real firmware, reads its lamp, and lets it join a gateway founded as by
# `init`; it knows nothing else of them.
SIMULATOR_SEES = {
    "device.firmware",
    "device.join",
    "device.lamp",
    "device.settings",
    "gateway.config.settings",
    "gateway.trust.ca.registrar",
    "gateway.trust.enroller",
    "gateway.trust.bootstrap",
    "gateway.trust.ca.database",
    "gateway.trust.bootstrap_plan",
    "gateway.trust.ca.key_folder",
}

# The core decides, and does nothing: each function takes `now` and what it needs, returns work.
CORE = {
    "device.debounce",
    "device.events",
    "device.health",
    "device.lamp",
    "device.machine_health",
    "device.open_alert",
    "device.press_watch",
    "device.unit",
    "device.work",
    "gateway.cameras.polling_rate",
    "gateway.cameras.events",
    "gateway.cameras.images.jpeg",
    "gateway.cameras.supervisor",
    "gateway.console.view_log",
    "gateway.fleet.gateway_verdict",
    "gateway.fleet.heard",
    "gateway.fleet.room",
    "gateway.fleet.unit_verdict",
    "gateway.fleet.verdict",
    "service.login.refusals",
    "service.login.session",
    "service.throttle",
    "gateway.receivers.dc09.background_lane",
    "gateway.receivers.dc09.pending_reports",
    "gateway.receivers.eido.document_cache",
    "gateway.receivers.eido.effects",
    "gateway.receivers.eido.messages",
    "gateway.receivers.eido.process_protocol",
    "gateway.receivers.eido.subscription",
    "gateway.receivers.eido.subscriptions",
    "gateway.receivers.eido.taken",
    "gateway.trust.broker.acl",
    "gateway.trust.ca.enrolment",
    "police.conformance.answers",
    "police.conformance.jpeg",
    "police.conformance.judge",
    "police.conformance.sample",
    "police.dispatcher_view",
    "police.events",
    "police.picture",
    "police.presses",
    "police.receiver",
    "police.marks",
    "police.report",
    "police.sanitize",
}
# At the gateway the core is a folder: whatever lies in it is pure.
CORE_FOLDER = "gateway.core"
# All that the core may use of Python: nothing here knows a file, a thread or a socket, nor, as
# ruff forbids datetime.now, what time it is.
CORE_USES = {
    "base64",
    "binascii",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "hmac",
    "itertools",
    "json",
    "logging",
    "math",
    "operator",
    "re",
    "struct",
    "types",
    "typing",
    "urllib",
    "uuid",
    "zlib",
}
# Values that the core takes from outside of it.
CORE_SEES = {"service.events", "police.conformance.case"}

# The layers of the gateway: a package imports only packages of layers below its own.
LAYERS = (
    {"main"},
    {"command_table"},
    {"app"},
    {"console", "monitor"},
    {"trust", "cameras", "receivers", "notices", "fleet"},
    {"config", "store"},
    {"core"},
)

# The loops talk to adapters through ports; these are not adapters, though they use a library.
LOOPS = {"device.loop", "gateway.app.loop", "gateway.cameras.loop"}
LOOPS_SEE = {"service.settings", "service.notify"}
# A process imports only what it becomes, and a heavy library only when it is needed.
IMPORT_LATE = {
    "device/command_table.py",
    "device/commands.py",
    "device/main.py",
    "gateway/cameras/__main__.py",
    "gateway/app/backup/command_table.py",
    "gateway/app/command_table.py",
    "gateway/command_table.py",
    "gateway/main.py",
    "gateway/trust/command_table.py",
    "police/commands.py",
    "police/main.py",
    "service/certificate_dates.py",
    "gateway/app/channels.py",
    "gateway/app/forms.py",
    "gateway/app/links.py",
    "service/sealed.py",
    "service/login/passkeys.py",
    "simulator/main.py",
}

"""Makes of a fresh Raspberry Pi OS Lite card the unit of a room: what it must hold at first boot.

`card.py` says which files, `network.py` how it reaches the gateway, `package.py` which program,
`sheet.py` what is printed beside the cards, `commands.py` asks and writes.  What runs on the unit
are three files that are the same on every card: `first-boot.sh`, `firstrun.sh` and a service.
"""

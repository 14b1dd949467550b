"""What every Tocsin process has: a settings file, exit codes, a log, a watchdog, an MQTT link.

Imports `wire` and nothing else of this project; knows nothing of buttons, incidents or reports.
"""

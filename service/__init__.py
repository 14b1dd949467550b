"""What every Tocsin process needs: settings, exit codes, a log, a watchdog, an MQTT link.

Imports only `wire` of this project; knows nothing of buttons, incidents or reports.
"""

"""The process that tells people of troubles and alarms.

No alert waits for it: it reads what the gateway keeps, and the gateway reads one small file of it.
"""

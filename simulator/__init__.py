"""A whole school on one machine: the real processes, and the real firmware on mock pins.

Imports `device` and `service`, and starts gateway and police as processes of their own.  They must
not know of the simulator: a press takes the production path, message for message.
"""

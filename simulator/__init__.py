"""A whole school on one machine: the real processes, and the real firmware on mock pins.

Imports `device` and `service`, and starts gateway and police as processes of their own.  Nothing
here may be known to them: the road a press takes is the production road, message for message.
"""

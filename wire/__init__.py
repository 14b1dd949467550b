"""The contract between units, gateway and police: ids, stages, messages, topics, codec.

Standard library only, no clock, no I/O; imports nothing else of this project.
"""

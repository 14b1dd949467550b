"""The school's pages: an officer's page of an incident by a link, and the console behind a login.

A process of its own.  It reads the store, the pictures and the frames, writes nothing but the table
of actions, the plan and leases on cameras, and no alert waits for it.
"""

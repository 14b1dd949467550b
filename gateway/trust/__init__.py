"""Identities at a school: its authority, enrolment, and what the broker lets each client do."""

"""The school's own certificate authority, a process of its own."""

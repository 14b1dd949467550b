"""Why there is no backup, or why nothing was restored."""


class BackupError(Exception):
    """The words name the subject, whose fault it is, and what to do."""

"""What each endpoint is owed, when it is sent, and what its answer means."""

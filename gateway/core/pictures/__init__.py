"""When each camera of an incident is asked, and what becomes of its frame."""

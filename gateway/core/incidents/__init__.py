"""From a unit's message to the incident it belongs to."""

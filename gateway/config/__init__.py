"""What an installer writes: settings, the register of rooms, zones, revoked units."""

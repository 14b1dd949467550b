"""The gateway's SQLite databases: alerts, actions of people, pictures."""

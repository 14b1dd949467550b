"""The school gateway: alert path, cameras, what the school and the police are told."""

"""Every room of the school: would a press there reach the police now, and what is wrong."""

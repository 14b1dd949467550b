"""Mosquitto under the school's rules: its files, its supervisor, its probe."""

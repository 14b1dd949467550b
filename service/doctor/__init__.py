"""The checks that `doctor` of unit and gateway have in common."""

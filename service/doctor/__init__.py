"""What an expert would look at on any machine of the school; for `doctor` of unit and gateway."""

"""An invented story of a year of waves, told as real messages."""

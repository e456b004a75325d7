"""The same door for programs."""

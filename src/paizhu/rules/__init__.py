"""What can be declared, and the checks on it. Pure Python."""

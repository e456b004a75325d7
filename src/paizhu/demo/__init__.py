"""A generated institution: bodies, people, purchases and matters, made through the doors only."""

"""The door to matters, access, and lists."""

"""A believable institution made from a seed."""

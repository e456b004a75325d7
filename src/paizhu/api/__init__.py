"""For programs: what can be done and what it asks for, from the same declarations as the pages."""

"""A generated hospital: ordinary books, planted truth for each flag, and clean look-alikes of it."""

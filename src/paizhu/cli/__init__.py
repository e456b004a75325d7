"""The command line: turn words into one call below, and its answer into lines or JSON."""

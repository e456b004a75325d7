"""Returns: tables that come out of the ledger; each figure drills to the records it counts."""

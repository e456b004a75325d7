"""Fold, clocks, steps. Pure Python."""

"""Folding: what becomes of repeats."""

"""Faults: the product is hurt while it works, then what was accepted is compared with what came out.

``python -m tests.faults`` runs them at full size and prints the report; the tests run the same at a smaller one.
"""

"""Errors as RFC 9457 ``application/problem+json``, each saying what to mend and where."""

"""The centre by REST."""

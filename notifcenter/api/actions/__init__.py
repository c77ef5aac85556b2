"""Actions of notifications by REST."""

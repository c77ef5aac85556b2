"""How it gets there: planning, delivering, the live socket, one file per channel."""

"""One file a channel: it is found by being here."""

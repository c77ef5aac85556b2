"""One file with the whole database and the secrets that DATA_DIR holds: taken from a running product, and restored."""

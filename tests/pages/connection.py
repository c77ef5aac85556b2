"""What a page knows of its live connection."""

ONLINE = "() => window[Symbol.for('notifcenter')].feed?.connection() === 'online'"
"""A script for ``page.wait_for_function``."""

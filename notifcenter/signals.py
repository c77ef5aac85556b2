"""The things the core says; who listens is not its business."""

from django.dispatch import Signal

publishing = Signal()
"""Before anything is written: ``arrivals`` (list of ``sql.InboxEntries``), ``now``. Receivers give back the deliveries
to write (a list of ``sql.PlannedDeliveries``), and change nothing: it may all be undone."""

published = Signal()
"""Once all is written, inside the transaction if there is one: ``stored`` (list of ``placing.Stored``), ``ways``."""

fanned_out = Signal()
"""Inside the publishing transaction: parts of it are kept for the workers to place."""

inbox_changed = Signal()
"""Inside the changing transaction: ``change`` (``inbox.Change``)."""

"""The things the core says; who listens is not its business."""

from django.dispatch import Signal

publishing = Signal()
"""Inside the placing transaction, before anything is written: ``arrivals`` (list of ``storage.Arrivals``), ``now``.
Receivers give back the deliveries to write (a list of ``storage.Ways``)."""

published = Signal()
"""Inside the placing transaction, once all is written: ``stored`` (list of ``placing.Stored``), ``now``."""

fanned_out = Signal()
"""Inside the publishing transaction: parts of it are kept for the workers to place."""

inbox_changed = Signal()
"""Inside the changing transaction: ``change`` (``inbox.Change``)."""

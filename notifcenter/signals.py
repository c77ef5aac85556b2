"""What the core announces; it does not know who listens."""

from django.dispatch import Signal

publishing = Signal()
"""Before anything is written: ``entries`` (list of ``sql.InboxEntries``), ``now``. Receivers return the deliveries to
write (list of ``sql.PlannedDeliveries``), and change nothing: the transaction may be rolled back."""

published = Signal()
"""After the write, inside the transaction if there is one: ``stored`` (list of ``placement.Stored``), ``planned``
(list of ``sql.PlannedDeliveries``)."""

fanned_out = Signal()
"""Inside the publishing transaction: chunks are left to the workers to place."""

inbox_changed = Signal()
"""Inside the changing transaction: ``change`` (``records.Change``)."""

calling = Signal()
"""Whether ``user`` (an id) is on the phone now, as a page of theirs says: a receiver gives that."""

falls_due = Signal()
"""Inside the transaction: ``queue`` (its code, as ``folds``) has something that falls due in ``seconds``."""

acted = Signal()
"""Inside the transaction: ``user`` (an id) pressed ``action`` (as it was published) of ``notification``, whose row
is locked, at ``now``."""

spread = Signal()
"""Inside the changing transaction: ``spread`` (``spread.Spread``, a change of a notification that reached inboxes) and
``now``. Receivers plan what goes out again, or end what must not go out any more."""

looking_up = Signal()
"""Before a call is stored, where a service is set: ``number`` (E.164), ``user`` (the id or username of a person it
names, or None). A receiver gives a Future of a ``calls.lookup.Caller`` or None, or nothing where nobody is asked."""

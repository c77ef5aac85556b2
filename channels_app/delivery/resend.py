"""What a change of a notification means for its deliveries: some go out again, some must not go out any more."""

from datetime import datetime

from notifcenter.publishing.spread import How, Spread


def follow(spread: Spread, *, now: datetime) -> None:
    """Plan again what a renewal or a fold's end sends once more; end what a withdrawal stops."""
    if spread.how in (How.RENEWED, How.FOLD_ENDED):
        _send_again(spread, now)
    elif spread.how == How.WITHDRAWN:
        _stop(spread, now)


def _send_again(spread: Spread, now: datetime) -> None: ...


def _stop(spread: Spread, now: datetime) -> None: ...

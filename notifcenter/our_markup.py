"""What our own scripts and styles look for: in what others send it would reach out of its row."""

PREFIX, DATA_PREFIX = "nc-", "data-nc-"
HOOKS = frozenset(("notification__item", "notification-inner", "popup-inbox"))
_DATA = """
    data-action data-actions-icnt data-ask data-at data-call data-code data-copy data-daily data-device data-dirty
    data-failed data-id data-kind data-later data-notifcenter-bell data-ok data-page data-part data-provider
    data-push data-rest data-saved data-state data-token data-unreachable data-unsaved data-user data-with
"""
_data = frozenset(_DATA.split())


def is_our_class(name: str) -> bool:
    """Whether a class is one of ours, or one of amoCRM's hooks."""
    folded = name.lower()
    return folded.startswith(PREFIX) or folded in HOOKS


def is_our_data(name: str) -> bool:
    """Whether a ``data-`` attribute is one of ours."""
    return name.startswith(DATA_PREFIX) or name in _data

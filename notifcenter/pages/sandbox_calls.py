"""The calls of the SDK that the sandbox page offers, each with example parameters."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

CODES = (("sdk", "SDK"), ("curl", "curl"), ("python", "Python"), ("js", "JavaScript"))
"""The languages in which each call is shown."""


@dataclass(frozen=True)
class Parameter:
    """A parameter; ``name`` may be a path into an object (``element.id``), ``type`` is that of its HTML input."""

    name: str
    value: Any = ""
    type: str = "text"
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """A call of the SDK; ``rest`` is the REST collection that takes the same, ``kind`` the kind it publishes."""

    name: str
    about: Any
    rest: str = ""
    kind: str = ""
    parameters: tuple[Parameter, ...] = field(default=())

    @property
    def path(self) -> str:
        """The name of the function with its namespace."""
        return f"APP.notifications.{self.name}"


def calls() -> list[Call]:
    """The five methods, in the reader's language."""
    popup = _("A popup on this page: stored nowhere, sent nowhere.")
    stored = _("Into the centre, and through all your active channels.")
    header = Parameter("header", _("Good morning"))
    text = Parameter("text", _("A <b>simple</b> text."), "textarea")
    date = Parameter("date")
    return [
        Call("show_message", popup, "popups", parameters=(header, text, date, Parameter("icon"))),
        Call("show_message_error", popup, "popups", parameters=(header, text, date, Parameter("link"))),
        Call("show_notification", popup, "popups", parameters=_notification_parameters(date)),
        Call("add_call", stored, "notifications", "call", _call_parameters(date)),
        Call("add_error", stored, "notifications", "error", _error_parameters(date)),
    ]


def _notification_parameters(date: Parameter) -> tuple[Parameter, ...]:
    return (
        Parameter("text.header", _("Incoming call")),
        Parameter("text.text", "+7 999 999-99-99"),
        Parameter("type", "call", options=("call", "error")),
        date,
    )


def _error_parameters(date: Parameter) -> tuple[Parameter, ...]:
    return Parameter("text", _("The line is down.")), Parameter("header"), date, Parameter("link", "/profile/")


def _call_parameters(date: Parameter) -> tuple[Parameter, ...]:
    return (
        Parameter("text", _("Widget text")),
        Parameter("header"),
        Parameter("from", "+7 999 999-99-99"),
        Parameter("to", _("Ann")),
        Parameter("duration", 65, "number"),
        Parameter("element.id", 1, "number"),
        Parameter("element.type", "contact", options=("contact", "lead", "company")),
        Parameter("element.name", _("John Smith")),
        Parameter("link"),
        Parameter("click_link"),
        date,
    )

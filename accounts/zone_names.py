"""Time zones as people look for them: by their city, in the active language (CLDR), with the offset of now."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.schedule import zones

Choice = tuple[str, str]


def choices(own: Iterable[str]) -> list[tuple[str, list[Choice]]]:
    """Zones with their labels for a field, in two groups: a person's ``own`` in their order, then one of each city."""
    now, language = datetime.now(UTC).replace(minute=0, second=0, microsecond=0), translation.get_language()
    first = [(name, _label(name, language, now)) for name in dict.fromkeys(own)]
    return [(_("Your time zone"), first), (_("All cities"), _of_cities(language, now))]


def city(name: str) -> str:
    """The city of a zone in the active language."""
    return _city(name, translation.get_language())


@lru_cache(maxsize=4)
def _of_cities(language: str, now: datetime) -> list[Choice]:
    labels = {name: _label(name, language, now) for name in _with_city()}
    return sorted(labels.items(), key=lambda choice: choice[1].casefold().replace("ё", "е"))


def _label(name: str, language: str, now: datetime) -> str:
    place, offset = _city(name, language), _offset(now.astimezone(ZoneInfo(name)).utcoffset() or timedelta())
    return place if place == offset else f"{place} ({offset})"


@lru_cache(maxsize=2000)
def _city(name: str, language: str) -> str:
    from babel.dates import get_timezone_location  # noqa: PLC0415  5 MB, only for pages that show zones

    return get_timezone_location(name, locale=language, return_city=True)


def _offset(offset: timedelta) -> str:
    """Such as UTC, UTC+3, UTC−3:30."""
    minutes = int(offset.total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"
    return "UTC" if not minutes else f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


@cache
def _with_city() -> frozenset[str]:
    """The zones that tzdata lists with a place in a country, and UTC; the others are other names of these."""
    lines = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text().splitlines()
    return frozenset(line.split("\t")[2] for line in lines if line and not line.startswith("#")) & zones() | {"UTC"}

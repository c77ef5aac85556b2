"""Categories: what a provider's manifest declares its notifications to be about."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError

from notifcenter.channel import all_channels
from notifcenter.content import HEADER_MAX, is_clean
from notifcenter.models import Provider, check_code

CATEGORIES_MAX = 100
LANGUAGES = ("ru", "en")
FIELDS = ("code", "name", "description", "channels", "required")
OPTIONAL_CHANNELS = ("telegram", "max", "apprise")
"""They may be set up later."""

Mistake = tuple[tuple[str | int, ...], str]
"""Where under ``categories`` it is, and what to mend."""


def codes(provider: Provider) -> list[str]:
    """The codes that the provider may publish under."""
    return [category["code"] for category in declared(provider.manifest)]


def names(provider: Provider, language: str) -> dict[str, str]:
    """By code."""
    named = {category["code"]: category["name"] for category in declared(provider.manifest)}
    return {code: name if isinstance(name, str) else name[language] for code, name in named.items()}


def declared(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """The categories of a manifest; those that a version before ours stored without looking count where they are
    valid."""
    listed = manifest.get("categories")
    return [] if not isinstance(listed, list) else [one for one in listed if not list(_mistakes_of_one(one))]


def check_manifest(manifest: object) -> None:
    """A validator of Django's: raises ValidationError with the first mistake in the categories."""
    if isinstance(manifest, dict):
        for path, why in mistakes(manifest):
            raise ValidationError("/".join(map(str, ("categories", *path))) + f": {why}")


def mistakes(manifest: dict[str, Any]) -> Iterator[Mistake]:
    """What is wrong with the ``categories`` of a manifest."""
    listed = manifest.get("categories", [])
    if not isinstance(listed, list):
        yield (), "Give a list of categories."
    elif len(listed) > CATEGORIES_MAX:
        yield (), f"Give {CATEGORIES_MAX} categories at most."
    else:
        for index, category in enumerate(listed):
            yield from (((index, *path), why) for path, why in _mistakes_of_one(category))
        yield from _doubles(listed)


def _doubles(listed: list[Any]) -> Iterator[Mistake]:
    seen: set[str] = set()
    for index, category in enumerate(listed):
        code = category.get("code") if isinstance(category, dict) else None
        if isinstance(code, str):
            if code in seen:
                yield (index, "code"), "Another category has this code."
            seen.add(code)


def _mistakes_of_one(category: object) -> Iterator[Mistake]:
    if not isinstance(category, dict):
        yield (), "Give an object."
        return
    for name in category.keys() - set(FIELDS):
        yield (str(name),), f"There is no such field; there are {', '.join(FIELDS)}."
    yield from _mistakes_of_code(category.get("code"))
    yield from _mistakes_of_name(category.get("name"))
    if "description" in category and not _is_line(category["description"]):
        yield ("description",), f"Give a text of {HEADER_MAX} characters at most."
    yield from _mistakes_of_channels(category.get("channels", {}))
    yield from _mistakes_of_required(category.get("required", []))


def _mistakes_of_code(code: object) -> Iterator[Mistake]:
    if not isinstance(code, str):
        yield ("code",), "Give a code."
        return
    try:
        check_code(code)
    except ValidationError as error:
        yield ("code",), str(error.message)


def _mistakes_of_name(name: object) -> Iterator[Mistake]:
    if isinstance(name, str) and _is_line(name) and name.strip():
        return
    if not isinstance(name, dict) or name.keys() != set(LANGUAGES):
        yield ("name",), 'Give a text, or {"ru": …, "en": …}.'
        return
    for language, words in name.items():
        if not _is_line(words) or not words.strip():
            yield ("name", language), f"Give a text of {HEADER_MAX} characters at most."


def _mistakes_of_channels(chosen: object) -> Iterator[Mistake]:
    if not isinstance(chosen, dict):
        yield ("channels",), "Give an object: a channel's code with true or false."
        return
    known = _channel_codes()
    for code, on in chosen.items():
        if code not in known:
            yield ("channels", str(code)), f"There is no such channel; there are {', '.join(known)}."
        elif not isinstance(on, bool):
            yield ("channels", code), "Give true or false."
        elif not on and code in _always_on():
            yield ("channels", code), "This channel cannot be switched off."


def _mistakes_of_required(required: object) -> Iterator[Mistake]:
    if not isinstance(required, list):
        yield ("required",), "Give a list of channels."
        return
    known = _channel_codes()
    for index, code in enumerate(required):
        if code not in known:
            yield ("required", index), f"There is no such channel; there are {', '.join(known)}."


def _channel_codes() -> list[str]:
    installed = [channel.code for channel in all_channels()]
    return installed + [code for code in OPTIONAL_CHANNELS if code not in installed]


def _always_on() -> set[str]:
    return {channel.code for channel in all_channels() if channel.always_on}


def _is_line(value: object) -> bool:
    return isinstance(value, str) and len(value) <= HEADER_MAX and is_clean(value) and "\n" not in value

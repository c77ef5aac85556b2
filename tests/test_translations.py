"""Every text of ours is there in both languages, and the compiled catalogues say what their sources say."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ru", "en")
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
QUOTED = r"u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
IN_TEMPLATE = re.compile(rf"\b(gettext|ngettext)\({QUOTED}")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")

Entry = tuple[str, str, list[str]]


def entries(language: str) -> list[Entry]:
    """What a .po file says: (msgid, msgid_plural, translations), the header left out."""
    text = (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").read_text()
    found = []
    for block in re.split(r"\n{2,}", text)[1:]:
        parts: dict[str, str] = {}
        for line in block.splitlines():
            if line and line[0] not in '#"':
                name, _space, rest = line.partition(" ")
                parts[name] = ast.literal_eval(rest)
            elif line.startswith('"'):
                parts[name] += ast.literal_eval(line)
        said = [value for key, value in parts.items() if key.startswith("msgstr")]
        found.append((parts["msgid"], parts.get("msgid_plural", ""), said))
    return found


def catalogue(language: str) -> gettext.GNUTranslations:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def texts_of_python(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            text = node.args[0]
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found.add(text.value)
    return found


def texts_of_template(path: Path) -> set[str]:
    return {ast.literal_eval(quoted) for _call, quoted in IN_TEMPLATE.findall(templatize(path.read_text()))}


def texts() -> dict[str, Path]:
    found: dict[str, Path] = {}
    for package in ("notifcenter", "accounts", "channels_app"):
        for path in (ROOT / package).rglob("*.py"):
            found |= dict.fromkeys(texts_of_python(path), path)
    for path in (ROOT / "templates").rglob("*.*"):
        found |= dict.fromkeys(texts_of_template(path), path)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_untranslated(language):
    known = {msgid for msgid, _plural, said in entries(language) if all(said)}
    missing = {text: str(path.relative_to(ROOT)) for text, path in texts().items() if text not in known}
    assert missing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_over(language):
    assert {msgid for msgid, _plural, _said in entries(language)} <= texts().keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_says_what_its_source_says(language):
    compiled = {key: said for key, said in catalogue(language)._catalog.items() if key != ""}  # type: ignore[attr-defined]
    written = {}
    for msgid, plural, said in entries(language):
        written |= {(msgid, number): text for number, text in enumerate(said)} if plural else {msgid: said[0]}
    assert compiled == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language):
    for msgid, plural, said in entries(language):
        for text in said:
            assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(plural or msgid)), msgid


@pytest.mark.parametrize(
    ("english", "russian"),
    [
        ("Receive notifications", "Получать уведомления"),
        ("Save", "Сохранить"),
        ("At once", "В момент события"),
        ("Once a day", "Раз в день"),
        ("Call", "Звонок"),
        ("Error", "Ошибка"),
    ],
)
def test_the_words_that_the_contract_names(english, russian):
    assert catalogue("ru").gettext(english) == russian


@pytest.mark.parametrize(("number", "form"), [(1, "1 непрочитанное"), (3, "3 непрочитанных"), (7, "7 непрочитанных")])
def test_russian_counts_by_its_own_rules(number, form):
    text = catalogue("ru").ngettext("%(count)s unread notification", "%(count)s unread notifications", number)
    assert (text % {"count": number}).startswith(form)

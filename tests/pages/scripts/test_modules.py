"""The shape of the scripts: all checked, small, in small folders, and free of circles."""

import posixpath
import re
import shutil
import subprocess
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.processes import ROOT

STATIC = ROOT / "static"
SCRIPTS = STATIC / "notifcenter"
MODULES = sorted(path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.rglob("*.js"))
LOADED = re.compile(r"""["'`]([^"'`\s]*?[\w}-]\.js)["'`]""")
"""An import of any kind, one inside a type, ``importScripts``, ``new URL``: whatever names a script."""
MAX_FILES, MAX_LINES = 20, 300


def loaded_by(module: str) -> set[str]:
    """The modules that one names, as paths from the folder of the SDK."""
    found = set()
    for address in LOADED.findall((SCRIPTS / module).read_text()):
        pattern = re.sub(r"\$\{STATIC\}|\$\{[^}]*\}", lambda part: "" if "STATIC" in part[0] else "*", address)
        base = posixpath.dirname(module) if pattern.startswith(".") else ""
        target = posixpath.normpath(posixpath.join(base, pattern))
        matches = [path.relative_to(SCRIPTS).as_posix() for path in SCRIPTS.glob(target)]
        assert matches, f"{module} loads {address}, which is not there"
        found.update(matches)
    return found


def circle(graph: dict[str, Iterable[str]]) -> list[str]:
    """A circle in the graph, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def unit(module: str) -> str:
    """The folder, or the file where it is in none, as a sibling of the folders."""
    return module.partition("/")[0]


def test_every_script_is_found_in_its_place():
    assert {"sdk.js", "push-worker.js", "words-ru.js", "words-en.js"} <= set(MODULES)
    assert "shared/api-client.js" in loaded_by("push-worker.js") & loaded_by("shared/api.js")
    assert "sdk/start.js" in loaded_by("sdk.js")
    assert {"words-ru.js", "words-en.js"} <= loaded_by("shared/i18n.js")


def test_no_scripts_load_each_other_in_a_circle():
    assert circle({module: loaded_by(module) - {module} for module in MODULES}) == []


def test_no_folders_load_each_other_in_a_circle():
    graph: dict[str, set[str]] = {}
    for module in MODULES:
        graph.setdefault(unit(module), set()).update(set(map(unit, loaded_by(module))) - {unit(module)})
    assert circle(graph) == []


def test_no_folder_has_more_than_twenty_files():
    folders = [STATIC, *(path for path in STATIC.rglob("*") if path.is_dir())]
    crowded = [folder for folder in folders if sum(path.is_file() for path in folder.iterdir()) > MAX_FILES]
    assert crowded == []


@pytest.mark.parametrize("kind", ["*.js", "*.css", "*.ts"])
def test_no_file_is_longer_than_three_hundred_lines(kind):
    lengths = {path: len(path.read_text().splitlines()) for path in STATIC.rglob(kind)}
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}
    assert lengths


def test_one_module_alone_calls_the_api():
    callers = [module for module in MODULES if re.search(r"/?api/v1/.*\bfetch|fetch\(.*api/v1/", text_of(module))]
    assert callers == ["shared/api-client.js"]


def text_of(module: str) -> str:
    """A script in one line."""
    return (SCRIPTS / module).read_text().replace("\n", " ")


def compiler(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """What the TypeScript compiler answers."""
    checker = shutil.which("tsc") or missing("tsc (node-typescript)")
    return subprocess.run(
        [checker, "-p", "tsconfig.json", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_the_types_in_the_scripts_hold():
    done = compiler()
    assert done.returncode == 0, done.stdout


def test_the_types_of_every_script_are_checked():
    listed = {Path(line) for line in compiler("--listFilesOnly").stdout.splitlines()}
    assert {path for path in STATIC.rglob("*.js") if path not in listed} == set()
    assert [module for module in MODULES if not (SCRIPTS / module).read_text().startswith("// @ts-check\n")] == []
    assert [module for module in MODULES if re.search(r"@ts-(nocheck|ignore|expect-error)", text_of(module))] == []


def test_no_script_nests_template_literals():
    """What strips the comments before scripts are served does not know them."""
    nested = [name for name in MODULES if re.search(r"\$\{[^}`]*`", (SCRIPTS / name).read_text())]
    assert nested == []

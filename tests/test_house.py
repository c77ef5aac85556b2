"""The rules that hold the layout: sizes of folders, files and functions, plain identifiers, a picture that is true."""

import ast
import subprocess
import sys
from collections import Counter

import pytest

from tests.processes import ROOT

PACKAGES = ("notifcenter", "accounts", "channels_app")
FILES_MAX, LINES_MAX, FUNCTION_MAX = 20, 300, 25
ANY_MAX = 408  # to be lowered whenever there are fewer
SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
]
VAGUE = {"said", "told", "way", "ways", "kept", "asked", "found", "mine", "stand", "surely"}


def test_no_folder_holds_more_than_twenty_files():
    counts = Counter(path.parent for path in SOURCES if path.name != "__init__.py")
    assert {str(folder.relative_to(ROOT)): n for folder, n in counts.items() if n > FILES_MAX} == {}


def test_no_file_is_longer_than_three_hundred_lines():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > LINES_MAX} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_no_function_is_longer_than_twenty_five_lines(package: str):
    assert {name: length for name, length in _functions(package) if length > FUNCTION_MAX} == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_identifiers_say_what_they_are(package: str):
    assert sorted({place for name, place in _identifiers(package) if name.strip("_") in VAGUE}) == []


def test_ever_fewer_places_take_any_type():
    command = [sys.executable, "-m", "ruff", "check", "--select", "ANN401", "--output-format", "concise", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.count("ANN401") <= ANY_MAX


def test_the_picture_of_the_architecture_is_what_the_imports_say():
    done = subprocess.run(
        [sys.executable, "bin/draw-architecture", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _trees(package: str):
    for path in SOURCES:
        if path.is_relative_to(ROOT / package):
            yield path.relative_to(ROOT), ast.parse(path.read_text())


def _functions(package: str):
    for path, tree in _trees(package):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1


def _identifiers(package: str):
    for path, tree in _trees(package):
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name.lower(), f"{path}:{node.lineno} {name}"
                case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
                    yield name.lower(), f"{path}:{node.lineno} {name}"

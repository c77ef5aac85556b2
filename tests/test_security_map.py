"""The map of OWASP ASVS names tests that exist, and leaves no row of levels 1 and 2 out."""

import ast
import re

from tests.processes import ROOT

MAP = (ROOT / "docs" / "security" / "asvs.md").read_text()
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
"""Rows of levels 1 and 2 by chapter, version 5.0.0."""


def names_in(path: str) -> set[str]:
    """The tests of a file, those of a class with its name before them."""
    names = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return names


def test_every_test_that_the_map_names_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::([\w:]+))?`", MAP)
    assert len(named) > 100
    known = {path: names_in(path) | {""} for path, _test in named if (ROOT / path).is_file()}
    assert [f"{path}::{test}" for path, test in named if test not in known.get(path, ())] == []


def test_no_row_is_left_out_and_none_stands_there_twice():
    cells = re.findall(r"^\| ((?:\d+\.\d+\.\d+(?:, )?)+) \|", MAP, re.MULTILINE)
    rows = [row for cell in cells for row in cell.split(", ")]
    assert len(rows) == len(set(rows))
    by_chapter = {chapter: sum(row.startswith(f"{chapter}.") for row in rows) for chapter in CHAPTERS}
    assert by_chapter == CHAPTERS

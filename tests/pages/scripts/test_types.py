"""The SDK's types as a project has them: beside its own globals, under the strictest compiler."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.processes import ROOT

TYPES = ROOT / "static" / "notifcenter" / "sdk.d.ts"
PROJECT = Path(__file__).parent / "typescript"
STRICT = [
    "--noEmit",
    "--strict",
    "--noUncheckedIndexedAccess",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom",
]
WRONG = [
    "APP.notifications.show_message();",
    "APP.notifications.add_call({ from: 'nobody says anything' });",
    "APP.notifications.add_error({ text: 'T' }, { done: 5 });",
    "APP.addNotificationCallback('code');",
    "APP.sdk.setCallingStatus('yes');",
    "const title: string = APP.constant('managers')['7'].title;",
    "const gone: Event = document.createElement('notifcenter-bell');",
]


def compiled(*files: Path) -> "subprocess.CompletedProcess[str]":
    """What the compiler answers."""
    compiler = shutil.which("tsc") or missing("tsc (node-typescript)")
    return subprocess.run(
        [compiler, *STRICT, str(TYPES), *map(str, files)], capture_output=True, text=True, check=False
    )


def test_calls_compile_beside_a_projects_own_globals_of_the_same_names():
    done = compiled(PROJECT / "globals.d.ts", PROJECT / "calls.ts")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("line", WRONG)
def test_what_is_no_call_does_not_compile(tmp_path, line):
    (tmp_path / "wrong.ts").write_text(f"{line}\nexport {{}};\n")
    assert "wrong.ts(1," in compiled(tmp_path / "wrong.ts").stdout


def test_nothing_else_is_declared_for_everybody():
    declared = re.findall(
        r"^(?:declare )?(?:var|namespace|interface|type|function|const|let|class) (\w+)", TYPES.read_text(), re.M
    )
    assert declared == ["Notifcenter", "APP", "AMOCRM", "Window", "HTMLElementTagNameMap"]

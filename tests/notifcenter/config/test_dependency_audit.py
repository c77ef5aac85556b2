"""The audit of the locked dependencies, which ``make check`` runs."""

import pytest

from tests.fakes.osv import Osv
from tests.processes import PYTHON, ROOT, free_port, run

LOCK = """\
idna==3.0 \\
    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000
celery[redis]==5.6.0 ; python_full_version >= '3.11' \\
    --hash=sha256:0000000000000000000000000000000000000000000000000000000000000000
"""


@pytest.fixture
def audit(tmp_path):
    """Runs it on a small lock: ``audit(url)``."""
    lock = tmp_path / "small.lock"
    lock.write_text(LOCK)
    return lambda url: run([PYTHON, "bin/audit-dependencies", str(lock)], PIP_AUDIT_OSV_URL=url, NO_PROXY="127.0.0.1")


@pytest.fixture
def osv():
    """Starts a stand-in that knows some vulnerabilities."""
    started = []

    def start(known):
        started.append(Osv(known).start())
        return started[-1]

    yield start
    for server in started:
        server.stop()


def test_a_known_vulnerability_fails_with_package_id_and_the_version_that_mends_it(audit, osv):
    server = osv({("idna", "3.0"): ("PYSEC-2026-7", "3.9.1")})
    done = audit(server.url)
    assert done.returncode == 1
    assert "idna 3.0: PYSEC-2026-7, mended by 3.9.1" in done.stderr
    assert sorted(server.asked) == [("celery", "5.6.0"), ("idna", "3.0")]


def test_without_one_it_passes_and_says_how_many_were_asked_about(audit, osv):
    done = audit(osv({}).url)
    assert (done.returncode, done.stdout) == (0, "small.lock: 2 packages audited, 0 known vulnerabilities\n"), (
        done.stderr
    )


def test_where_nobody_can_be_asked_it_names_what_was_not_audited_and_goes_on(audit):
    url = f"http://127.0.0.1:{free_port()}/v1/query"
    done = audit(url)
    assert done.returncode == 0
    assert f"not audited: small.lock, since {url} could not be asked" in done.stderr


def test_make_check_runs_it():
    assert "\t$(DEV)/python bin/audit-dependencies\n" in (ROOT / "Makefile").read_text()

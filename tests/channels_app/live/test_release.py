"""A new version is told to every open page, from whatever process it is announced."""

import json
import subprocess
import time

from tests.processes import NOTIFCENTER, ROOT, environment, wait_until


def test_a_release_reaches_every_open_page_within_three_seconds(installation):
    with installation.live(installation.new_person()) as one, installation.live(installation.new_person()) as two:
        one.next("hello")
        two.next("hello")
        wait_until(lambda: announced(installation, one, two) < 3, what="told within 3 s")


def announced(installation, *pages):
    """The seconds from a release to the last page that was told of it."""
    assert json.loads(installation.manage("release", "2.7.1")) == {"version": "2.7.1"}
    begun = time.monotonic()
    for page in pages:
        assert page.next("release") == {"type": "release", "version": "2.7.1"}
    return time.monotonic() - begun


def test_the_first_frame_tells_the_version(installation):
    installation.manage("release", "2.8")
    with installation.live(installation.new_person()) as page:
        assert page.next("hello")["version"] == "2.8"


def test_it_is_kept_over_a_restart(start_product):
    first = start_product()
    first.manage("release", "3.0")
    first.stop()
    again = start_product(data_dir=first.data_dir)
    with again.live("anna") as page:
        assert page.next("hello")["version"] == "3.0"


def test_the_same_version_again_is_told_again(product, person):
    product.manage("release", "4.0")
    with product.live(person) as page:
        page.next("hello")
        product.manage("release", "4.0")
        assert page.next("release")["version"] == "4.0"


def test_a_version_that_is_none_is_refused(product):
    for version in ("", "  ", "x" * 101, "a\nb"):
        done = subprocess.run(
            [NOTIFCENTER, "release", version], cwd=ROOT, env=environment(product.env), capture_output=True
        )
        assert done.returncode == 1
        assert b"printable" in done.stderr

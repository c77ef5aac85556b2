"""What compose.yaml says."""

from tests import compose
from tests.processes import ROOT


def test_compose_holds_what_the_processes_need():
    services = compose.read()["services"]
    assert services["web"]["deploy"]["replicas"] == services["live"]["deploy"]["replicas"] == 2
    for name in compose.APART:
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    images = {service["image"] for service in services.values()}
    assert not any("/" in image for image in images)


def test_the_procfile_names_the_same_commands():
    lines = (ROOT / "deploy" / "Procfile").read_text().splitlines()
    named = dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))
    services = compose.read()["services"]
    assert named == {name: " ".join(services[name]["command"]) for name in compose.APART}


def test_every_password_is_asked_for_and_none_has_a_default():
    text = (ROOT / "compose.yaml").read_text()
    lines = [line.strip() for line in text.splitlines() if "PASSWORD:" in line]
    assert len(lines) == 2
    assert all("${POSTGRES_PASSWORD:?" in line for line in lines)

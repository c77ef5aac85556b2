"""compose.yaml without containers: the very commands it names, as processes on free ports of this machine."""

import re
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.processes import PYTHON, ROOT, Process, free_port, run
from tests.product import Product

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
APART = ("web", "live", "worker", "beat")
TEMP_PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Composed(Product):
    """The product as compose.yaml has it, behind nginx; ``running`` gives the processes of a service by its name."""

    running: dict[str, list[Process]]
    ports: dict[str, list[int]]


def start_composed(folder: Path, database_url: str, redis_url: str, **env: str) -> Composed:
    """All of it, migrated by the step that compose.yaml names, and ready to be used."""
    folder.mkdir(parents=True)
    services, front = read()["services"], free_port()
    base = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "REDIS_URL": redis_url, **env}
    base |= {"PUBLIC_URL": f"http://127.0.0.1:{front}"}
    migrate(services, base)
    running: dict[str, list[Process]] = {}
    ports: dict[str, list[int]] = {}
    for name in APART:
        for number in range(services[name].get("deploy", {}).get("replicas", 1)):
            environ = environment(services[name], base)
            port = next((int(value) for key, value in environ.items() if key.endswith("_PORT")), 0)
            log = folder / f"{name}-{number}.log"
            running.setdefault(name, []).append(Process(command(services[name]), log, **environ))
            ports.setdefault(name, []).append(port)
    running["nginx"] = [_start_nginx(folder, front, ports)]
    processes = [process for service in running.values() for process in service]
    url = f"http://127.0.0.1:{front}"
    product = Composed(folder, processes, url, url.replace("http", "ws") + "/ws/live/", **base)
    product.running, product.ports = running, ports
    try:
        product.wait_until_ready()
    except BaseException:
        product.kill()
        raise
    return product


def read() -> Any:
    """compose.yaml."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def command(service: Any) -> list[str]:
    """What a service runs, found where this Python's programs are."""
    program, *arguments = service["command"]
    return [PYTHON if program == "python" else str(Path(PYTHON).parent / program), *arguments]


def environment(service: Any, base: dict[str, str]) -> dict[str, str]:
    """A service's environment with this machine's servers, and ports that are free."""
    here = {name: str(value) for name, value in service["environment"].items()}
    here |= {name: "127.0.0.1" for name in here if name.endswith("HOST")}
    here |= {name: str(free_port()) for name in here if name.endswith("_PORT")}
    return here | base


def migrate(services: Any, base: dict[str, str]) -> None:
    """The step that compose.yaml takes before anything else."""
    step = services["migrate"]
    done = run(command(step), **environment(step, base))
    assert done.returncode == 0, done.stderr


def _start_nginx(folder: Path, front: int, ports: dict[str, list[int]]) -> Process:
    config = (ROOT / "deploy" / "nginx.conf").read_text().replace("listen 8080;", f"listen 127.0.0.1:{front};")
    for name in ("web", "live"):
        servers = "".join(rf"server 127.0.0.1:{port}\1;" for port in ports[name])
        config = re.sub(rf"server {name}:\d+( [^;]*);", servers, config)
    kept = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMP_PATHS)
    (folder / "nginx.conf").write_text(config.replace("http {", f"http {{ {kept}", 1))
    own = f"daemon off; pid {folder}/nginx.pid;"
    return Process([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", own], folder / "nginx-0.log")

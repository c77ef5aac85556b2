"""compose.yaml without containers: the very commands it names, as processes with loopback addresses."""

import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.fakes.dns import NameServer
from tests.processes import ROOT, Process, free_port, run
from tests.product import Product

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
APART = ("web", "live", "worker", "beat")
TEMP_PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Composed(Product):
    """The product as compose.yaml has it, behind nginx; ``running`` gives the processes of a service by its name.

    ``addresses`` gives their ``host:port``; ``names`` is the name server that nginx asks.
    """

    running: dict[str, list[Process]]
    addresses: dict[str, list[str]]
    names: NameServer

    def kill(self) -> None:
        """End it at once."""
        super().kill()
        self.names.stop()


def start_composed(folder: Path, database_url: str, redis_url: str, **env: str) -> Composed:
    """All of it, migrated by the step that compose.yaml names, and ready to be used."""
    folder.mkdir(parents=True)
    services, front = read()["services"], free_port()
    base = {"DATA_DIR": str(folder / "data"), "DATABASE_URL": database_url, "REDIS_URL": redis_url, **env}
    base |= {"PUBLIC_URL": f"http://127.0.0.1:{front}"}
    migrate(services, base)
    url = f"http://127.0.0.1:{front}"
    product = Composed(folder, [], url, url.replace("http", "ws") + "/ws/live/", **base)
    product.running, product.addresses, product.names = {}, {}, NameServer()
    ports = {name: str(free_port()) for name in ("web", "live", "worker")}
    for place, name in enumerate(APART):
        for number in range(services[name].get("deploy", {}).get("replicas", 1)):
            add(product, services[name], name, f"127.0.{place + 1}.{number + 1}", ports.get(name, ""))
    product.running["nginx"] = [_start_nginx(folder, front, ports, product.names.port)]
    product.processes = [process for service in product.running.values() for process in service]
    try:
        product.wait_until_ready()
    except BaseException:
        product.kill()
        raise
    return product


def add(product: Composed, service: Any, name: str, host: str, port: str) -> None:
    """One more process of a service, at that address; nginx learns of it by its name."""
    listen = {key: value for key, value in _ports(service, port).items() if value} | {"HOST": host}
    running = product.running.setdefault(name, [])
    log = product.data_dir / f"{name}-{len(running)}.log"
    running.append(Process(command(service), log, **environment(service, product.env) | listen))
    product.addresses.setdefault(name, []).append(f"{host}:{port}")
    product.names.addresses.setdefault(name, []).append(host)


def read() -> Any:
    """compose.yaml."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def command(service: Any) -> list[str]:
    """What a service runs, in this checkout."""
    program, *arguments = service["command"]
    return [str(ROOT / program), *arguments]


def environment(service: Any, base: dict[str, str]) -> dict[str, str]:
    """A service's environment with this machine's servers, and ports that are free."""
    here = {name: str(value) for name, value in service["environment"].items()}
    return here | {"HOST": "127.0.0.1"} | {name: str(free_port()) for name in _ports(service, "")} | base


def migrate(services: Any, base: dict[str, str]) -> None:
    """The step that compose.yaml takes before anything else."""
    step = services["migrate"]
    done = run(command(step), **environment(step, base))
    assert done.returncode == 0, done.stderr


def _ports(service: Any, port: str) -> dict[str, str]:
    return {name: port for name in service["environment"] if name.endswith("PORT")}


def _start_nginx(folder: Path, front: int, ports: dict[str, str], name_server: int) -> Process:
    config = (ROOT / "deploy" / "nginx.conf").read_text().replace("listen 8080;", f"listen 127.0.0.1:{front};")
    config = config.replace("resolver 127.0.0.11 ", f"resolver 127.0.0.1:{name_server} ")
    for name, inside in (("web", 8000), ("live", 8001)):
        config = config.replace(f"http://{name}:{inside};", f"http://{name}:{ports[name]};")
    own_paths = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMP_PATHS)
    (folder / "nginx.conf").write_text(config.replace("http {", f"http {{ {own_paths}", 1))
    own = f"daemon off; pid {folder}/nginx.pid;"
    return Process([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", own], folder / "nginx-0.log")

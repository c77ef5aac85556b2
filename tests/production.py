"""The production shape: web, live, worker and scheduler as processes of their own, on PostgreSQL and Redis."""

from pathlib import Path

from tests.processes import NOTIFCENTER, Process, free_port, run
from tests.product import Product


def start_production(folder: Path, database_url: str, redis_url: str, *, demo: bool = True, **env: str) -> Product:
    """All of it on this machine, ready to be used; HTTP and the socket at two ports, as a front would split them.

    The database has the tables already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    web, live = free_port(), free_port()
    url = f"http://127.0.0.1:{web}"
    environ = {"DATA_DIR": str(folder), "DATABASE_URL": database_url, "REDIS_URL": redis_url, "PUBLIC_URL": url} | env
    if demo:
        _seed(environ)
    ports = {"web": web, "live": live, "worker": 0, "beat": 0}
    processes = [
        Process([NOTIFCENTER, name], folder / f"{name}.log", **environ, **({"PORT": str(port)} if port else {}))
        for name, port in ports.items()
    ]
    product = Product(folder, processes, url, f"ws://127.0.0.1:{live}/ws/live/", **environ)
    try:
        product.wait_until_ready()
    except BaseException:
        product.kill()
        raise
    return product


def _seed(environ: dict[str, str]) -> None:
    done = run([NOTIFCENTER, "shell", "-v0", "-c", "from channels_app import demo; demo.seed()"], **environ)
    assert done.returncode == 0, done.stderr

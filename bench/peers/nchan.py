"""nchan: nginx that takes a POST for a channel and pushes it to the channel's WebSockets."""

import shutil
from pathlib import Path

from bench.tools.machine import memory
from bench.tools.sockets import Call, Endpoint, http
from tests.processes import Process, free_port, wait_until

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
MODULE = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")
TEMP_PATHS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
CONFIG = """
load_module {module};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
worker_rlimit_nofile 20000;
events {{ worker_connections 12000; }}
http {{
    access_log off;
    {paths}
    nchan_shared_memory_size 256m;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location ~ ^/pages/(\\w+)$ {{
            nchan_subscriber websocket;
            nchan_channel_id $1 all;
            nchan_subscriber_first_message newest;
            nchan_websocket_ping_interval 10;
        }}
        location ~ ^/publish/(\\w+)$ {{
            nchan_publisher;
            nchan_channel_id $1;
            nchan_message_buffer_length 100;
        }}
    }}
}}
"""


class Nchan:
    """One nginx worker; every page hears the channel ``all``, too."""

    label = "nchan"

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        folder.mkdir()
        paths = "".join(f"{name}_temp_path {folder}/{name};" for name in TEMP_PATHS)
        config = CONFIG.format(module=MODULE, folder=folder, port=self.port, paths=paths)
        (folder / "nginx.conf").write_text(config)
        self.process = Process([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")], folder / "log")
        wait_until((folder / "nginx.pid").exists, 10, "nchan")

    @staticmethod
    def is_there() -> bool:
        """Whether this machine has it."""
        return bool(NGINX) and MODULE.exists()

    @staticmethod
    def missing() -> str:
        """Why it is not there."""
        return "nchan: libnginx-mod-nchan is not installed here"

    def page(self, number: int) -> Endpoint:
        """A page that hears its own number's channel."""
        return Endpoint(self.port, f"/pages/{number}")

    def publish(self, channel: str, body: bytes, mark: bytes, listeners: int) -> Call:
        """A call that pushes a body of JSON to a channel."""
        return http(f"/publish/{channel}", "", body, mark, listeners)

    def memory(self) -> float:
        """MB of the process that holds the sockets."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return memory(int(children[0]))

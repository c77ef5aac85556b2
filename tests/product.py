"""The product as tests meet it: a running server with its addresses, tokens, mails and live sockets."""

import email
import email.policy
import itertools
import json
import ssl
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

from tests.live import Socket
from tests.migrated import put_tables
from tests.people import MAKE_PEOPLE, MAKE_TOKEN, PASSWORD, TELEPHONY
from tests.processes import PATIENCE, ROOT, Process, command_of, free_port, run, wait_until

PLAIN_HTTP = ssl.create_default_context()  # made once: it reads every certificate of the machine
STARTUP = 300
MANAGEMENT = "management token"
"""Its name among the tokens, which otherwise have those of providers."""
SPARE = 200


class Product:
    """One installation: web at ``base_url``, socket at ``live_url``, data in ``data_dir``, code in ``checkout``."""

    checkout = ROOT

    def __init__(self, data_dir: Path, processes: list[Process], base_url: str, live_url: str, **env: str) -> None:
        self.data_dir, self.processes, self.env = data_dir, processes, env
        self.base_url, self.live_url = base_url, live_url
        self._spare_people: list[str] = []
        self._batches = itertools.count()
        self._tokens: dict[str, str] = {}
        self._mails: dict[str, bytes] = {}

    # --- commands ---

    def manage(self, *arguments: str) -> str:
        """What a management command prints on standard output."""
        done = run([command_of(self.checkout), *arguments], **self.env)
        assert done.returncode == 0, done.stderr + done.stdout
        return str(done.stdout)

    def new_provider_token(self, code: str, *arguments: str) -> str:
        """A fresh token of a provider, which is made where it is not there, as the command makes it."""
        return str(json.loads(self.manage("provider", code, *arguments))["token"])

    @property
    def provider_token(self) -> str:
        """A token of the demo provider."""
        return self._kept(TELEPHONY, lambda: self._rotated(TELEPHONY))

    @property
    def management_token(self) -> str:
        """A token of the host application."""
        return self._kept(MANAGEMENT, lambda: str(json.loads(self.manage("management_token", "tests"))["token"]))

    # --- callers of the REST API ---

    def client(self, token: str = "", **options: Any) -> httpx.Client:
        """A caller of the API with that bearer token; addresses are relative to ``/api/v1/``."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(
            base_url=f"{self.base_url}/api/v1/", headers=headers, timeout=PATIENCE, verify=PLAIN_HTTP, **options
        )

    def provider_api(self, code: str = TELEPHONY) -> httpx.Client:
        """A caller with a token of that provider."""
        return self.client(self._kept(code, lambda: self._rotated(code)))

    def host_api(self) -> httpx.Client:
        """A caller with a management token."""
        return self.client(self.management_token)

    def user_api(self, username: str) -> httpx.Client:
        """A caller with a user token."""
        return self.client(self.user_token(username))

    def user_token(self, username: str) -> str:
        """A fresh token of a user."""
        with self.host_api() as host:
            answer = host.post(f"users/{username}/token/")
        assert answer.status_code in (200, 201), answer.text
        return str(answer.json()["token"])

    def signed_in(self, username: str) -> httpx.Client:
        """A caller with a session cookie and the CSRF header, as a page of the site has them."""
        cookies = self.session_cookies(username)
        headers = {"X-CSRFToken": cookies["csrftoken"]}
        return httpx.Client(
            base_url=self.base_url, timeout=PATIENCE, verify=PLAIN_HTTP, cookies=cookies, headers=headers
        )

    def session_cookies(self, username: str) -> httpx.Cookies:
        """The cookies of a browser in which somebody has just signed in."""
        with httpx.Client(base_url=self.base_url, timeout=PATIENCE, verify=PLAIN_HTTP) as client:
            client.get("/accounts/login/").raise_for_status()
            form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
            answer = client.post("/accounts/login/", data=form, headers={"Referer": self.base_url})
            assert answer.status_code == 302, answer.text
            return client.cookies

    # --- people ---

    def new_person(self, **profile: Any) -> str:
        """The username of somebody whom no other test knows (password ``demo``); ``profile`` as in ``PUT users/``."""
        if not self._spare_people:
            batch = next(self._batches)
            self._spare_people = [f"person-{batch}-{number}" for number in range(SPARE)]
            make = MAKE_PEOPLE.format(password=PASSWORD, names=self._spare_people)
            if MANAGEMENT in self._tokens:
                self.manage("shell", "-v0", "-c", make)
            else:
                self._tokens[MANAGEMENT] = self.manage("shell", "-v0", "-c", make + MAKE_TOKEN).split()[-1]
        username = self._spare_people.pop()
        if profile:
            with self.host_api() as host:
                assert host.put(f"users/{username}/", json=profile).status_code == 200
        return username

    def publish(self, *recipients: str | int, text: str = "Hello", kind: str = "message", **fields: Any) -> str:
        """Publish as the demo provider; gives the notification's id."""
        body = {"kind": kind, "recipients": list(recipients), "text": text, **fields}
        with self.provider_api() as provider:
            answer = provider.post("notifications/", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    # --- what comes out ---

    def live(self, username: str = "", **options: Any) -> Socket:
        """An open live socket; ``username`` connects with a user token of theirs."""
        token = self.user_token(username) if username else ""
        return Socket(self.live_url, token=token, **options)

    def mail(self, address: str = "") -> list[EmailMessage]:
        """The mails written so far, oldest first; only those to ``address`` where it is given."""
        for file in sorted((self.data_dir / "mail").glob("*.eml")):  # they are named by time
            if file.name not in self._mails:
                self._mails[file.name] = file.read_bytes()
        likely = [raw for _, raw in sorted(self._mails.items()) if address.encode() in raw]
        mails = [email.message_from_bytes(raw, policy=email.policy.default) for raw in likely]
        return [mail for mail in mails if address in str(mail["To"])]

    def wait_for_mail(self, address: str, number: int = 1, seconds: float = PATIENCE) -> list[EmailMessage]:
        """The mails to ``address`` as soon as there are that many."""
        found = wait_until(lambda: len(self.mail(address)) >= number, seconds, f"{number} mails to {address}")
        return self.mail(address) if found else []

    # --- its life ---

    def wait_until_ready(self) -> None:
        """Wait for ``/readyz``; a process that ended meanwhile says why."""
        wait_until(self._ready, STARTUP, "readyz")

    def stop(self) -> None:
        """End it as an operator does; every process must go by itself."""
        try:
            for process in self.processes:
                process.stop()
        finally:
            self.kill()

    def kill(self) -> None:
        """End it at once, whatever it is doing."""
        for process in self.processes:
            process.kill()

    def _rotated(self, code: str) -> str:
        with self.host_api() as host:
            host.put(f"providers/{code}/", json={}).raise_for_status()
            return str(host.post(f"providers/{code}/tokens/").raise_for_status().json()["token"])

    def _ready(self) -> bool:
        for process in self.processes:
            assert process.running(), f"It ended by itself:\n{process.output}"
        try:
            return httpx.get(f"{self.base_url}/readyz", timeout=10, verify=PLAIN_HTTP).status_code == 200
        except httpx.TransportError:
            return False

    def _kept(self, name: str, make: Any) -> str:
        if name not in self._tokens:
            self._tokens[name] = make()
        return self._tokens[name]


def start_product(
    data_dir: Path, *arguments: str, demo: bool = True, checkout: Path = ROOT, from_nothing: bool = False, **env: str
) -> Product:
    """``bin/notifcenter up`` of a checkout on a free port, ready to be used.

    ``from_nothing``: it makes its tables by itself, which takes seconds.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    if not from_nothing and checkout == ROOT and not list(data_dir.glob("db.sqlite3*")):
        put_tables(data_dir)
    environ = {"DATA_DIR": str(data_dir), "PORT": str(free_port())} | env
    command = [command_of(checkout), "up", *(["--demo"] if demo else []), *arguments]
    process = Process(command, data_dir / "up.log", **environ)
    url = f"http://127.0.0.1:{environ['PORT']}"
    product = Product(data_dir, [process], url, url.replace("http", "ws") + "/ws/live/", **environ)
    product.checkout = checkout
    try:
        product.wait_until_ready()
    except BaseException:
        product.kill()
        raise
    return product

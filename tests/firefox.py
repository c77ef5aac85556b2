"""The system's Firefox, driven by WebDriver BiDi over a WebSocket: Playwright drives only a build of its own."""

import itertools
import json
import shutil
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.processes import PATIENCE, Process, free_port, wait_until

BINARIES = ("firefox-esr", "firefox")
PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "browser.aboutConfig.showWarning": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "ru-RU, ru, en",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.unified": False,
}

MIDDLE = """(() => {{
    const element = document.querySelector({selector});
    element?.scrollIntoView({{ block: "nearest" }});
    const box = element?.getClientRects()[0];
    return box?.width ? [box.x + box.width / 2, box.y + box.height / 2] : null;
}})()"""


def firefox_binary() -> str | None:
    """Where Firefox lies."""
    return next(filter(None, map(shutil.which, BINARIES)), None)


class Firefox:
    """A running browser with one tab; what its pages throw and nobody catches is in ``errors``."""

    def __init__(self, binary: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines))
        port = free_port()
        command = [binary, "--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", str(port)]
        self.process = Process(command, folder.with_suffix(".log"), HOME=str(folder))
        self.errors: list[str] = []
        self._numbers = itertools.count(1)
        try:
            self._socket = self._connected(f"ws://127.0.0.1:{port}/session")
            self._send("session.new", capabilities={})
            self._send("session.subscribe", events=["log.entryAdded"])
            self._tab = self._send("browsingContext.getTree")["contexts"][0]["context"]
        except BaseException:
            self.process.kill()
            raise

    def open(self, url: str) -> None:
        """Go there, and wait until it is loaded."""
        self._send("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def reload(self) -> None:
        """Load the page anew."""
        self._send("browsingContext.reload", context=self._tab, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of an expression, or of its promise; it must fit JSON. Raises AssertionError where it throws."""
        wrapped = f"(async () => JSON.stringify(await ({expression})) ?? 'null')()"
        answer = self._send(
            "script.evaluate",
            expression=wrapped,
            target={"context": self._tab},
            awaitPromise=True,
            userActivation=False,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def wait_for(self, expression: str, seconds: float = PATIENCE) -> Any:
        """The value of an expression as soon as it is true."""
        wait_until(lambda: self.evaluate(expression), seconds, expression)
        return self.evaluate(expression)

    def click(self, selector: str) -> None:
        """Click in the middle of the first that matches, as a person would."""
        middle, at = MIDDLE.format(selector=json.dumps(selector)), [0, 0]
        found = self.wait_for(middle)
        while found != at:  # what enters softly stands still soon
            at, found = found, self.wait_for(middle)
        x, y = (round(value) for value in found)
        pointer = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        source = {"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": pointer}
        self._send("input.performActions", context=self._tab, actions=[source])

    def type(self, text: str) -> None:
        """Press the keys of a text, where the focus is."""
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self._send("input.performActions", context=self._tab, actions=[{"type": "key", "id": "keys", "actions": keys}])

    def forget(self) -> None:
        """Drop every cookie: the next page knows nobody."""
        self._send("storage.deleteCookies")

    def stop(self) -> None:
        """End it."""
        try:
            self._send("browser.close")
            self._socket.close()
        except (WebSocketException, OSError, AssertionError):
            pass
        self.process.kill()

    def _connected(self, url: str) -> ClientConnection:
        found: list[ClientConnection] = []

        def try_to() -> bool:
            assert self.process.running(), self.process.output
            try:
                found.append(connect(url, max_size=None, open_timeout=10, compression=None))
            except (WebSocketException, OSError):
                return False
            return True

        wait_until(try_to, 120, "Firefox")
        return found[0]

    def _send(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv(timeout=120))
            if message.get("type") == "event":
                self._note(message["params"])
            elif message.get("id") == number:
                assert message["type"] == "success", f"{method}: {message}"
                return message["result"]

    def _note(self, entry: dict[str, Any]) -> None:
        if entry.get("type") == "javascript" and entry.get("level") == "error":
            self.errors.append(str(entry.get("text")))

"""Chromium driven over the DevTools protocol by a pipe: one browser, one page after another, and all that a page did.

Pipe      `--remote-debugging-pipe`: JSON messages ended by NUL on the browser's file descriptors 3 (to it) and 4 (from it)
Page      knows the requests it made, what the console said, exceptions, dialogs and faults against the content policy
Absent    `find()` is None where no Chromium is installed; the tests that need it say so and are skipped
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"),
    *("--disable-extensions", "--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--mute-audio", "--disable-default-apps", "--remote-debugging-pipe", "about:blank"),
)
PATIENCE = 30.0


def find() -> str | None:
    """The browser's program."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Broken(AssertionError):
    """The browser did not answer, or what was asked of the page failed."""


class Browser:
    """A headless browser with a profile of its own in `folder`."""

    def __init__(self, program: str, folder: Path) -> None:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (to_read, to_write)]
        null = os.open(os.devnull, os.O_RDWR)
        moved = [(os.POSIX_SPAWN_DUP2, high[0], 3), (os.POSIX_SPAWN_DUP2, high[1], 4)]
        quiet = [(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)]
        # HOME too: nothing of whoever runs the tests is read or written.
        environment = {**os.environ, "HOME": str(folder)}
        arguments = [program, f"--user-data-dir={folder}", *FLAGS]
        self._pid = os.posix_spawn(program, arguments, environment, file_actions=[*moved, *quiet], setpgroup=0)
        for fd in (to_read, to_write, null, *high):
            os.close(fd)
        self._rest = b""
        self._last = 0
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.send("Browser.close")
        except (Broken, OSError):
            os.killpg(self._pid, signal.SIGKILL)
        # It ends when the pipe does.
        os.close(self._write)
        os.close(self._read)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 10
        while time.monotonic() < until:
            if os.waitpid(self._pid, os.WNOHANG)[0]:
                return
            time.sleep(0.02)
        os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def send(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """What the browser answers; the events that come meanwhile are kept."""
        self._last += 1
        number = self._last
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = self._next(until)
            if found.get("id") == number:
                if "error" in found:
                    raise Broken(f"{method}: {found['error']}")
                answer: dict[str, Any] = found["result"]
                return answer
            self.events.append(found)
        raise Broken(f"{method}: no answer")

    def _next(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._read], [], [], max(until - time.monotonic(), 0))
            more = os.read(self._read, 1 << 20) if ready else b""
            if not more:
                raise Broken("the browser is silent")
            self._rest += more
        said, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(said)
        return found

    @contextmanager
    def page(self, width: int = 1366, height: int = 768) -> Iterator[Page]:
        """A page of its own, closed afterwards."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        made = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            made.send(f"{domain}.enable")
        made.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        try:
            yield made
        finally:
            self.send("Target.closeTarget", targetId=target)


class Page:
    """One page."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session
        self.path = Path()

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Something of this page."""
        return self._browser.send(method, self._session, **parameters)

    def open(self, path: Path, place: str = "") -> None:
        """Opens a file and waits until its script is ready."""
        self.path = path
        self.send("Page.navigate", url=path.as_uri() + place)
        self.until("document.readyState === 'complete' && / ready/.test(document.documentElement.className)")

    def run(self, code: str) -> Any:
        """The value of an expression in the page."""
        found = self.send("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise Broken(str(found["exceptionDetails"].get("exception", {}).get("description", found)))
        return found["result"].get("value")

    def until(self, code: str, seconds: float = PATIENCE) -> None:
        """Waits until an expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.run(f"(() => {{ try {{ return !!({code}); }} catch (e) {{ return false; }} }})()"):
                return
            time.sleep(0.01)
        raise Broken(f"never true: {code}")

    def key(self, name: str, shift: bool = False) -> None:
        """Presses a key."""
        codes = {"Tab": 9, "Enter": 13, "Escape": 27, "ArrowUp": 38, "ArrowDown": 40, "ArrowLeft": 37, "ArrowRight": 39}
        parameters: dict[str, Any] = {
            "key": name, "code": name, "windowsVirtualKeyCode": codes[name], "modifiers": 8 if shift else 0,
        }  # fmt: skip
        if name == "Enter":
            parameters["text"] = "\r"
        self.send("Input.dispatchKeyEvent", type="keyDown", **parameters)
        self.send("Input.dispatchKeyEvent", type="keyUp", **parameters)

    def type(self, words: str) -> None:
        """Types into what has the focus."""
        self.send("Input.insertText", text=words)

    def click(self, selector: str) -> None:
        """Clicks in the middle of the first element of a selector, as a hand would."""
        box = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)}); e.scrollIntoView({{block: 'center', "
            "behavior: 'instant'}); const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    def picture(self) -> bytes:
        """What is seen, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])

    def paper(self) -> bytes:
        """The page printed on A4, as PDF."""
        return base64.b64decode(self.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])

    def events(self, method: str) -> list[Mapping[str, Any]]:
        """What the page told of that kind so far."""
        self.run("0")
        return [
            event["params"]
            for event in self._browser.events
            if event.get("method") == method and event.get("sessionId") == self._session
        ]

    def requests(self) -> list[str]:
        """The addresses that were asked for, but for files and for pictures within the page."""
        asked = [event["request"]["url"] for event in self.events("Network.requestWillBeSent")]
        return [url for url in asked if not url.startswith(("file:", "data:"))]

    def files(self) -> list[str]:
        """The files that were opened."""
        asked = [event["request"]["url"] for event in self.events("Network.requestWillBeSent")]
        return sorted({url.partition("#")[0] for url in asked if url.startswith("file:")})

    def faults(self) -> list[str]:
        """Errors, warnings, exceptions, dialogs, blocked content."""
        said = [
            str(event["entry"]["text"])
            for event in self.events("Log.entryAdded")
            if event["entry"]["level"] in ("error", "warning")
        ]
        said += [
            str(event["args"])
            for event in self.events("Runtime.consoleAPICalled")
            if event["type"] in ("error", "warning", "assert")
        ]
        said += [str(event["exceptionDetails"]) for event in self.events("Runtime.exceptionThrown")]
        return said + [str(event) for event in self.events("Page.javascriptDialogOpening")]

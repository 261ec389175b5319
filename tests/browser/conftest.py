"""A real browser over both doors: the published site under a sub-path, and the server."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
SOURCE = Path(__file__).parent.parent.parent / "src"

#: How long anything may take on a busy machine, in milliseconds.
PATIENCE = 30_000


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, as Playwright drives it."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser at {CHROMIUM}; CHROMIUM names another")
    with api.sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield found
        found.close()


@pytest.fixture(scope="session")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Where the real graph's site is to be had: the door's name -> the address of its root."""
    folder = tmp_path_factory.mktemp("published")
    path = os.pathsep.join(filter(None, [str(SOURCE), os.environ.get("PYTHONPATH")]))
    start = partial(
        subprocess.Popen, env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    command = (sys.executable, "-m", "barriergraph")
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    server = start([*command, "serve", "--port", str(port)])
    files = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=files.serve_forever, daemon=True)
    thread.start()
    try:
        publishing = start([*command, "publish", str(folder / "sub" / "path")])
        _, said = publishing.communicate(timeout=300)
        assert publishing.returncode == 0, said.decode()
        served = f"http://127.0.0.1:{port}/"
        _wait(served)
        yield {
            "static": f"http://127.0.0.1:{files.server_port}/sub/path/",
            "server": served,
        }
    finally:
        files.shutdown()
        files.server_close()
        thread.join()
        server.terminate()
        server.communicate(timeout=60)


def _wait(address: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}health", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError(f"nothing answers at {address}")


class Visit:
    """A page in the browser, and what went wrong there: errors, and requests to other origins."""

    def __init__(self, page: Any, root: str) -> None:
        self.page = page
        self.root = root
        self.errors: list[str] = []
        self.strangers: list[str] = []
        page.set_default_timeout(PATIENCE)
        self._heard = {"console": self._said, "pageerror": self._failed, "request": self._asked}
        for event, heard in self._heard.items():
            page.on(event, heard)

    def leave(self) -> None:
        """Listen no more, and leave nothing running, so that another may use the window."""
        for event, heard in self._heard.items():
            self.page.remove_listener(event, heard)
        self.page.goto("about:blank")

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _failed(self, error: Any) -> None:
        self.errors.append(str(error))

    def _asked(self, request: Any) -> None:
        own = "/".join(self.root.split("/")[:3]) + "/"
        if not request.url.startswith((own, "data:", f"blob:{own}")):
            self.strangers.append(request.url)

    def open(self, path: str) -> Any:
        self.page.goto(self.root + path)
        return self.page

    def told(self, start: str) -> str:
        """Wait until the line that tells how an answer stands begins so, and return it."""
        found = self.page.locator("#told", has_text=re.compile(f"^{start}"))
        found.wait_for()
        return str(found.inner_text())

    def saved(self, link: str) -> bytes:
        """Return the file that a link saves."""
        with self.page.expect_download() as found:
            self.page.click(link)
        return Path(found.value.path()).read_bytes()

    def rows(self) -> list[list[tuple[str, str]]]:
        """Return the cells of the answer: what is read in each, and where it leads."""
        found = self.page.evaluate(
            """() => [...document.querySelectorAll("#answer tr")].map((row) =>
              [...row.cells].map((cell) => [
                cell.innerText.trim(), cell.querySelector("a")?.href ?? ""]))"""
        )
        return [[(text, link.removeprefix(self.root)) for text, link in row] for row in found]


@pytest.fixture(scope="module")
def windows(browser: Any) -> Iterator[dict[str, Any]]:
    """The browser's windows so far, by door and kind: to open one takes long."""
    found: dict[str, Any] = {}
    yield found
    for page in found.values():
        page.context.close()


@pytest.fixture
def visit(
    browser: Any, doors: dict[str, str], windows: dict[str, Any]
) -> Iterator[Callable[..., Visit]]:
    """Take a window on a door; more arguments are those of a browser's context."""
    visits = []

    def make(door: str, **more: object) -> Visit:
        key = repr((door, sorted(more.items())))
        if key not in windows:
            windows[key] = browser.new_context(**more).new_page()
        windows[key].set_viewport_size({"width": 1280, "height": 900})
        visits.append(Visit(windows[key], doors[door]))
        return visits[-1]

    yield make
    for one in visits:
        one.leave()

"""``GET /apar/downloadcsv`` answers with the register; ``POST /_control/register`` and ``/_control/fault`` steer it."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FILE = "/apar/downloadcsv"
OLD = "/roatp/downloadcsv"
DOWN = "/service-unavailable"
PAGE = b"<!DOCTYPE html><html><head><title>Service unavailable</title></head><body>Try again later.</body></html>"
MEGABYTE = b"x" * 1024 * 1024


class Fault(StrEnum):
    """What the site does instead of sending the register."""

    NONE = ""
    DOWN = "down"  # as the real one: a redirect to a page that says so
    HTML = "html"  # the page itself, under the name and type of a CSV file
    TRUNCATED = "truncated"  # the connection ends before the length that was announced
    CUT = "cut"  # a file whose last line is incomplete, sent as if it were whole
    BROKEN = "500"
    SLOW = "slow"  # a byte now and then, for ever
    ELSEWHERE = "elsewhere"  # a redirect to another host
    LOOP = "loop"
    OVERSIZED = "oversized"


@dataclass
class Site:
    """What the site has, and how it behaves."""

    register: bytes = b""
    fault: Fault = Fault.NONE
    requests: list[str] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    kept_in: Path | None = None

    def current(self) -> bytes:
        if self.kept_in is not None and self.kept_in.is_file():
            return self.kept_in.read_bytes()
        return self.register

    def take(self, register: bytes) -> None:
        self.register = register
        if self.kept_in is not None:
            self.kept_in.write_bytes(register)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: "Server"
    timeout = 30.0

    def do_GET(self) -> None:
        site = self.server.site
        site.requests.append(self.path)
        if self.path == DOWN:
            self._send(503 if site.fault is Fault.BROKEN else 200, PAGE, "text/html; charset=utf-8")
        elif self.path == OLD:
            self._redirect(FILE)
        elif self.path == FILE:
            self._file(site)
        else:
            self._send(404, PAGE, "text/html; charset=utf-8")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/_control/register":
            self.server.site.take(body)
        elif self.path == "/_control/fault":
            self.server.site.fault = Fault(body.decode())
        else:
            self._send(404, b"", "text/plain")
            return
        self._send(204, b"", "text/plain")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Silent."""

    def _file(self, site: Site) -> None:
        data = site.current()
        redirects = {
            Fault.DOWN: DOWN,
            Fault.LOOP: OLD,
            Fault.ELSEWHERE: f"http://localhost.example:{self.server.server_address[1]}{FILE}",
        }
        bodies = {
            Fault.NONE: (200, data, "text/csv", None),
            Fault.HTML: (200, PAGE, "text/csv", None),
            Fault.BROKEN: (500, b"", "text/plain", None),
            Fault.TRUNCATED: (200, data[: len(data) // 2], "text/csv", len(data)),
            Fault.CUT: (200, data[:-9], "text/csv", None),
        }
        if site.fault in redirects:
            self._redirect(redirects[site.fault])
        elif site.fault in bodies:
            self._send(*bodies[site.fault])
        elif site.fault is Fault.SLOW:
            self._drip(data)
        else:
            self._flood()

    def _send(self, status: int, body: bytes, kind: str, announced: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if status != 204:
            self.send_header("Content-Length", str(len(body) if announced is None else announced))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, to: str) -> None:
        self.send_response(302)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _begin(self, length: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _drip(self, data: bytes) -> None:
        self._begin(len(data))
        with contextlib.suppress(OSError):
            for byte in data:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                if self.server.site.stopping.wait(0.05):
                    return

    def _flood(self) -> None:
        self._begin(64 * len(MEGABYTE))
        with contextlib.suppress(OSError):
            for _ in range(64):
                self.wfile.write(MEGABYTE)


class Server(ThreadingHTTPServer):
    """The site on one address."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: Site) -> None:
        self.site = site
        super().__init__(address, Handler)

    @property
    def url(self) -> str:
        """Where the register is."""
        return f"http://127.0.0.1:{self.server_address[1]}{FILE}"


@contextlib.contextmanager
def running(register: bytes = b"") -> Iterator[Server]:
    """A site on a free port in a thread of this process, stopped at the end."""
    server = Server(("127.0.0.1", 0), Site(register))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.site.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def serve_until_killed(server: Server) -> None:
    """For the command line."""
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.site.stopping.set()

"""The sockets: HTTP/1.1 with kept connections, one thread each, and the misconduct a fault may order."""

import json
import os
import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes

from simulators.assessment_service.api import Answer
from simulators.assessment_service.control import Control
from simulators.assessment_service.front import Conduct, Front, Reply, Request

CONTROL = "_control"


class Server(ThreadingHTTPServer):
    """One stand-in on one address. ``stopping`` wakes those who hang."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], front: Front) -> None:
        self.front = front
        self.control = Control(front)
        self.stopping = threading.Event()
        super().__init__(address, Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection. Head and body leave in one write, so that neither waits for the other's receipt."""

    protocol_version = "HTTP/1.1"
    server_version = "StandIn"
    sys_version = ""
    wbufsize = -1
    timeout = 120.0
    server: Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Silent: the line would hold the path, and the path holds a ULN and a name."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        segments = decoded_segments(self.path)
        if segments[0] == CONTROL:
            self._send(self._control("/".join(segments[1:]), body))
            return
        headers = {name.title(): value for name, value in self.headers.items()}
        request = Request(self.command, segments, headers, body, self.client_address[0])
        self._conduct(self.server.front.reply(request))

    def _control(self, name: str, body: bytes) -> Answer:
        try:
            data = json.loads(body) if body else {}
        except ValueError:
            return Answer(400, {"error": "the body is not JSON"})
        return self.server.control.answer(self.command, name, data)

    def _conduct(self, reply: Reply) -> None:
        if reply.conduct is Conduct.SEND:
            self._send(reply.answer)
        elif reply.conduct is Conduct.TRUNCATE:
            self._send(reply.answer, keep=0.5)
        elif reply.conduct is Conduct.CUT:
            self._send(reply.answer, keep=0.5, honest=False)
            self.close_connection = True
        else:
            if reply.conduct is Conduct.HANG:
                self.server.stopping.wait(reply.seconds)
            self._reset()

    def _send(self, answer: Answer, *, keep: float = 1.0, honest: bool = True) -> None:
        """Send the answer; of its body only the share ``keep``, with an ``honest`` length or that of the whole."""
        body = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
        kept = body[: int(len(body) * keep)]
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(kept if honest else body)))
        self.end_headers()
        self.wfile.write(kept)
        self.wfile.flush()

    def _reset(self) -> None:
        """End the connection with RST, as a crashed process or a dropped load balancer does."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


def decoded_segments(path: str) -> list[str]:
    """The parts of a request's path, split first and decoded after, so that a ``%2F`` is part of a name."""
    raw = path.split("?", 1)[0].encode("latin-1", "replace").removeprefix(b"/")
    return [unquote_to_bytes(part).decode("utf-8", "replace") for part in raw.split(b"/")]

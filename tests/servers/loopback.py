"""A small HTTP server on 127.0.0.1: what the stand-ins have in common."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from servers.faults import Fault, Faults, Request


@dataclass
class Reply:
    """An answer: `json` where it is set, else `body`."""

    status: int = 200
    json: Any = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def data(self) -> bytes:
        """What goes over the wire."""
        return json.dumps(self.json).encode() if self.json is not None else self.body


class Loopback:
    """Answers each request by `answer`, unless a fault hits it. Requests are recorded, also those that failed."""

    def __init__(self, port: int = 0) -> None:
        self.faults = Faults()
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are two packets: the second must not wait for the first one's receipt (40 ms).
            disable_nagle_algorithm = True

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except (ConnectionResetError, BrokenPipeError):
                    self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Tests read `requests` instead."""

            def _serve(self) -> None:
                loopback._serve(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _serve

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def requests(self) -> list[Request]:
        """All requests so far."""
        return self.faults.requests

    def answer(self, request: Request, fault: Fault | None) -> Reply:
        """Act. The fault is handed on for its `act` part."""
        raise NotImplementedError

    def error(self, status: int, reason: str, message: str) -> Reply:
        """An error as Google's JSON interfaces write it."""
        about = {"reason": reason, "message": message, "domain": "global"}
        return Reply(
            status, {"error": {"code": status, "message": message, "errors": [about], "status": reason}}
        )

    def close(self) -> None:
        """Stop listening."""
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        request = _read(handler)
        self.faults.record(request)
        fault = self.faults.take(request)
        if fault is not None and fault.hold is not None:
            fault.hold.wait(30)
        if fault is not None and fault.status:
            reply = self.error(fault.status, fault.reason or "backendError", fault.message or "injected")
            reply.headers.update(fault.headers)
        else:
            reply = self.answer(request, fault)
        if fault is not None and fault.lose_reply:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        data = reply.data()
        if fault is not None and fault.spoil is not None:
            data = fault.spoil(data)
        request.status = reply.status
        handler.send_response(reply.status)
        headers = {"Content-Type": "application/json; charset=UTF-8", **reply.headers}
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(data)


def _read(handler: BaseHTTPRequestHandler) -> Request:
    parts = urlsplit(handler.path)
    headers = {name.lower(): value for name, value in handler.headers.items()}
    body = b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int(handler.rfile.readline().split(b";")[0], 16):
            body += handler.rfile.read(size)
            handler.rfile.readline()
        handler.rfile.readline()
    else:
        body = handler.rfile.read(int(headers.get("content-length", 0)))
    plain = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
    content = None
    if plain and "json" in headers.get("content-type", ""):
        # A part of an upload may be called JSON, too.
        with suppress(ValueError):
            content = json.loads(plain)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(
        handler.command,
        unquote(parts.path),
        query,
        headers,
        plain,
        json=content,
        target=handler.path,
    )


@contextmanager
def serving(server: Loopback) -> Iterator[Loopback]:
    """The server, closed at the end."""
    try:
        yield server
    finally:
        server.close()

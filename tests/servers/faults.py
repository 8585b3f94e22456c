"""What a stand-in can be told to do wrong, in one vocabulary for all of them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """One request as it came in, and what was answered."""

    method: str
    path: str
    """Without the query."""
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    status: int = 0
    """What the client was told; 0 where it was told nothing."""
    json: Any = None
    """The body, where it is JSON."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What the server knows of it beyond HTTP: the job it made, whether that was billed."""
    target: str = ""
    """Path and query as they came, still quoted: an object's name may hold slashes."""


@dataclass
class Fault:
    """Goes wrong at the next request that matches, so many times; `skip` lets so many matching ones pass before.

    `status` with `reason` (Google's `quotaExceeded`, `backendError`, …) answers so instead of acting;
    `lose_reply` acts, then closes the connection without an answer; `hold` acts only after the event is set;
    `spoil` changes the finished answer's body; `act` is for the server itself (a job that fails after it was
    accepted: `{"job": {"reason": …, "message": …}}`).
    """

    method: str = ".*"
    path: str = ".*"
    """Regular expression that is searched in `path?query`."""
    times: int = 1
    skip: int = 0
    status: int = 0
    reason: str = ""
    message: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    lose_reply: bool = False
    hold: threading.Event | None = None
    spoil: Callable[[bytes], bytes] | None = None
    act: dict[str, Any] = field(default_factory=dict)
    where: Callable[[Request], bool] | None = None
    """A further condition on the request."""
    seen: int = 0
    """How often it has gone wrong."""

    def matches(self, request: Request) -> bool:
        """The request is one of those that it is about."""
        query = "&".join(f"{key}={value}" for key, value in request.query.items())
        place = request.path + (f"?{query}" if query else "")
        return (
            re.fullmatch(self.method, request.method) is not None
            and re.search(self.path, place) is not None
            and (self.where is None or self.where(request))
        )


class Faults:
    """The faults that are set, and the requests that came, of one server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set: list[Fault] = []
        self.requests: list[Request] = []

    def add(self, fault: Fault) -> Fault:
        """Set a fault; several are asked in the order in which they were set."""
        with self._lock:
            self._set.append(fault)
        return fault

    def clear(self) -> None:
        """Forget faults and requests."""
        with self._lock:
            self._set.clear()
            self.requests.clear()

    def record(self, request: Request) -> None:
        """Keep a request."""
        with self._lock:
            self.requests.append(request)

    def take(self, request: Request) -> Fault | None:
        """The fault that hits this request, if one does; it is used up by it."""
        with self._lock:
            for fault in self._set:
                if fault.seen < fault.times and fault.matches(request):
                    if fault.skip:
                        fault.skip -= 1
                        continue
                    fault.seen += 1
                    return fault
        return None

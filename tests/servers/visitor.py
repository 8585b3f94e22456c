"""A visitor of a served app without a browser: one websocket, as the app's own page opens it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60


@dataclass
class Visit:
    """What a page shows: all its texts, one below the other, and its buttons by label."""

    text: str
    buttons: dict[str, str]
    sent_to: str = ""
    """Where the browser is sent, to sign in."""


class Visitor:
    """Connects with headers, as a proxy would add them, and looks at pages over that one connection."""

    def __init__(
        self,
        port: int,
        headers: Sequence[tuple[str, str]] = (),
        *,
        host: str = "127.0.0.1",
        cookies: Mapping[str, str] | None = None,
    ) -> None:
        # The page hands one cookie back as the second of the protocols, which a strange site can't read.
        protocols = ["streamlit"]
        if cookies:
            protocols.append(cookies["_streamlit_xsrf"])
            headers = [*headers, ("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()))]
        self._opening = connect(
            f"ws://{host}:{port}/_stcore/stream",
            # The name is one that no machine has: it is only what a browser would say.
            sock=socket.create_connection(("127.0.0.1", port)),
            origin=f"http://{host}:{port}",  # type: ignore[arg-type]
            additional_headers=headers,
            subprotocols=protocols,  # type: ignore[arg-type]
            max_size=None,
            proxy=None,
        )
        self._page, self._query = "", ""

    def __enter__(self) -> Visitor:
        self._socket: ClientConnection = self._opening.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._opening.__exit__(*error)

    def look(self, page: str = "", **query: str) -> Visit:
        """Run a page's script, and wait for its end."""
        self._page, self._query = page, urlencode(query)
        return self._run(BackMsg())

    def press(self, button: str) -> Visit:
        """Press a button of the page that was looked at, and wait for where that leads."""
        asked = BackMsg()
        pressed = asked.rerun_script.widget_states.widgets.add()
        pressed.id, pressed.trigger_value = button, True
        return self._run(asked)

    def _run(self, asked: BackMsg) -> Visit:
        asked.rerun_script.query_string = self._query
        asked.rerun_script.page_name = self._page
        self._socket.send(asked.SerializeToString())
        visit = Visit("", {})
        while True:
            said = ForwardMsg()
            said.ParseFromString(self._socket.recv(timeout=PATIENCE))  # type: ignore[arg-type]
            kind = said.WhichOneof("type")
            if kind == "delta":
                visit.text += "\n".join((*_texts(said.delta), ""))
                button = said.delta.new_element.button
                if button.id:
                    visit.buttons[button.label] = button.id
            elif kind == "auth_redirect":
                visit.sent_to = said.auth_redirect.url
            elif kind == "script_finished" and said.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return visit


def _texts(message: Any) -> Iterator[str]:
    for field, value in message.ListFields():
        if field.type == field.TYPE_STRING:
            yield from [value] if isinstance(value, str) else list(value)
        elif field.type == field.TYPE_MESSAGE:
            repeated = not hasattr(value, "ListFields")
            for each in value if repeated else [value]:
                if hasattr(each, "ListFields"):
                    yield from _texts(each)

"""Objects of a bucket as BigQuery's loads read them from this machine: how long a busy service is asked again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from servers.clock import RetryClock
from servers.faults import Fault
from servers.storage import StorageServer

from synth_core.adapters.bigquery.fetch import generations, list_objects, local_copies, opened
from synth_core.adapters.google.patience import seconds
from synth_core.errors import TransientError
from synth_core.model.project import SourceKind
from synth_core.ports import LoadFiles

OBJECT = "gs://made-here/rows.ndjson"


def read(uri: str) -> None:
    with opened(uri) as stream:
        stream.seek(0, 2)
        stream.seek(0)
        stream.read()


def copied(uri: str) -> None:
    with local_copies(LoadFiles(paths=(uri,), kind=SourceKind.NDJSON, columns=())) as files:
        assert Path(files.paths[0]).read_bytes() == b"{}\n"


@pytest.mark.parametrize("call", ["metadata", "media"])
@pytest.mark.parametrize(
    "ask", [read, copied, lambda uri: generations([uri]), list_objects], ids=["read", "copy", "stat", "list"]
)
def test_a_busy_service_is_asked_again_as_long_as_was_said(
    storage_server: StorageServer, monkeypatch: pytest.MonkeyPatch, ask: Callable[[str], object], call: str
) -> None:
    storage_server.bucket("made-here")
    storage_server.put(OBJECT, b"{}\n")
    clock = RetryClock.set(monkeypatch)
    of_media = Fault(status=503, times=10**6, where=lambda request: request.query.get("alt") == "media")
    of_others = Fault(status=503, times=10**6, where=lambda request: request.query.get("alt") != "media")
    fault = storage_server.faults.add(of_media if call == "media" else of_others)
    try:
        ask(OBJECT)
    except TransientError:
        assert fault.seen > 2
        assert seconds() / 4 < clock.monotonic() < seconds()
    else:
        assert not fault.seen

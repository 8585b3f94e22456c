"""What must not stand in messages about Google's services."""

from __future__ import annotations

import pytest
import requests

from synth_core import wiring
from synth_core.adapters.google.clients import bigquery_client, storage_client
from synth_core.adapters.google.errors import message_of
from synth_core.adapters.google.models import model_client
from synth_core.checkup.wanted import Wanted
from synth_core.errors import UsageError


def test_the_address_of_an_upload_is_not_told() -> None:
    error = requests.ConnectionError(
        "Max retries exceeded with url: /upload/b?uploadType=resumable&upload_id=AB-c_9&x=1 (Caused by reset)"
    )
    told = message_of(error)
    assert "AB-c_9" not in told and "upload_id=…&x=1" in told


@pytest.mark.parametrize("name", ["BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"])
def test_passwords_in_addresses_are_not_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "ana:pa55@host")
    with pytest.raises(UsageError) as told:
        bigquery_client("p") if name.startswith("BIG") else storage_client()
    assert name in str(told.value) and "pa55" not in str(told.value)
    with pytest.raises(UsageError) as told:
        model_client("p", "global", "ana:pa55@host")
    assert "pa55" not in str(told.value)


def test_doctor_names_stand_ins_without_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGQUERY_EMULATOR_HOST", "http://ana:pa55@localhost:1")
    wanted = Wanted(project="p", audit="p.d.t", models=("one",), model_endpoint="http://bob:pa55@localhost:2")
    said = wiring.open_probes(wanted).credentials().said
    assert "http://***@localhost:1" in said and "http://***@localhost:2" in said

"""The settings in the header's menu."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from opening import Open, choose, keep_open, words

from synth_core import api
from synth_core.access import Role
from synth_core.settings import PARAMETERS


def test_every_parameter_with_its_origin_and_without_secrets(
    open_app: Open, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_LOCAL_ROWS", "1234")
    monkeypatch.setenv("SYNTH_MODEL_ENDPOINT", "https://ana:hunter2@stand-in.example")
    app = open_app("")
    choose(app, "Settings")
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["Parameter"]) == list(PARAMETERS)
    rows = {row["Parameter"]: (row["Value"], row["From"]) for row in table.to_dict("records")}
    assert rows["local_rows"] == ("1,234", "environment SYNTH_LOCAL_ROWS")
    assert rows["store"] == ("(empty)", "default")
    assert rows["model_endpoint"][0] == "https://***@stand-in.example"
    assert [each.name for each in api.configuration()] == list(PARAMETERS)


def test_the_checks_of_the_doctor_say_what_is_missing(
    open_app: Open, home: Path, as_role: Callable[[Role], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role(Role.EDITOR)
    monkeypatch.setenv("SYNTH_IDENTITY", "iap")
    app = open_app("")
    keep_open(app, "Settings")
    app.run()
    assert "In order" not in words(app), "nothing is looked at before somebody asks"
    keep_open(app, "Settings")
    next(each for each in app.button if each.label == "Run the checks").click().run()
    assert not app.exception
    said = words(app).replace("\\", "")
    assert "Missing: 1" in said and "**Missing** · identity iap" in said
    assert "Set SYNTH_IAP_AUDIENCE" in said


@pytest.mark.parametrize("role", Role)
def test_who_may_run_the_checks(
    open_app: Open, home: Path, as_role: Callable[[Role], None], role: Role
) -> None:
    as_role(role)
    app = open_app("")
    keep_open(app, "Settings")
    app.run()
    [button] = [each for each in app.button if each.label == "Run the checks"]
    assert button.disabled is (role is Role.VIEWER)
    if role is not Role.VIEWER:
        keep_open(app, "Settings")
        button.click().run()
        assert not app.exception
        said = words(app)
        assert "In order" in said and "Python" in said

"""A home of one's own and a region for whole jobs in the cloud."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def cloud_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home; what is made in the cloud is made in the EU."""
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SYNTH_LOCATION", "EU")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"

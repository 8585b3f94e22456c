"""What docs/google-cloud.md says is so: its commands, roles, parameters and links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from synth_core.adapters.google.clients import LABELS
from synth_core.checkup.locations import fits
from synth_core.checkup.roles import READ_OBJECTS, WRITE_OBJECTS, Resource, grant, role_of
from synth_core.cli.app import app
from synth_core.settings import PARAMETERS

PAGE = (Path(__file__).parents[2] / "docs" / "google-cloud.md").read_text()
ROLES = [
    [re.findall(r"`([^`]+)`", cell) for cell in line.split("|")[2:4]]
    for line in PAGE.splitlines()
    if "`roles/" in line and line.startswith("|")
]


def test_every_command_of_the_page_exists() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    named = re.findall(r"(?:^|`)synth (\w+)((?: [^`\n]+)?)", PAGE, re.M)
    assert {"doctor", "sources", "quickstart", "resume"} <= {name for name, _ in named}
    for name, rest in named:
        assert name in commands
        options = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options, f"synth {name}{rest}"


def test_each_permission_of_the_page_has_the_role_that_the_doctor_names() -> None:
    assert len(ROLES) > 8
    for permissions, [role] in ROLES:
        for each in permissions:
            assert role_of(each) == role, each


def test_each_permission_that_the_doctor_knows_is_on_the_page() -> None:
    from synth_core.checkup import roles

    named = {each for permissions, _ in ROLES for each in permissions}
    assert named == set(roles._ROLES)
    assert {*READ_OBJECTS, *WRITE_OBJECTS} <= named


def test_every_parameter_that_is_named_exists() -> None:
    named = set(re.findall(r"[Pp]arameter `(\w+)`", PAGE))
    assert {"project", "location", "price_per_tib", "model_endpoint"} <= named
    assert named <= set(PARAMETERS)
    assert "SYNTH_MODEL_ENDPOINT" in PARAMETERS["model_endpoint"].variables
    parameters = {"max_bytes_billed", "source_bytes", "keep_staged", "bucket"}
    assert parameters <= set(PARAMETERS)
    assert all(f"`{name}`" in PAGE for name in parameters)


def test_the_label_of_jobs_is_the_one_that_is_named() -> None:
    assert all(f"`{label}`" in PAGE for label in LABELS)


@pytest.mark.parametrize(
    ("dataset", "bucket", "fit"),
    [
        ("US", "europe-west1", True),
        ("EU", "eu", True),
        ("EU", "europe-west1", True),
        ("EU", "EUR4", True),
        ("EU", "europe-west4+europe-north1", True),
        ("EU", "europe-west2", False),
        ("EU", "EUR5", False),
        ("EU", "US", False),
        ("EU", "us-east1", False),
        ("europe-west4", "EUR4", True),
        ("europe-west1", "europe-west1", True),
        ("europe-west1", "europe-west3", False),
        ("europe-west1", "EU", None),
        ("europe-west1", "US", False),
        ("us-east1", "US", None),
        ("asia-northeast1", "ASIA1", True),
        ("asia-northeast1", "asia", None),
        ("africa-south1", "ASIA", False),
    ],
)
def test_which_locations_go_together(dataset: str, bucket: str, fit: bool | None) -> None:
    assert fits(dataset, bucket) is fit


def test_roles_are_granted_where_google_grants_them() -> None:
    dataset = Resource(kind="dataset", name="example.com:p.d")
    assert grant("roles/bigquery.dataViewer", dataset) == (
        'GRANT `roles/bigquery.dataViewer` ON SCHEMA `example.com:p`.`d` TO "MEMBER"'
    )
    assert grant("roles/bigquery.jobUser", dataset).startswith(
        "gcloud projects add-iam-policy-binding example.com:p "
    )
    assert "gs://b " in grant("roles/storage.objectViewer", Resource(kind="bucket", name="b"))

"""Parameters: where they come from, which place wins, and what is said of those that can't be."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from synth_core.errors import UsageError
from synth_core.settings import PARAMETERS, Kind, Settings, load
from synth_core.settings.toml import lines_of, read_toml


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def settings(toml: str = "", environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    if toml:
        Path("synth.toml").write_text(toml, encoding="utf-8")
    return load(given, environment=environment or {})


def refused(toml: str = "", environment: Mapping[str, str] | None = None, **given: Any) -> str:
    with pytest.raises(UsageError) as caught:
        settings(toml, environment, **given)
    return str(caught.value)


def test_without_anything_there_are_defaults(here: Path) -> None:
    found = settings()
    assert found.home == here / "projects" and found.origins == {}
    assert found.max_bytes_billed == 100 * 2**30 and found.model == "rules" and not found.stage
    assert {found.origin(name) for name in PARAMETERS} == {"default"}


def test_the_later_place_wins_and_says_where_it_is() -> None:
    toml = '# comment\nproject = "from-file"\nlocation = "EU"\nsample_rows = 500\nstage = true\n'
    found = settings(toml, {"PROJECT_ID": "from-env", "SYNTH_LOCATION": "US"}, location="asia")
    assert (found.project, found.location, found.sample_rows, found.stage) == ("from-env", "asia", 500, True)
    assert [found.origin(name) for name in ("project", "location", "sample_rows", "stage", "bucket")] == [
        "environment PROJECT_ID",
        "command line",
        "synth.toml:4",
        "synth.toml:5",
        "default",
    ]


@pytest.mark.parametrize("parameter", [each for each in PARAMETERS.values() if each.original])
def test_each_original_name_is_read_as_it_is_and_in_capitals(parameter: Any) -> None:
    texts = {
        Kind.COUNTS: '{"orders": 5}',
        Kind.PLACES: '{"orders": "gs://raw/orders.csv"}',
        Kind.TABLE: "p.d.t",
        Kind.TEXT: parameter.choices[0] if parameter.choices else "EU",
    }
    text = texts.get(parameter.kind, "abc")
    for variable in dict.fromkeys((parameter.original, parameter.original.upper())):
        found = settings(environment={variable: text})
        assert found.origin(parameter.name) == f"environment {variable}"
        assert getattr(found, parameter.name) not in (None, parameter.default)
    value = json.loads(text) if parameter.kind.is_table else text
    in_file = settings(tomlkit.dumps({parameter.original: value}))
    assert in_file.origin(parameter.name) == "synth.toml:1"
    assert getattr(in_file, parameter.name) not in (None, parameter.default)


def test_ours_comes_before_the_originals_and_an_empty_variable_is_none() -> None:
    found = settings(environment={"PROJECT_ID": "original", "SYNTH_PROJECT": "ours", "LOCATION": ""})
    assert (found.project, found.origin("project")) == ("ours", "environment SYNTH_PROJECT")
    assert found.origin("location") == "default"


def test_a_variable_of_another_program_comes_last() -> None:
    google = {"GOOGLE_CLOUD_PROJECT": "from-google"}
    assert settings(environment=google).project == "from-google"
    assert settings('project = "from-file"', google).project == "from-file"


def test_what_a_variable_may_be_written_as() -> None:
    found = settings(
        environment={
            "user_counts": "orders=100, with=sign=20",
            "input_bq_table_names": "p.d.a,\n p.d.b",
            "SYNTH_STAGE": "Yes",
            "SYNTH_MODELS": '["a", "b"]',
            "SYNTH_SOURCE": "bigquery:p.d.a,b",
            "SYNTH_MODEL_PRICES": '{"m": [0.5, 2]}',
            "SYNTH_PRICE_PER_TIB": "5",
            "SOURCE_TYPE": "bigquery",
            "SYNTH_EXPORT_DELIMITER": "\\t",
        }
    )
    assert found.counts == {"orders": 100, "with=sign": 20}
    assert found.tables == ("p.d.a", "p.d.b") and found.models == ("a", "b")
    assert found.stage is True and found.source == ("bigquery:p.d.a,b",)
    assert found.model_prices == {"m": (0.5, 2.0)} and found.price_per_tib == 5.0
    assert found.source_type == "BigQuery" and found.export_delimiter == "\t"
    assert settings('export_delimiter = "\\t"').export_delimiter == "\t"


def test_entries_of_tables_know_their_lines_and_the_call_adds_to_them() -> None:
    toml = "[counts]\na = 1\nb = 2\n"
    found = settings(toml, counts={"b": 5, "c": 6})
    assert found.counts == {"a": 1, "b": 5, "c": 6}
    assert [found.origin(f"counts.{name}") for name in "abc"] == [
        "synth.toml:2",
        "command line",
        "command line",
    ]
    assert found.origin("counts") == "synth.toml:1"


def test_paths_in_a_file_begin_at_the_file(here: Path) -> None:
    folder = here / "etc"
    folder.mkdir()
    (folder / "other.toml").write_text(
        'home = "h"\noutput = "out"\nsource = ["data", "orders=data/o*.csv", "duckdb:x.db#a", "gs://raw/in"]\n'
        'target = "duckdb:t.db"\nallowed_sources = ["data/*", "bigquery:p.*"]\n'
    )
    found = load(environment={"SYNTH_CONFIG": "etc/other.toml"})
    assert (found.home, found.output) == (folder / "h", str(folder / "out"))
    assert found.source == (
        f"{folder}/data",
        f"orders={folder}/data/o*.csv",
        f"duckdb:{folder}/x.db#a",
        "gs://raw/in",
    )
    assert found.target == f"duckdb:{folder}/t.db"
    assert found.allowed_sources == (f"{folder}/data/*", "bigquery:p.*")
    assert found.origin("target") == "etc/other.toml:4"


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ('\nprojct = "x"', "synth.toml:2: there is no parameter 'projct'. Did you mean project?"),
        ('gcs_bucket = "x"', "synth.toml:1: there is no parameter 'gcs_bucket'. Did you mean gcs_bucket_name?"),
        ("[cloud]\nproject = 'x'", "synth.toml:1: there is no parameter 'cloud'."),
        ("stage = 'yes'", "synth.toml:1: stage is 'yes'; it has to be true or false."),
        ("sample_rows = true", "synth.toml:1: sample_rows is true; it has to be a whole number."),
        ("sample_rows = 1.5", "synth.toml:1: sample_rows is 1.5; it has to be a whole number."),
        ("sample_rows = 1", "synth.toml:1: sample_rows is 1; it is from 100 to 100,000,000."),
        ("price_per_tib = nan", "synth.toml:1: price_per_tib is nan; it has to be a number."),
        ("price_per_tib = inf", "synth.toml:1: price_per_tib is inf; it has to be a number."),
        (f"seed = {10**60}", "synth.toml:1: seed is a number that is far too large; it is from 0 to"),
        (f"seed = {'9' * 5000}", "synth.toml: it holds a number that is too long to be read."),
        ("project = 5", "synth.toml:1: project is 5; it has to be text."),
        ("project = 2024-01-01", "synth.toml:1: project is a date or time; it has to be text."),
        ("project = ['a']", "synth.toml:1: project is a list; it has to be text."),
        ("project = 'a b'", "synth.toml:1: project is 'a b'; a project id has letters"),
        ("target_bq_dataset = 'p.d'", "synth.toml:1: target_bq_dataset is 'p.d'; a dataset has letters"),
        ("gcs_bucket_name = 'Upper'", "synth.toml:1: gcs_bucket_name is 'Upper'; a bucket has small letters"),
        ("audit_table = 'audit'", "synth.toml:1: audit_table is 'audit'; it is written project.dataset.table"),
        ("model = 'gpt'", "synth.toml:1: model is 'gpt'; it is one of 'rules', 'gemini'."),
        ("model_endpoint = 'localhost:1'", "synth.toml:1: model_endpoint is 'localhost:1'; a URL begins with"),
        ("export_delimiter = ';;'", "synth.toml:1: export_delimiter is ';;'; a delimiter is one character"),
        ("export_delimiter = '\"'", "synth.toml:1: export_delimiter is '\"'; a delimiter is one character"),
        ("export_delimiter = ''", "synth.toml:1: export_delimiter is ''; a delimiter is one character"),
        ("tables = 5", "synth.toml:1: tables is 5; it has to be a list of texts."),
        ("tables = ['a', 5]", "synth.toml:1: tables is 5; it has to be text."),
        ("tables = ['a', '']", "synth.toml:1: tables is ''; a name in the list is empty."),
        ("counts = 5", "synth.toml:1: counts is 5; it has to be a table of names and values."),
        ("[user_counts]\na = 1\nb = 0", "synth.toml:3: user_counts.b is 0; it is from 1 to"),
        ("[user_counts]\na = 'x'", "synth.toml:2: user_counts.a is 'x'; it has to be a whole number."),
        ("[model_prices]\nm = [1]", "synth.toml:2: model_prices.m is a list; it has to be a pair of numbers"),
        ("[input_files]\nm = 1", "synth.toml:2: input_files.m is 1; it has to be an address."),
        ("project = 'a'\nPROJECT_ID = 'b'", "synth.toml:2: PROJECT_ID is the same parameter as project in"),
        ('location = "a\\nb"', "synth.toml:1: location is a text with control characters"),
        ("allowed_targets = ['s3:x']", "synth.toml:1: allowed_targets: 's3:x' is no pattern of addresses."),
        ("allowed_sources = ['gs://raw/?']", "synth.toml:1: allowed_sources: 'gs://raw/?': only `*` stands"),
        ("project = 'x'\nstage = maybe", "synth.toml:2: not TOML, invalid value at column 9."),
        ("project = 'x", "synth.toml:1: not TOML"),
        ("a = " + "[" * 5000, "synth.toml: its values are nested too deeply"),
        ("stage = true\nstage = true", "synth.toml:2: not TOML"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_said_with_file_and_line(toml: str, says: str) -> None:
    assert refused(toml).startswith(says)


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        (
            {"SYNTH_SAMPLE_ROWS": "many"},
            "environment SYNTH_SAMPLE_ROWS: SYNTH_SAMPLE_ROWS is 'many'; it has to be",
        ),
        ({"user_counts": "{'a': 1}"}, "environment user_counts: user_counts is no JSON; it is written like"),
        (
            {"USER_COUNTS": "a=x"},
            "environment USER_COUNTS: USER_COUNTS.a is 'x'; it has to be a whole number.",
        ),
        ({"SYNTH_MODELS": "[" * 100_000}, "environment SYNTH_MODELS: SYNTH_MODELS is no JSON"),
        (
            {"SYNTH_BUCKTE": "x"},
            "environment SYNTH_BUCKTE: there is no such parameter. Did you mean SYNTH_BUCKET?",
        ),
        ({"SYNTH_CONFIG": "missing.toml"}, "missing.toml: there is no such configuration file."),
        ({"SYNTH_CONFIG": "/"}, "/: there is no such configuration file."),
    ],
)
def test_what_can_not_be_is_said_with_the_variable(environment: dict[str, str], says: str) -> None:
    assert refused(environment=environment).startswith(says)


def test_a_file_that_is_no_text_or_too_long(here: Path) -> None:
    (here / "synth.toml").write_bytes(b"project = 'x'\nlocation = '\xff'\n")
    assert refused() == "synth.toml:2: not UTF-8. Save the file as UTF-8."
    (here / "synth.toml").write_bytes(b"#" * (1 << 20) + b"\n")
    assert "longer than 1 MiB" in refused()
    (here / "synth.toml").unlink()
    (here / "synth.toml").symlink_to("nowhere")
    assert refused() == "synth.toml: there is no such configuration file."


# Put together here, so that no tool that looks for leaked credentials finds one in this file.
CREDENTIALS = [
    "AIza" + "SyA1234567890abcdefghijklmnopqrstuv",
    "ya29." + "a0AfH6SMBx1234567890",
    "GOCSPX-" + "abcdefghijklmnop",
    "1//0" + "gabcdefghijklmnopqrstuvwxyz",
    "-----BEGIN " + "PRIVATE KEY-----MIIE",
    "eyJ" + "hbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.sig",
    "https://h/x?password=" + "hunter2hunter2",
    '{"private_' + 'key": "abc"}',
]


@pytest.mark.parametrize("secret", CREDENTIALS)
@pytest.mark.parametrize("name", ["project", "tables", "model_endpoint", "sample_rows", "counts", "source"])
def test_a_credential_is_refused_and_not_shown(secret: str, name: str) -> None:
    for said in (
        refused(tomlkit.dumps({name: secret})),
        refused(tomlkit.dumps({name: [secret]})) if name in ("tables", "source") else "looks: Credentials",
    ):
        assert "looks" in said and "Credentials" in said
        assert secret not in said and secret[12:] not in said
    Path("synth.toml").unlink()
    assert secret not in refused(environment={f"SYNTH_{name.upper()}": secret})


def test_a_syntax_error_does_not_repeat_the_line() -> None:
    secret = CREDENTIALS[0]
    assert secret not in refused(f"project = {secret}")
    assert secret not in refused(f'"{secret}" = 1\n"{secret}" = 2')


def test_a_password_in_a_url_is_not_in_the_text_of_settings() -> None:
    found = settings(environment={"SYNTH_MODEL_ENDPOINT": "http://user:pw1@host/x"})
    assert found.model_endpoint == "http://user:pw1@host/x", "what is used is what was given"
    assert "pw1" not in repr(found) and "user" not in repr(found).replace("user='", "")
    assert "http://***@host/x" in repr(found)


NAMES = st.text("abc_- .\"'#[]=\\é", min_size=1, max_size=6)
VALUES = st.recursive(
    st.one_of(st.integers(-9, 10**6), st.booleans(), st.text("ab\n\"'#[]{}=\\", max_size=8)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=6), st.booleans())
def test_the_line_of_each_key_is_where_it_stands(values: dict[str, Any], spread: bool) -> None:
    text = ("# above [x]\n\n" if spread else "") + tomlkit.dumps(values)
    lines, found = text.split("\n"), lines_of(text)
    for key, value in tomllib.loads(text).items():
        said = tomllib.loads(_first_statement("\n".join(lines[found[(key,)] - 1 :])))
        assert list(said) == [key]
        assert isinstance(value, dict | list) or said[key] == value


def _first_statement(text: str) -> str:
    """The shortest beginning of whole lines that is TOML."""
    lines = text.split("\n")
    for end in range(1, len(lines) + 1):
        try:
            tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        return "\n".join(lines[:end])
    raise AssertionError(text)


@given(st.binary(max_size=80) | st.text("project=[]{}'\"\n#.1aé\\", max_size=80).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    path = Path("any.toml")
    path.write_bytes(data)
    try:
        read_toml(path, "any.toml")
    except UsageError as error:
        assert str(error).startswith("any.toml")

"""The configuration of the pipeline that we replace: read without being run, written as ours."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth_core.errors import UsageError
from synth_core.settings import PARAMETERS, load
from synth_core.settings.importing import Imported, import_config
from synth_core.settings.job import job_of
from synth_core.settings.original import read_original

ORIGINAL = '''"""
Configuration.
"""
import os

# Google Cloud
PROJECT_ID = "poc-admin"
LOCATION = "us-central1"
MODEL_ID="gemini-1.5-pro-002"

target_bq_project_id = PROJECT_ID
target_bq_dataset = "demo_target"
source_bq_project_id = "poc-admin"
source_bq_dataset = "demo"
audit_table = f'{PROJECT_ID}.datageneration.audit_log'

input_bq_table_names = (
    "poc-admin.demo.Dim_Customer,"
    "poc-admin.demo.Dim_Product,"
    + PROJECT_ID + ".demo.Fact_Transactions"
)

user_counts = {
    "Dim_Customer": 10,
    "Dim_Product": 10,
    "Fact_Transactions": 20,
}

gcs_bucket_name = os.environ.get("BUCKET", "data-generation-usecase")
SOURCE_TYPE = "BigQuery"
LOCAL_OUTPUT_BASE_DIR = "./output"  # removed after a batch
'''


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text: str | bytes, variables: dict[str, str] | None = None) -> dict[str, Any]:
    path = Path("config_vars.py")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return {name: each.value for name, each in read_original(path, variables or {}).items()}


def imported(text: str, variables: dict[str, str] | None = None) -> Imported:
    Path("config_vars.py").write_text(text)
    return import_config(Path("config_vars.py"), variables or {})


def test_an_original_configuration_becomes_one_that_runs_as_it_is(here: Path) -> None:
    result = imported(ORIGINAL)
    (here / "synth.toml").write_text(result.text)
    settings = load(environment={})
    job = job_of(settings)
    assert job.sources == ("bigquery:poc-admin.demo#Dim_Customer,Dim_Product,Fact_Transactions",)
    assert (job.target, job.files) == ("bigquery:poc-admin.demo_target", "gs://data-generation-usecase")
    assert job.counts == {"Dim_Customer": 10, "Dim_Product": 10, "Fact_Transactions": 20}
    assert (settings.project, settings.model_location) == ("poc-admin", "us-central1")
    assert settings.location == "", "datasets are made where the source is"
    assert settings.audit_table == "poc-admin.datageneration.audit_log"
    assert (settings.stage, settings.export_format, settings.mode, settings.model) == (
        True, "csv", "append", "rules",
    )  # fmt: skip
    assert (settings.export_delimiter, settings.export_header) == (",", True)
    assert settings.output == str(here / "output")
    assert result.left_out == ()
    for name in result.taken.values():
        assert f"# {name} in line " in result.text
    assert "# gcs_bucket_name in line 29, from the environment: BUCKET" in result.text
    assert "MODEL_ID was 'gemini-1.5-pro-002' in line 9" in result.text
    assert tomllib.loads(result.text)["counts"] == job.counts


def test_the_variant_for_files(here: Path) -> None:
    text = """
gcs_bucket_name = "raw"
input_gcs_path = {"Dim Date": f"gs://{gcs_bucket_name}/in/Dim_Date.csv"}
header_gcs_path = {"Dim Date": "gs://raw/in/header.csv"}
user_counts = {"Dim Date": 10}
audit_table = "p.d.audit_log"
SOURCE_TYPE = "GCS"
"""
    (here / "synth.toml").write_text(imported(text).text)
    job = job_of(load(environment={}))
    assert job.sources == ("Dim Date=gs://raw/in/Dim_Date.csv",) and job.target == "gs://raw"
    assert job.headers == {"Dim Date": "gs://raw/in/header.csv"} and job.counts == {"Dim Date": 10}


def test_what_the_environment_says_is_taken_over_and_named() -> None:
    text = imported(ORIGINAL, {"BUCKET": "from-env"}).text
    assert 'bucket = "gs://from-env"' in text and "from the environment: BUCKET" in text
    assert read('import os\na = os.environ["A"]\nb = os.getenv("B", "x" + a)\n', {"A": "1"}) == {
        "a": "1",
        "b": "x1",
    }
    assert read('import os\na = os.getenv("A")') == {"a": None}


def test_a_list_and_a_text_of_names_are_the_same() -> None:
    one = imported('input_bq_table_names = "p.d.a, p.d.b"').text
    other = imported('input_bq_table_names = ["p.d.a", "p.d.b"]').text
    assert tomllib.loads(one)["tables"] == tomllib.loads(other)["tables"] == ["p.d.a", "p.d.b"]


def test_values_that_are_read() -> None:
    text = 'a = -1\nb: str = "x"\nc = d = [1, (2.5, None), True]\ne = f"{b}-{a}"\n'
    text += 'b += "y"\nf = {"k": {"m": c}}\ng: int\n'
    assert read(text) == {
        "a": -1, "b": "xy", "c": [1, [2.5, None], True], "d": [1, [2.5, None], True], "e": "x--1",
        "f": {"k": {"m": [1, [2.5, None], True]}},
    }  # fmt: skip


HOSTILE = [
    "__import__('os').system('touch {planted}')",
    "x = open('{planted}', 'w')",
    "x = [open('{planted}', 'w') for _ in [1]]",
    "x = (lambda: open('{planted}', 'w'))()",
    "class X:\n    open('{planted}', 'w')",
    "def f(x=open('{planted}', 'w')): pass",
    "x = f\"{{open('{planted}', 'w')}}\"",
    "import planted_module",
    "from planted_module import *",
    "import os\nos.environ.get('A', open('{planted}', 'w'))",
    "import os\nx = os.environ.get('A', open('{planted}', 'w'))",
    "import os\nx = os.popen('touch {planted}').read()",
    "if open('{planted}', 'w'): pass",
    "assert open('{planted}', 'w')",
    "x = y = 1 if open('{planted}', 'w') else 2",
    "@open('{planted}', 'w')\ndef f(): pass",
    "x: open('{planted}', 'w') = 1\nx = exec('1')",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_it_is_run(here: Path, text: str) -> None:
    (here / "planted_module.py").write_text("open('planted', 'w')")
    with pytest.raises(UsageError, match=r"config_vars.py:\d+: .* can't be read, as the file is not run"):
        read(text.format(planted=here / "planted"))
    assert not (here / "planted").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a = 1\nb = get()", "config_vars.py:2: a call can't be read, as the file is not run."),
        ("import numpy", "config_vars.py:1: an import of another module can't be read"),
        ("a = 1\nif a: b = 2", "config_vars.py:2: an `if` can't be read"),
        ("a = b", "config_vars.py:1: the name b, which is not set above can't be read"),
        ('import os\na = os.environ["NOPE"]', "config_vars.py:2: the environment variable NOPE, which is not set"),
        ('a = "%s" % 1', "config_vars.py:1: this operation can't be read"),
        ('a = 1 + "x"', "config_vars.py:1: this operation can't be read"),
        ('a = f"{1:>9999999999}"', "config_vars.py:1: a formatted value can't be read"),
        ("a = {1: 2}", "config_vars.py:1: this can't be read"),
        ("a = {**b}", "config_vars.py:1: this can't be read"),
        ("a, b = 1, 2", "config_vars.py:1: this can't be read"),
        ("a = 'x' * 10**10", "config_vars.py:1: this operation can't be read"),
        ("a = 'x'\n" + "a = f'{a}{a}'\n" * 40, "config_vars.py:18: a value that is far too long can't be read"),
        ("a = (", "config_vars.py:1: not Python: '(' was never closed."),
        ("a = " + "(" * 3000 + ")" * 3000, "config_vars.py:1: not Python: too many nested parentheses."),
        ("a = " + "-" * 100_000 + "1", "config_vars.py: its expressions are nested too deeply"),
        ("a = " + "+".join(["1"] * 20_000), "config_vars.py: its expressions are nested too deeply"),
        ("a = " + "9" * 10_000, "config_vars.py:1: not Python"),
        ("a = 'x\0'", "config_vars.py"),
        ("a = 1j", "config_vars.py:1: this can't be read"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(text)
    assert str(caught.value).startswith(says)


def test_files_that_are_none(here: Path) -> None:
    for path, says in ((here, "no such file"), (here / "nope.py", "no such file")):
        with pytest.raises(UsageError, match=says):
            read_original(path)
    (here / "long.py").write_bytes(b"#" * (1 << 20) + b"\n")
    with pytest.raises(UsageError, match="longer than 1 MiB"):
        read_original(here / "long.py")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "a = 1",
            "config_vars.py: it sets none of the names that a configuration has. Those are PROJECT_ID,",
        ),
        ("user_counts = {'a': 0}", "config_vars.py:1: user_counts.a is 0; it is from 1 to"),
        ("user_counts = ['a']", "config_vars.py:1: user_counts is a list; it has to be a table"),
        ("PROJECT_ID = 5", "config_vars.py:1: PROJECT_ID is 5; it has to be text."),
        (
            "gcs_bucket_name = 'a'\nGCS_BUCKET_NAME = 'b'",
            "config_vars.py:1: gcs_bucket_name is 'a'; a bucket",
        ),
        (
            "PROJECT_ID = 'a'\nSOURCE_TYPE = 'Oracle'",
            "config_vars.py:2: SOURCE_TYPE is 'Oracle'; it is one of",
        ),
    ],
)
def test_values_that_can_not_be_are_named_with_their_line(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        imported(text)
    assert str(caught.value).startswith(says)


def test_secrets_are_not_copied() -> None:
    key = "AIza" + "SyA1234567890abcdefghijklmnopqrstuv"
    result = imported(f'PROJECT_ID = "abc"\nAPI_KEY = "k1k2k3"\nREGION_NOTE = "{key}"\nBATCHES = 3\n')
    assert "k1k2k3" not in str(result) and key not in str(result)
    assert [each.split(": ")[1] for each in result.left_out] == [
        "API_KEY is not copied, as it looks like a credential.",
        "REGION_NOTE is not copied, as it looks like a credential.",
        "BATCHES is not copied",
    ]
    with pytest.raises(UsageError) as caught:
        imported(f'PROJECT_ID = "{key}"')
    assert key not in str(caught.value) and "Google API key" in str(caught.value)
    assert key not in imported(f'PROJECT_ID = "abc"\nMODEL_ID = "{key}"').text


TEXTS = st.text("ab{}'\"\\\n#= é.", max_size=8)
LITERALS = st.recursive(
    st.one_of(TEXTS, st.integers(-9, 9), st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,5}_", fullmatch=True), LITERALS, max_size=5))
def test_literals_come_back_as_python_reads_them(values: dict[str, Any]) -> None:
    assert read("".join(f"{name} = {value!r}\n" for name, value in values.items())) == values


@given(TEXTS, st.dictionaries(TEXTS, st.integers(1, 9), max_size=4))
def test_what_is_written_reads_as_what_was_there(location: str, counts: dict[str, int]) -> None:
    text = f"PROJECT_ID = 'abc'\nLOCATION = {location!r}\nuser_counts = {counts!r}\n"
    try:
        written = imported(text).text
    except UsageError:
        return
    Path("synth.toml").write_text(written)
    settings = load(environment={})
    assert settings.model_location == (location.strip() or PARAMETERS["model_location"].default)
    assert settings.counts == {name.strip(): count for name, count in counts.items()}

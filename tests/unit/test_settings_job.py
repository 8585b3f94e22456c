"""The whole job, put together from our parameters or from those of the pipeline that we replace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from synth_core.errors import UsageError
from synth_core.model.places import parse_place
from synth_core.settings import load
from synth_core.settings.job import Job, full_name, job_of
from synth_core.stages.gather import KnownTable, by_table


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def job(toml: str = "", environment: dict[str, str] | None = None, **given: Any) -> Job:
    Path("synth.toml").write_text(toml)
    return job_of(load(given, environment=environment or {}))


DATASETS = """
PROJECT_ID = "bill"
source_bq_project_id = "prod"
source_bq_dataset = "sales"
target_bq_project_id = "test"
target_bq_dataset = "copy"
gcs_bucket_name = "files"
"""


def test_the_originals_parameters_are_a_job() -> None:
    found = job(DATASETS + 'input_bq_table_names = "orders, lines"\n[user_counts]\norders = 5\n')
    assert found.sources == ("bigquery:prod.sales#orders,lines",) and found.only == ()
    assert (found.target, found.files, found.counts) == ("bigquery:test.copy", "gs://files", {"orders": 5})


def test_without_names_it_is_the_whole_dataset_of_the_project() -> None:
    found = job('project = "p"\nsource_dataset = "d"\ntarget_dataset = "t"\noutput = "/out"\n')
    assert (found.sources, found.target, found.files) == (("bigquery:p.d",), "bigquery:p.t", "/out")


def test_full_names_make_a_source_for_each_dataset() -> None:
    names = [
        "prod.sales.orders",
        "other.hr.people",
        "`prod.sales.lines`",
        "stock.items",
        "orders",
        "example.com:x.d.t",
    ]
    found = job(DATASETS.replace("PROJECT_ID", f"tables = {names}\nPROJECT_ID"))
    assert found.sources == (
        "bigquery:prod.sales#orders,lines",
        "bigquery:other.hr#people",
        "bigquery:prod.stock#items",
        "bigquery:example.com:x.d#t",
    )
    for source in found.sources:
        parse_place(source)


def test_our_own_source_and_tables() -> None:
    source = 'source = ["bigquery:p.d"]\ntarget = "duckdb:/t.db"\n'
    assert job(source + 'tables = ["a", "p.d.b", "q.e.c"]').sources == ("bigquery:p.d#a,b", "bigquery:q.e#c")
    two = 'source = ["bigquery:p.d#a,b", "bigquery:p.e"]\ntarget = "duckdb:/t.db"\n'
    found = job(two + 'tables = ["a", "p.e.x", "q.f.c"]')
    assert found.sources == ("bigquery:p.d#a,b", "bigquery:p.e", "bigquery:q.f#c")
    assert found.only == ("a", "x", "c")
    files = 'source = ["/data"]\ntarget = "/out"\ntables = ["a.b", "c"]\n'
    assert job(files).only == ("a.b", "c"), "names of files may have dots"


def test_files_in_cloud_storage() -> None:
    base = 'SOURCE_TYPE = "GCS"\ngcs_bucket_name = "raw"\nsource_bq_dataset = "unused"\n'
    found = job(base)
    assert (found.sources, found.target, found.files) == (("gs://raw/input",), "gs://raw", "")
    given = '[input_gcs_path]\norders = "gs://a/o.csv"\n"b c" = "gs://a/p/*.csv"\n[header_gcs_path]\norders = "gs://a/h"\n'
    found = job(base + given)
    assert found.sources == ("orders=gs://a/o.csv", "b c=gs://a/p/*.csv")
    assert found.headers == {"orders": "gs://a/h"}
    assert job(f'bucket = "raw"\n{given}').sources == found.sources
    to_bigquery = job(base + 'target_bq_dataset = "t"\nPROJECT_ID = "p"\n')
    assert (to_bigquery.target, to_bigquery.files) == ("bigquery:p.t", "gs://raw")


def test_what_is_said_later_wins_over_the_parts() -> None:
    found = job(DATASETS, {"SYNTH_SOURCE": "/data", "SYNTH_TARGET": "/out"})
    assert (found.sources, found.target) == (("/data",), "/out")
    own = 'source = ["/data"]\ntarget = "/out"\nproject = "p"\n'
    found = job(own, {"source_bq_dataset": "d", "target_bq_dataset": "t"})
    assert (found.sources, found.target) == (("bigquery:p.d",), "bigquery:p.t")


def test_a_source_of_the_call_is_another_job() -> None:
    toml = DATASETS + 'tables = ["orders"]\n[counts]\norders = 5\n'
    found = job(toml, source=("duckdb:x.db",))
    assert (found.sources, found.only, found.counts) == (("duckdb:x.db",), (), {})
    assert found.target == "bigquery:test.copy"
    found = job(toml, source=("duckdb:x.db",), tables=["a"], counts={"a": 7})
    assert (found.only, found.counts) == (("a",), {"a": 7})
    assert job(toml, target="/out").counts == {"orders": 5}


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        ("", "There is no SOURCE. Give it as an argument, or write `source` or `source_dataset` (source_bq_dataset)"),
        ('source = ["x"]', "There is no TARGET. Give it with --target"),
        ('source = ["x"]\ntarget = "y"\nsource_bq_dataset = "d"', "synth.toml:1 gives source, and synth.toml:3 gives"),
        ('source = ["x"]\ntarget = "y"\ntarget_bq_dataset = "d"', "synth.toml:2 gives target, and synth.toml:3 gives"),
        ('source_dataset = "d"\ntarget = "y"', "synth.toml:1: nothing says which project `source_dataset`"),
        ('source = ["x"]\ntarget_dataset = "y"', "synth.toml:2: nothing says which project `target_dataset`"),
        ('tables = ["p.d.a", "b"]\ntarget = "y"', "synth.toml:1: nothing says which dataset the table 'b' is of."),
        ('SOURCE_TYPE = "GCS"\ntarget = "y"', "synth.toml:1: `source_type` (SOURCE_TYPE) is GCS, but nothing"),
    ],
)  # fmt: skip
def test_what_is_missing_or_said_twice(toml: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        job(toml)
    assert str(caught.value).startswith(says)


def test_names_in_full() -> None:
    assert full_name("a b") == ("", "", "a b")
    assert full_name("d.t") == ("", "d", "t")
    assert full_name(" `p-1.d.t` ") == ("p-1", "d", "t")
    assert full_name("p:d.t") == ("p", "d", "t")
    assert full_name("bigquery:example.com:p.d.t") == ("example.com:p", "d", "t")


KNOWN = [
    KnownTable(name="orders", full_name="prod.sales.orders"),
    KnownTable(name="lines", full_name="prod.sales.lines"),
    KnownTable(name="people", full_name="prod.sales.people"),
    KnownTable(name="people", full_name="prod.hr.people"),
]


def test_counts_are_wanted_by_short_or_by_full_name() -> None:
    given = {"orders": 1, "sales.lines": 2, "prod.hr.people": 3}
    assert by_table(given, KNOWN, str) == {"orders": 1, "lines": 2, "people": 3}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"people": 1}, "here: 'people' may be prod.sales.people or prod.hr.people. Write the name in full."),
        (
            {"ordrs": 1},
            "here: 'ordrs' is none of the tables that are taken. Did you mean 'orders'? There are prod.",
        ),
        ({"ales.orders": 1}, "here: 'ales.orders' is none of the tables"),
        ({"ORDERS": 1}, "here: 'ORDERS' is none of the tables"),
        ({"orders": 1, "sales.orders": 2}, "here: 'sales.orders' is the same table as 'orders'."),
    ],
)
def test_a_name_that_says_nothing_or_too_much(given: dict[str, int], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        by_table(given, KNOWN, lambda name: "here")
    assert str(caught.value).startswith(says)
    for table in KNOWN if "none of" in says else ():
        assert table.full_name in str(caught.value)

"""The configuration through the command line: what it prints, the whole job from it, and what it forbids."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from small_shop import Said, Synth, count, database, done, folder, query, statuses

import synth_core
from synth_core import api
from synth_core.api.allowed import check_sources
from synth_core.errors import SourceError, TargetError
from synth_core.settings import PARAMETERS, load
from synth_core.settings.job import job_of
from synth_core.settings.markdown import rewrite

pytestmark = pytest.mark.usefixtures("in_this_process")

ROOT = Path(__file__).parents[2]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command line runs in."""
    monkeypatch.delenv("SYNTH_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(text: str, name: str = "synth.toml") -> None:
    Path(name).write_text(text)


def test_the_guide_has_the_parameters_as_they_are() -> None:
    guide = (ROOT / "docs" / "configuration.md").read_text()
    assert rewrite(guide) == guide, "make docs"
    assert guide.count("\n| `") >= len(PARAMETERS)


def test_the_example_is_a_job(place: Path) -> None:
    configure((ROOT / "examples" / "synth.toml").read_text())
    job = job_of(load(environment={}))
    assert job.sources == ("bigquery:my-project.sales#customers,orders,order_lines",)
    assert (job.target, job.files) == ("bigquery:my-sandbox.sales_synthetic", "gs://my-sandbox-synthetic")
    check_sources(load(environment={}), job.sources)


def test_config_says_where_each_value_comes_from(
    synth: Synth, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure('# mine\nlocation = "EU"\nmodel_endpoint = "http://ana:pa55@localhost:1/x"\n')
    monkeypatch.setenv("PROJECT_ID", "from-env")
    said = done(synth("config", "--json"))
    assert said.data["file"] == "synth.toml"
    found = {each["name"]: each for each in said.data["parameters"]}
    assert list(found) == list(PARAMETERS)
    assert found["location"] == {
        "name": "location", "value": "EU", "origin": "synth.toml:2", "original": "LOCATION",
    }  # fmt: skip
    assert (found["project"]["value"], found["project"]["origin"]) == ("from-env", "environment PROJECT_ID")
    assert found["model_endpoint"]["value"] == "http://***@localhost:1/x"
    people = done(synth("config")).out
    assert "pa55" not in people + said.out and "ana" not in people
    assert all(name in people for name in PARAMETERS)


def test_config_leads_to_another_file_for_one_command_only(synth: Synth, place: Path) -> None:
    configure('project = "here"\n')
    (place / "sub").mkdir()
    configure('project = "there"\nhome = "h"\n', "sub/other.toml")
    said = done(synth("config", "--json", "--config", "sub/other.toml")).data
    assert {each["name"]: each["value"] for each in said["parameters"]}["home"] == str(place / "sub" / "h")
    assert "SYNTH_CONFIG" not in os.environ
    assert "here" in done(synth("config")).out
    assert done(synth("runs", "--json", "--config", "sub/other.toml")).data == []
    missing = synth("runs", "--config", "nope.toml")
    assert missing.code == 2 and "nope.toml: there is no such configuration file" in missing.err


def test_a_configuration_that_can_not_be_stops_every_command(synth: Synth, place: Path) -> None:
    configure("max_byte_billed = 5\n")
    for command in (["runs"], ["config"], ["sniff", "x.csv"], ["quickstart"]):
        said = synth(*command)
        assert said.code != 0 and said.out == ""
        assert (
            "synth.toml:1: there is no parameter 'max_byte_billed'. Did you mean max_bytes_billed?"
            in said.err
        )


def test_import_writes_over_nothing(synth: Synth, place: Path) -> None:
    configure('PROJECT_ID = "abc"\nAPI_TOKEN = "t0p"\n', "config_vars.py")
    configure("# mine\n")
    refused = synth("import-config", "config_vars.py")
    assert refused.code == 2 and "synth.toml is there already." in refused.err
    assert (place / "synth.toml").read_text() == "# mine\n"
    said = done(synth("import-config", "config_vars.py", "--out", "sub/other.toml"))
    assert "API_TOKEN is not copied" in said.err and "There is no SOURCE" in said.err
    assert "t0p" not in said.out + said.err + (place / "sub" / "other.toml").read_text()
    (place / "link.toml").symlink_to("nowhere")
    assert synth("import-config", "config_vars.py", "--out", "link.toml").code == 2
    done(synth("import-config", "config_vars.py", "--force"))
    assert 'project = "abc"' in (place / "synth.toml").read_text()


def test_quickstart_alone_runs_the_job_of_the_configuration(synth: Synth, place: Path) -> None:
    database(place / "source.duckdb")
    configure(
        'source = ["duckdb:source.duckdb"]\ntables = ["customer", "orders"]\ntarget = "duckdb:out.duckdb"\n'
        'output = "files"\nexport_format = "csv"\nexport_delimiter = ";"\nseed = 7\n[counts]\norders = 40\n'
    )
    said = done(synth("quickstart"))
    for line in ("target", "synth.toml:3", "orders = 40", "synth.toml:8", "finished files", "synth.toml:4"):
        assert line in said.out
    assert (count(place / "out.duckdb", "orders"), count(place / "out.duckdb", "customer")) == (40, 60)
    [run] = done(synth("runs", "--json")).data
    [orders] = (place / "files" / "output" / run["run_id"] / "orders").iterdir()
    lines = orders.read_text().splitlines()
    assert orders.suffix == ".csv" and len(lines) == 41 and lines[0] == "no;customer;day"
    assert set(statuses(done(synth("audit", "--json")).data, run["run_id"])) == {"customer", "orders"}


@pytest.mark.slow
def test_arguments_win_over_the_configuration(synth: Synth, place: Path) -> None:
    database(place / "source.duckdb")
    configure(
        'source = ["duckdb:source.duckdb"]\ntables = ["customer", "orders"]\ntarget = "duckdb:out.duckdb"\n'
        "[counts]\norders = 40\ncustomer = 50\n"
    )
    said = synth("quickstart", "--target", "duckdb:other.duckdb", "--count", "customer=70", "--json")
    assert done(said).data["target"] == f"duckdb:{place}/other.duckdb"
    assert (count(place / "other.duckdb", "orders"), count(place / "other.duckdb", "customer")) == (40, 70)
    assert not (place / "out.duckdb").exists()
    # A SOURCE is another job: the tables and counts of the configured one are not about it.
    done(synth("quickstart", "duckdb:source.duckdb#passport,customer", "--target", "duckdb:third.duckdb"))
    assert query(place / "third.duckdb", "SELECT count(*) FROM customer") == [(60,)]


def test_counts_that_name_no_table_stop_before_anything_is_read(synth: Synth, place: Path) -> None:
    database(place / "source.duckdb")
    base = 'source = ["duckdb:source.duckdb"]\ntarget = "duckdb:out.duckdb"\n'
    configure(base + "[user_counts]\norder = 5\n")
    said = synth("quickstart")
    assert said.code == 2
    assert (
        "synth.toml:4: counts: 'order' is none of the tables that are taken. Did you mean 'orders'?"
        in said.err
    )
    for table in ("customer", "orders", "passport"):
        assert f"#{table}" in said.err
    configure(base + 'tables = ["customer"]\n[user_counts]\norders = 5\n')
    assert "'orders' is none of the tables that are taken." in synth("quickstart").err
    assert not (place / "projects").exists() and not (place / "out.duckdb").exists()


@pytest.mark.slow
def test_header_files_name_the_columns_of_headerless_files(synth: Synth, place: Path) -> None:
    folder(place / "in")
    (place / "header.csv").write_text("column_4,customer,day,number\n")
    base = 'source_type = "GCS"\ntarget = "out"\n'
    base += '[input_files]\norders = "in/orders.dat.gz"\nlines = "in/order_lines.tsv"\n'
    configure(base + '[header_files]\norders = "header.csv"\nlines = "header.csv"\n')
    said = done(synth("quickstart", "--rows", "20"))
    assert "its files name the columns themselves" in said.out
    [name] = [path.name for path in (place / "projects").iterdir() if (path / "project.yaml").exists()]
    table = synth_core.open(name).project.table("orders")
    assert [column.name for column in table.columns] == ["column_4", "customer", "day", "number"]
    (place / "header.csv").write_text("a,b\n")
    said = synth("quickstart")
    assert said.code == 1 and "header.csv: the header file names 2 columns, orders has 4." in said.err


# --- what may be read and written ---


def forbidden(said: Said, which: str) -> None:
    assert said.code == 1, said.err
    assert f"has {which} = " in said.err and "synth.toml:1" in said.err


@pytest.mark.parametrize(
    "command",
    [
        ["sniff", "secret/customers.csv"],
        ["sniff", "way/customers.csv"],
        ["relate", "secret"],
        ["relate", "x=data/../secret/customers.csv"],
        ["relate", "data", "secret"],
        ["relate", "duckdb:secret/a.duckdb"],
        ["init", "p", "--source", "data/mixed", "--target", "out"],
        ["init", "p", "--source", "data/mixed/*.csv", "--target", "out"],
        ["quickstart", "secret", "--target", "out"],
        ["init", "p", "--source", "bigquery:prod.sales", "--target", "out"],
        ["init", "p", "--source", "bigquery:prod.sales.orders,people", "--target", "out"],
        ["init", "p", "--source", "bigquery:prod.sales", "--tables", "people", "--target", "out"],
        ["init", "p", "--source", "bigquery:Prod.hr.orders", "--target", "out"],
        ["relate", "gs://raw/in"],
        ["sniff", "gs://raw/internal.csv"],
    ],
)
def test_what_is_not_allowed_is_not_read(synth: Synth, place: Path, command: list[str]) -> None:
    folder(place / "secret")
    database(place / "secret" / "a.duckdb")
    (place / "data" / "mixed").mkdir(parents=True)
    (place / "data" / "mixed" / "a.csv").write_text("a,b\n1,2\n3,4\n")
    (place / "data" / "mixed" / "b.csv").symlink_to(place / "secret" / "customers.csv")
    (place / "way").symlink_to(place / "secret")
    configure(
        'allowed_sources = ["data/*", "duckdb:data/*", "bigquery:prod.sales.orders", "gs://raw/in/*.csv"]\n'
    )
    forbidden(synth(*command), "allowed_sources")
    assert not (place / "projects").exists()


def test_what_is_allowed_is_read(synth: Synth, place: Path) -> None:
    folder(place / "data" / "in")
    (place / "way").symlink_to(place / "data")
    configure('allowed_sources = ["data/*"]\nallowed_targets = ["out"]\n')
    done(synth("relate", "way/in", "--json"))
    done(synth("sniff", "data/in"))
    done(synth("init", "p", "--source", "data/in/order_lines.tsv", "--target", "out/x"))


@pytest.mark.parametrize(
    "command",
    [
        ["init", "p", "--source", "data", "--target", "elsewhere"],
        ["init", "p", "--source", "data", "--target", "out/../elsewhere"],
        ["init", "p", "--source", "data", "--target", "out/way"],
        ["init", "p", "--source", "data", "--target", "duckdb:elsewhere/x.duckdb"],
        ["init", "p", "--source", "data", "--target", "duckdb:out/x.duckdb", "--files", "elsewhere"],
        ["quickstart", "data", "--target", "duckdb:out/x.duckdb", "--files", "gs://bucket/x"],
        ["quickstart", "data", "--target", "out", "--audit-table", "q.d.audit"],
        ["init", "p", "--source", "data", "--target", "bigquery:p.d"],  # its audit table is not allowed
        ["generate", "recipe.yml", "--out", "elsewhere"],
    ],
)
def test_what_is_not_allowed_is_not_written(synth: Synth, place: Path, command: list[str]) -> None:
    folder(place / "data")
    (place / "out").mkdir()
    (place / "elsewhere").mkdir()
    (place / "out" / "way").symlink_to(place / "elsewhere")
    (place / "recipe.yml").write_text("- object: a\n  count: 1\n  fields: {b: 1}\n")
    configure('allowed_targets = ["out", "duckdb:out/*", "bigquery:p.d"]\n')
    forbidden(synth(*command), "allowed_targets")
    assert list((place / "elsewhere").iterdir()) == [] and not (place / "projects").exists()


@pytest.mark.parametrize(
    ("line", "step", "error"),
    [
        ('allowed_sources = ["/nowhere"]', lambda: api.infer("p"), SourceError),
        ('allowed_sources = ["/nowhere"]', lambda: api.approve("p", by="ana"), SourceError),
        ('allowed_targets = ["/nowhere"]', lambda: api.approve("p", by="ana"), TargetError),
        ('allowed_targets = ["/nowhere"]', lambda: api.run("p"), TargetError),
        ('allowed_sources = ["/nowhere"]', lambda: api.run("p"), SourceError),
    ],
)
def test_a_project_from_before_is_bound_too(
    home: Path, monkeypatch: pytest.MonkeyPatch, line: str, step: Callable[[], object], error: type[Exception]
) -> None:
    """Someone else may have made it, or edited its files."""
    monkeypatch.chdir(home)
    api.approve("p", by="ana")
    configure(f"{line}\n")
    with pytest.raises(error, match=r"synth\.toml:1 has allowed_"):
        step()
    assert api.runs() == []


def test_a_table_may_not_come_from_elsewhere_than_its_source(
    home: Path, prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--stage` copies what a table names."""
    monkeypatch.chdir(home)
    configure(f'allowed_sources = ["duckdb:{prepared}/source.duckdb"]\n')
    api.approve("p", by="ana")
    file = home / "p" / "project.yaml"
    text = file.read_text()
    assert text.count(f"uri: duckdb:{prepared}/source.duckdb") == 3
    file.write_text(text.replace(f"uri: duckdb:{prepared}/source.duckdb", "uri: bigquery:prod.hr", 1))
    with pytest.raises(SourceError, match=r"customer of bigquery:prod\.hr may not be read"):
        api.approve("p", by="ana")


def test_a_run_that_is_resumed_is_bound_too(
    synth: Synth, home: Path, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    api.approve("p", by="ana")
    run = api.run("p")
    configure('allowed_sources = ["/nowhere"]\n')
    with pytest.raises(SourceError, match="allowed_sources"):
        api.resume(run.run_id)
    configure('allowed_targets = ["/nowhere"]\n')
    with pytest.raises(TargetError, match="allowed_targets"):
        api.resume(run.run_id)
    with pytest.raises(TargetError, match="allowed_targets"):
        api.audit_sync([run.run_id])

"""Whole jobs: from a source into files and a warehouse; what is refused before, and what fails on the way."""

from __future__ import annotations

import csv
import gzip
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml
from small_shop import (
    ROWS,
    Synth,
    assert_target_holds,
    count,
    database,
    done,
    edit,
    files_below,
    folder,
    mirrored,
    query,
    statuses,
    tables,
)

import synth_core
from synth_core.adapters.local_processes import LocalProcesses
from synth_core.errors import PlanError
from synth_core.model.plan import MAX_SEED
from synth_core.model.sources import split_sources
from synth_core.stages.generate import generate

pytestmark = pytest.mark.usefixtures("in_this_process")

# --- the whole job ---


def test_files_come_back_in_the_dialects_of_their_sources(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    source, out = folder(tmp_path / "shop files"), tmp_path / "out"
    made = done(synth("quickstart", source, "--target", out, "--json")).data
    assert made["project"] == "shop-files"
    assert made["checks"] and all(check["ok"] for check in made["checks"])
    links = [check["what"] for check in made["checks"] if check["kind"] == "links"]
    assert "every orders(column_2) → customers(customer_id)" in links
    batch = out / "output" / made["run_id"]
    assert made["output"] == str(batch)
    assert sorted(files_below(batch)) == [
        "customers/customers.csv",
        "order_lines/order_lines.tsv",
        "orders/orders.dat.gz",
    ]

    customers = (batch / "customers" / "customers.csv").read_bytes().decode("latin-1")
    banner, header, *rows = customers.removesuffix("\r\n").split("\r\n")
    assert (banner, header) == ("HEADER|customers|2024", "customer_id;full_name;city;balance")
    cells = list(csv.reader(rows, delimiter=";"))
    assert len(cells) == 60 and {len(row) for row in cells} == {4}
    assert {city for _, _, city, _ in cells} == {"Bern", "Köln", "Lyon", "Oslo"}
    assert all("," in balance and "." not in balance for *_, balance in cells)

    orders = gzip.decompress((batch / "orders" / "orders.dat.gz").read_bytes()).decode().splitlines()
    assert len(orders) == 120, "no header was there, none may be added"
    assert {order.split("|")[1] for order in orders} <= {row[0] for row in cells}
    header, *lines = (batch / "order_lines" / "order_lines.tsv").read_text().splitlines()
    assert header == "order_id\tline_no\tquantity"
    assert len(lines) == 180 == len({tuple(line.split("\t")[:2]) for line in lines})

    run = tmp_path / "home" / "runs" / made["run_id"]
    assert sorted(path.name for path in run.iterdir()) == [
        ".synth-driver", "drafted.json", "events", "manifest.json", "plan.json", "progress.json", "receipts",
        "source_facts.json",
    ]  # fmt: skip


def test_each_column_writes_its_nulls_as_its_source_does(synth: Synth, home: Path, tmp_path: Path) -> None:
    rows = [f"{i},{'NULL' if i % 3 else i / 8},{'' if i % 2 else 'seen'}" for i in range(1, 61)]
    source = tmp_path / "visits.csv"
    source.write_text("\n".join(["id,score,note", *rows]) + "\n")
    made = done(synth("quickstart", source, "--target", tmp_path / "out", "--json")).data
    cells = list(csv.reader(Path(made["files"][0]["path"]).read_text().splitlines()))[1:]
    scores, notes = ({row[column] for row in cells} for column in (1, 2))
    assert "NULL" in scores and "" not in scores
    assert notes == {"", "seen"}


def test_appending_continues_keys_and_replacing_begins_anew(
    synth: Synth, home: Path, target: Path, tmp_path: Path
) -> None:
    done(synth("approve", "p", "--by", "ana", "--seed", MAX_SEED))
    first = done(synth("run", "p", "--json")).data
    assert_target_holds(target)
    assert sorted(files_below(tmp_path / "files")) == [
        f"output/{first['run_id']}/{table}/{table}.parquet" for table in sorted(ROWS)
    ]

    refused = synth("run", "p")
    assert refused.code == 1 and refused.out == ""
    assert "customer" in refused.err and "`synth approve p`" in refused.err
    assert_target_holds(target)

    plan = done(synth("approve", "p", "--json")).data
    assert plan["offsets"]["customer"] == 60 and plan["offsets"]["orders"] == 150
    second = done(synth("run", "p", "--json")).data
    assert second["run_id"] != first["run_id"]
    assert_target_holds(target, batches=2)

    done(synth("approve", "p", "--replace"))
    third = done(synth("run", "p", "--json")).data
    assert_target_holds(target)

    rows = done(synth("audit", "--json")).data
    for made in (first, second, third):
        both = {table: ["In Progress", "Completed"] for table in ROWS}
        assert statuses(rows, made["run_id"]) == mirrored(target, made["run_id"]) == both
    ends = {row["table_name"]: row for row in rows if row["event_id"].startswith(f"{first['run_id']}/00000")}
    for table, end in ends.items():
        assert end["num_records_generated"] == end["user_requested_table_count"] == ROWS[table]
        assert (end["approver"], end["batch_id"], end["seed"]) == ("ana", first["run_id"], MAX_SEED)
        assert Path(end["output_path"]) == tmp_path / "files" / "output" / first["run_id"] / table
        assert end["target_table"] == f"duckdb:{target}#{table}"


def test_appended_rows_do_not_repeat_the_ones_before(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in a table with keys nor in one without, neither of our functions nor of Snowfakery's own."""
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    sql = """
        CREATE TABLE person (id BIGINT PRIMARY KEY, city VARCHAR, email VARCHAR);
        INSERT INTO person
        SELECT i, ['Bern', 'Oslo'][1 + i % 2], 'ann' || i || '@example.com' FROM range(1, 81) t(i);
        CREATE TABLE visit (person BIGINT NOT NULL REFERENCES person(id), minutes BIGINT, ip VARCHAR);
        INSERT INTO visit SELECT 1 + i % 80, i * i % 997, '10.0.' || i % 250 || '.7' FROM range(150) t(i);
    """
    source, target = database(tmp_path / "source.duckdb", sql), tmp_path / "target.duckdb"
    batches = []
    for _ in range(2):
        done(synth("quickstart", source, "--target", f"duckdb:{target}", "--seed", 7))
        persons = query(target, "SELECT id, city, email FROM person ORDER BY id")
        visits = query(target, "SELECT person, minutes, ip FROM visit ORDER BY rowid")
        batches.append((persons[-80:], visits[-150:]))
    for first, second in zip(*batches, strict=True):
        for before, after in zip(zip(*first, strict=True), zip(*second, strict=True), strict=True):
            assert before != after
    links = [[ids.index(person) for person, *_ in visits] for ids, visits in
             (([row[0] for row in persons], visits) for persons, visits in batches)]  # fmt: skip
    assert links[0] != links[1]


def test_how_one_plan_loads_is_not_remembered(synth: Synth, home: Path, target: Path) -> None:
    """Whoever replaced once must not lose the target's rows by a later plain approval."""
    project = (home / "p" / "project.yaml").read_text()
    for options, mode in (([], "append"), (["--replace"], "replace"), ([], "append")):
        plan = done(synth("approve", "p", "--rows", 10, *options, "--json")).data
        assert plan["mode"] == mode
        done(synth("run", "p"))
    assert count(target, "customer") == 20
    assert (home / "p" / "project.yaml").read_text() == project

    edit(home / "p" / "project.yaml", "  files:", "  mode: replace\n  files:")
    assert done(synth("approve", "p", "--json")).data["mode"] == "replace"
    appending = done(synth("approve", "p", "--append", "--json")).data
    assert (appending["mode"], appending["offsets"]["customer"]) == ("append", 20)


def test_the_same_plan_gives_the_same_bytes(
    synth: Synth, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when three workers share it."""
    plan = done(synth("approve", "p", "--seed", 7, "--rows", 40, "--count", "orders=77", "--json")).data
    assert plan["counts"] == {"customer": 40, "orders": 77, "passport": 40}
    runs = [done(synth("run", "p", "--json")).data]
    monkeypatch.setattr("synth_core.engine.shards.CELLS_A_HEAP", 1)
    backend = LocalProcesses(3)
    run_id = synth_core.run("p", backend=backend).run_id
    assert len(backend.poll()) == 3
    runs += [run for run in done(synth("runs", "--json")).data if run["run_id"] == run_id]
    one, other = (files_below(tmp_path / "out" / "output" / run["run_id"]) for run in runs)
    assert one == other
    assert {file["table"]: file["rows"] for file in runs[0]["files"]} == plan["counts"]
    with duckdb.connect() as con:
        path = tmp_path / "out" / "output" / runs[0]["run_id"] / "orders" / "orders.parquet"
        assert con.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall() == [(77,)]


def test_files_of_the_folder_that_one_is_in_are_never_run(
    synth: Synth, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data comes with all sorts of files: a worker that imported one of them would run a stranger's code."""
    (tmp_path / "here").mkdir()
    for module in ("numpy", "snowfakery", "synth_core", "json"):
        (tmp_path / "here" / f"{module}.py").write_text("raise SystemExit('a file of the folder was run')\n")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("synth_core.wiring.open_backend", LocalProcesses)
    done(synth("approve", "p", "--rows", 5))
    done(synth("run", "p"))


# --- what is refused before anything is made ---


def nothing_was_run(home: Path, *places: Path) -> bool:
    return not (home / "runs").exists() and not any(place.exists() for place in places)


@pytest.mark.parametrize(
    ("options", "counts"),
    [
        ([], ROWS),
        (["--rows", "55"], {"customer": 55, "orders": 55, "passport": 50}),
        (["--scale", "2.5"], {"customer": 150, "orders": 375, "passport": 125}),
        (["--scale", "0.1", "--count", "orders=1000"], {"customer": 6, "orders": 1000, "passport": 5}),
    ],
)
def test_counts_are_exact(
    synth: Synth, home: Path, tmp_path: Path, options: list[str], counts: dict[str, int]
) -> None:
    assert done(synth("approve", "p", *options, "--json")).data["counts"] == counts


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--count", "passport=61"], ["passport.customer", "61", "60"]),
        (["--count", "orders=0"], ["orders", "0 rows"]),
        (["--count", "orders=-5"], ["orders", "-5 rows"]),
        (["--count", "order=5"], ["'order'", "customer, orders, passport"]),
        (["--scale", "1e30"], ["customer", "more than can be made"]),
        (["--rows", "0"], ["0 rows"]),
        (["--scale", "nan"], ["nan"]),
        (["--by", ""], ["give a name"]),
        (["--by", " "], ["give a name"]),
    ],
)
def test_plans_that_can_not_be_met_are_refused(
    synth: Synth, home: Path, tmp_path: Path, options: list[str], named: list[str]
) -> None:
    said = synth("approve", "p", *options)
    assert (said.code, said.out) == (1, "")
    for name in named:
        assert name in said.err
    assert not (home / "p" / "approved.json").exists()
    assert nothing_was_run(home, tmp_path / "out")


def test_what_nobody_asked_for_is_made_as_often_as_can_be(synth: Synth, home: Path) -> None:
    approved = done(synth("approve", "p", "--count", "customer=10", "--json")).data
    assert (approved["counts"]["customer"], approved["counts"]["passport"]) == (10, 10)
    [fewer] = approved["fewer"]
    assert fewer["table"] == "passport" and "50 rows can't be dealt to 10 parents" in fewer["why"]


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_seeds_that_the_audit_can_not_hold_are_refused(home: Path, tmp_path: Path, seed: int) -> None:
    for command in (synth_core.approve, synth_core.preview):
        with pytest.raises(PlanError, match=f"{seed} can't be a seed.*0 to {MAX_SEED}"):
            command("p", seed=seed)
    with pytest.raises(PlanError, match="can't be a seed"):
        generate("- object: a", tmp_path / "out", seed=seed, today=date(2024, 1, 1))
    assert nothing_was_run(home, tmp_path / "out")


@pytest.mark.parametrize("file", ["project.yaml", "recipe.yml", "tables/extra.csv"])
def test_what_changed_after_its_approval_does_not_run(
    synth: Synth, home: Path, tmp_path: Path, file: str
) -> None:
    done(synth("approve", "p"))
    path = home / "p" / file
    path.parent.mkdir(exist_ok=True)
    if file == "project.yaml":
        edit(path, f"uri: {tmp_path / 'out'}", f"uri: {tmp_path / 'elsewhere'}")
    else:
        path.write_text((path.read_text() if path.exists() else "") + "\n# one more line\n")
    said = synth("run", "p")
    assert (said.code, said.out) == (1, "")
    assert "changed after it was approved" in said.err and "`synth approve p`" in said.err
    assert nothing_was_run(home, tmp_path / "out", tmp_path / "elsewhere")


def test_a_tampered_approval_does_not_run(synth: Synth, home: Path, tmp_path: Path) -> None:
    done(synth("approve", "p", "--rows", 5))
    edit(home / "p" / "approved.json", '"orders": 5', '"orders": 6')
    assert "changed after it was approved" in synth("run", "p").err
    assert nothing_was_run(home, tmp_path / "out")


def test_a_target_that_is_the_source_is_refused(
    synth: Synth, prepared: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f"duckdb:{prepared / 'source.duckdb'}"
    before = (prepared / "source.duckdb").read_bytes()
    monkeypatch.chdir(tmp_path)
    relative = os.path.relpath(prepared / "source.duckdb", tmp_path)
    files = folder(tmp_path / "files")
    for arguments in (
        (source, "--target", source),
        (f"{source}#orders", "--target", f"duckdb:{relative}"),
        (files, "--target", f"{tmp_path}/./files"),
        (files, "--target", f"duckdb:{tmp_path}/t.duckdb", "--files", files),
    ):
        said = synth("quickstart", *arguments)
        assert (said.code, said.out) == (1, "")
        assert "is the source" in said.err
    assert (prepared / "source.duckdb").read_bytes() == before
    assert sorted(path.name for path in home.iterdir()) == [".synth-lock", "p"]


def test_a_relative_path_holds_from_any_folder(
    synth: Synth, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(prepared)
    done(synth("init", "q", "--source", "duckdb:source.duckdb#orders", "--target", "duckdb:q.duckdb"))
    monkeypatch.chdir(tmp_path)
    stored = synth_core.open("q").project
    assert split_sources(stored.source) == [f"duckdb:{prepared}/source.duckdb#orders"]
    assert stored.target.uri == f"duckdb:{prepared}/q.duckdb"


# --- a target that can't take the rows ---


def test_a_target_with_another_schema_fails_and_stays(synth: Synth, home: Path, target: Path) -> None:
    with duckdb.connect(str(target)) as con:
        con.execute("CREATE TABLE orders (no VARCHAR, customer BIGINT, note VARCHAR)")
        con.execute("INSERT INTO orders VALUES ('real', 1, 'row')")
    done(synth("approve", "p", "--replace"))
    said = synth("run", "p")
    assert (said.code, said.out) == (1, "")
    for named in ("orders", "no is VARCHAR", "day is missing", "note", "drop the table"):
        assert named in said.err
    assert tables(target) == ["orders"]
    assert query(target, "SELECT * FROM orders") == [("real", 1, "row")]
    [run] = done(synth("runs", "--json")).data
    assert run["state"] == "failed" and "orders" in run["message"]
    rows = done(synth("audit", "--json")).data
    both = {table: ["In Progress", "Failed"] for table in ROWS}
    assert statuses(rows, run["run_id"]) == mirrored(target, run["run_id"]) == both
    assert "orders has another schema" in rows[-1]["error_message"]
    assert f"{run['run_id']}: {run['message']}\n" in done(synth("runs")).out
    assert done(synth("audit")).out.count(run["message"]) == 1, "it is the same for all tables"
    assert not (target.parent / "files").exists()


def test_a_target_that_another_program_holds_fails_and_can_be_resumed(
    synth: Synth, home: Path, target: Path
) -> None:
    done(synth("approve", "p", "--rows", 10, "--replace"))
    script = f"import duckdb, sys; con = duckdb.connect({str(target)!r}); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout and holder.stdin
    try:
        assert holder.stdout.readline() == "held\n"
        said = synth("run", "p")
    finally:
        holder.stdin.close()
        holder.wait()
    assert (said.code, said.out) == (1, "")
    [run] = done(synth("runs", "--json")).data
    assert run["state"] == "failed"
    started, why, how = said.err.splitlines()
    assert started == f"synth: run {run['run_id']} has started."
    assert "open for writing" in why
    assert how == f"synth: when that is mended, `synth resume {run['run_id']}` goes on with the run."
    done(synth("audit", "sync", run["run_id"]))
    assert mirrored(target, run["run_id"]) == {table: ["In Progress", "Failed"] for table in ROWS}
    done(synth("resume", run["run_id"]))
    assert {table: count(target, table) for table in ROWS} == dict.fromkeys(ROWS, 10)


def test_the_audit_table_is_brought_up_to_date(synth: Synth, home: Path, target: Path) -> None:
    done(synth("approve", "p", "--rows", 10))
    first = done(synth("run", "p", "--json")).data["run_id"]
    done(synth("approve", "p", "--rows", 10))
    second = done(synth("run", "p", "--json")).data["run_id"]
    with duckdb.connect(str(target)) as con:
        con.execute("DELETE FROM synth_audit.audit WHERE status = 'Completed'")
    assert done(synth("audit", "sync", first, "--json")).data == {"runs": [first]}
    both = {table: ["In Progress", "Completed"] for table in ROWS}
    assert mirrored(target, first) == both
    assert mirrored(target, second) == {table: ["In Progress"] for table in ROWS}
    assert done(synth("audit", "sync")).out == "The audit table has the events of 2 runs.\n"
    assert mirrored(target, first) == mirrored(target, second) == both


def test_files_alone_have_no_audit_table_unless_one_is_named(synth: Synth, home: Path) -> None:
    done(synth("approve", "p", "--rows", 10))
    run_id = done(synth("run", "p", "--json")).data["run_id"]
    said = synth("audit", "sync", run_id)
    assert said.code == 1 and "no audit table" in said.err and "audit_table" in said.err
    assert done(synth("audit", "sync", "--json")).data == {"runs": []}


# --- recipes that fail on the way ---


def test_a_failing_formula_names_table_and_column(synth: Synth, home: Path, target: Path) -> None:
    recipe = home / "p" / "recipe.yml"
    lines = recipe.read_text().splitlines()
    [place] = [index for index, line in enumerate(lines) if line.startswith("    name:")]
    lines[place] = "    name: ${{ 'No. ' ~ 1 / (child_index - 7) }}"
    recipe.write_text("\n".join(lines) + "\n")
    done(synth("approve", "p"))
    said = synth("run", "p")
    assert (said.code, said.out) == (1, "")
    [run] = done(synth("runs", "--json")).data
    assert run["state"] == "failed"
    rows = done(synth("audit", "--json")).data
    assert (
        statuses(rows, run["run_id"])
        == mirrored(target, run["run_id"])
        == {table: ["In Progress", "Failed"] for table in ROWS}
    )
    assert tables(target) == []
    assert not (home / "runs" / run["run_id"] / "work").exists()
    for message in (said.err, run["message"], rows[-1]["error_message"]):
        assert "division by zero" in message
        assert "customer" in message and "name" in message


def test_rows_that_break_a_check_are_not_published(synth: Synth, home: Path, target: Path) -> None:
    """A check sees what no linter can: the values of a formula."""
    recipe = home / "p" / "recipe.yml"
    lines = recipe.read_text().splitlines()
    [place] = [index for index, line in enumerate(lines) if "Synth.reference" in line and "children" in line]
    lines[place - 1 : place + 1] = ["    customer: ${{ 1 + child_index }}"]
    recipe.write_text("\n".join(lines) + "\n")
    done(synth("approve", "p"))
    said = synth("run", "p")
    assert (said.code, said.out) == (1, "")
    for named in ("orders(customer) → customer(id)", "90 rows", "Nothing was published"):
        assert named in said.err
    assert tables(target) == []
    [run] = done(synth("runs", "--json")).data
    assert run["state"] == "failed"
    assert [check["what"] for check in run["checks"] if not check["ok"]] == [
        "every orders(customer) → customer(id)"
    ]
    assert mirrored(target, run["run_id"]) == {table: ["In Progress", "Failed"] for table in ROWS}


def test_a_link_to_rows_that_are_not_unique_is_not_published(synth: Synth, home: Path, target: Path) -> None:
    """A person linked to a column that is no key, and only the rows show that its values occur twice."""
    project, recipe = home / "p" / "project.yaml", home / "p" / "recipe.yml"
    data = yaml.safe_load(project.read_text())
    ends = {"table": "passport", "columns": ["number"], "ref_table": "customer", "ref_columns": ["name"]}
    data["links"].append({**ends, "accepted": {"value": True, "origin": "human"}})
    project.write_text(yaml.safe_dump(data, sort_keys=False))
    made = yaml.safe_load(recipe.read_text())
    fields = {each["object"]: each["fields"] for each in made if "object" in each}
    fields["customer"]["name"] = "${{ 'n' ~ child_index // 2 }}"
    fields["passport"]["number"] = "n1"
    recipe.write_text(yaml.safe_dump(made, sort_keys=False))
    done(synth("approve", "p"))
    said = synth("run", "p")
    assert (said.code, said.out) == (1, "")
    assert "passport(number) → customer(name)" in said.err and "30 rows" in said.err
    assert tables(target) == []
    fields["customer"]["name"] = "${{ 'n' ~ child_index }}"
    recipe.write_text(yaml.safe_dump(made, sort_keys=False))
    for _ in range(2):
        done(synth("approve", "p"))
        said = synth("run", "p")
    # The second batch makes the same names again: two customers for each passport of the first.
    assert said.code == 1 and "name new in the target" in said.err
    assert count(target, "customer") == ROWS["customer"]

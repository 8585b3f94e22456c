"""Bad input: each kind is refused with a message that names the place and says what to do, and nothing is written."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet
import pytest
from small_shop import ROWS, Synth, count, done, edit, files_below, tables

import synth_core

pytestmark = pytest.mark.usefixtures("in_this_process")
ROOT = Path(synth_core.__file__).parents[1]
GOOD = "id,name,amount\n" + "".join(f"{i},n{i},{i * 1.5}\n" for i in range(1, 60))
HEADER, FIRST, *_ = GOOD.splitlines(keepends=True)
PACKED = gzip.compress("".join(f"{i},{i * i}\n" for i in range(3000)).encode())


def parquet(**columns: list[Any]) -> bytes:
    """A Parquet file of these columns."""
    sink = pa.BufferOutputStream()
    pa.parquet.write_table(pa.table(columns), sink)
    return bytes(sink.getvalue())


# A file's name and bytes, and what the message must hold besides the file's path.
BAD = {
    "empty": ("orders.csv", b"", ["0 bytes", "Leave it out"]),
    "blank lines": ("orders.csv", b"\n\r\n\n", ["blank lines", "Leave"]),
    "empty gzip": ("orders.csv.gz", gzip.compress(b""), ["0 bytes", "Leave it out"]),
    "truncated gzip": ("orders.csv.gz", PACKED[: len(PACKED) // 2], ["gzip", "copy it again"]),
    "damaged gzip": ("orders.csv.gz", PACKED[:200] + b"\0" * 50 + PACKED[250:], ["gzip", "copy it again"]),
    "binary": ("orders.csv", bytes(range(256)) * 20, ["line 1", "binary", "Export"]),
    "an image": ("orders.csv", b"\x89PNG\r\n\x1a\n" + bytes(99), ["PNG image", "export it as text"]),
    "a workbook": ("orders.csv", b"PK\x03\x04" + bytes(99), ["Excel", "export it as text"]),
    "a row too short": (
        "orders.csv",
        GOOD.encode() + b"77,x\n",
        ["line 61", "2 values", "3", "Correct the line"],
    ),
    "a row too long": (
        "orders.csv",
        (GOOD + "7,x,1,2\n" + FIRST).encode(),
        ["line 61", "4 values", "needs quotes"],
    ),
    "an unclosed quote": (
        "orders.csv",
        (HEADER + "".join(f'{i},"n, {i}",{i}\n' for i in range(60)) + '99,"open,1\n98,x,2\n').encode(),
        ["line 62", "never closed", "Close or double the quote"],
    ),
    "utf-32": ("orders.csv", GOOD.encode("utf-32"), ["utf-32", "export it as text"]),
    "bytes that are no utf-8": (
        "orders.csv",
        b"id,name\n" + "".join(f"{i},Zoë\n" for i in range(60)).encode() + b"61,Zo\xeb\n",
        ["line 62", "utf-8"],
    ),
    "no parquet": ("orders.parquet", b"PAR1 and no more", ["Parquet", "cut off"]),
    "an empty parquet": ("orders.parquet", b"", ["0 bytes"]),
    "broken JSON": ("orders.ndjson", b'{"a": 1}\n{"a": 2\n', ["line 2", "JSON", "one JSON object a line"]),
    "keys equal but for case": (
        "orders.ndjson",
        b'{"id": 1, "Name": "a"}\n{"id": 2, "name": "b"}\n',
        ["line 2", "Name, name", "rename one"],
    ),
    "inner keys equal but for case": (
        "orders.ndjson",
        b'{"id": 1, "a": [{"x": 1, "X": 2}]}\n',
        ["line 1", "x, X", "rename one"],
    ),
    "columns equal but for case": (
        "orders.parquet",
        parquet(id=[1], Name=[1], name=[2]),
        ["Name, name", "Rename"],
    ),
    "fields equal but for case": ("orders.parquet", parquet(s=[{"x": 1, "X": 2}]), ["s.x, s.X", "Rename"]),
    "JSON that is no object": ("orders.ndjson", b'{"a": 1}\n[1, 2]\n', ["line 2", "object"]),
}


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that isn't there yet."""
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.mark.slow
@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_refused_by_every_command_that_reads(
    synth: Synth, fresh: Path, tmp_path: Path, kind: str
) -> None:
    name, data, named = BAD[kind]
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    (source / name).write_bytes(data)
    (source / "a good one.csv").write_text(GOOD)
    before = files_below(tmp_path)

    for command in (
        ["sniff", source / name],
        ["relate", source],
        ["relate", source, "--json"],
        ["quickstart", source, "--target", target],
        ["quickstart", source, "--target", f"duckdb:{target}", "--files", tmp_path / "files", "--json"],
    ):
        said = synth(*command)
        assert (said.code, said.out) == (1, ""), command
        assert said.err.startswith("synth: ") and str(source / name) in said.err
        for text in named:
            assert text in said.err, command
    assert files_below(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source"]


def test_a_project_keeps_what_it_has_when_its_source_breaks(
    synth: Synth, fresh: Path, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(GOOD)
    done(synth("init", "p", "--source", path, "--target", tmp_path / "out"))
    done(synth("infer", "p"))
    done(synth("draft", "p"))
    before = files_below(fresh)
    path.write_text(GOOD + "1,2\n")
    said = synth("infer", "p")
    assert (said.code, said.out) == (1, "") and f"{path}, line 61" in said.err
    path.unlink()
    said = synth("infer", "p")
    assert (said.code, said.out) == (1, "") and str(path) in said.err
    assert files_below(fresh) == before


# --- tables without rows ---


def test_a_header_only_is_a_finding_and_an_empty_table(synth: Synth, fresh: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target.duckdb"
    source.mkdir()
    (source / "empty.csv").write_text("id;Größe;day\n", encoding="latin-1")
    (source / "full.csv").write_text(GOOD)
    [entry] = done(synth("sniff", source / "empty.csv", "--json")).data
    assert [column["name"] for column in entry["columns"]] == ["id", "Größe", "day"]
    said = done(synth("quickstart", source, "--target", f"duckdb:{target}", "--files", tmp_path / "files"))
    assert "empty.csv" in said.out and "no row" in said.out
    assert (count(target, "empty"), count(target, "full")) == (0, 59)
    [written] = (tmp_path / "files").rglob("empty.csv")
    assert written.read_text(encoding="latin-1") == "id;Größe;day\n"


@pytest.mark.parametrize("kind", ["file", "database"])
def test_a_source_without_any_row_makes_no_plan(synth: Synth, fresh: Path, tmp_path: Path, kind: str) -> None:
    target = tmp_path / "target.duckdb"
    if kind == "file":
        source = str(tmp_path / "orders.csv")
        Path(source).write_text(HEADER)
    else:
        source = f"duckdb:{tmp_path / 'orders.duckdb'}"
        with duckdb.connect(source.removeprefix("duckdb:")) as con:
            con.execute("CREATE TABLE orders (id BIGINT PRIMARY KEY, name VARCHAR)")
    said = synth("quickstart", source, "--target", f"duckdb:{target}", "--json")
    assert (said.code, said.out) == (1, "")
    assert "no rows" in said.err and "`--count orders=100`" in said.err
    assert not target.exists() and not (fresh / "runs").exists()


def test_a_database_without_tables(synth: Synth, fresh: Path, tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "nothing.duckdb")).close()
    said = synth("quickstart", f"duckdb:{tmp_path}/nothing.duckdb", "--target", tmp_path / "out")
    assert (said.code, said.out) == (1, "")
    assert "nothing.duckdb" in said.err and "no table" in said.err
    assert not fresh.exists()


# --- tables and places that are not there ---


@pytest.mark.parametrize("command", ["init", "quickstart"])
@pytest.mark.parametrize("kind", ["folder", "database"])
def test_an_unknown_table_is_named_with_those_that_are_there(
    synth: Synth, fresh: Path, prepared: Path, tmp_path: Path, command: str, kind: str
) -> None:
    source = f"duckdb:{prepared / 'source.duckdb'}"
    if kind == "folder":
        source = str(tmp_path / "source")
        Path(source).mkdir()
        for name in ROWS:
            (Path(source) / f"{name}.csv").write_text(GOOD)
    before = files_below(tmp_path)
    start = ["init", "p", "--source", source] if command == "init" else ["quickstart", source]
    for wanted in ("orderz", "orders,Orders"):
        said = synth(*start, "--target", tmp_path / "out", "--tables", wanted)
        assert (said.code, said.out) == (1, "")
        assert repr(wanted.rpartition(",")[2]) in said.err and "customer, orders, passport" in said.err
    if kind == "database":
        start[-1] += "#orderz"
        said = synth(*start, "--target", tmp_path / "out")
        assert (said.code, said.out) == (1, "")
        assert "'orderz'" in said.err and "customer, orders, passport" in said.err
    assert files_below(tmp_path) == before and not fresh.exists()


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("missing", ["missing", "no such file or folder"]),
        ("missing_*.csv", ["missing_*.csv", "no such file"]),
        ("orders=missing_*.csv", ["missing_*.csv", "no such file"]),
        ("duckdb:missing.duckdb", ["missing.duckdb", "no file"]),
        ("duckdb:notes.md", ["notes.md", "not a DuckDB file"]),
        ("notes.md", ["no table", ".csv"]),
        (".", ["no table", ".csv"]),
    ],
)
def test_a_source_that_is_none(
    synth: Synth, fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, named: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text("# Notes\n")
    for command in (["relate", source], ["quickstart", source, "--target", "out"]):
        said = synth(*command)
        assert (said.code, said.out) == (1, ""), command
        for text in named:
            assert text in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.md"]


@pytest.mark.parametrize("other", ["orders.tsv", "Orders.tsv"])
def test_two_files_that_would_be_one_table(synth: Synth, fresh: Path, tmp_path: Path, other: str) -> None:
    """Names that differ only in case are one to a database."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "orders.csv").write_text(GOOD)
    (source / other).write_text(GOOD.replace(",", "\t"))
    for command in (["relate", source], ["quickstart", source, "--target", tmp_path / "out"]):
        said = synth(*command)
        assert (said.code, said.out) == (1, ""), command
        assert "orders.csv" in said.err and other in said.err and "other_name=" in said.err
    assert not fresh.exists()
    said = done(synth("relate", source, f"other_name={source / other}", "--json"))
    assert set(said.data["tables"]) == {"orders", "other_name"}


def test_a_file_and_a_table_of_one_name(synth: Synth, prepared: Path, tmp_path: Path) -> None:
    (tmp_path / "Orders.csv").write_text(GOOD)
    said = synth("relate", tmp_path / "Orders.csv", f"duckdb:{prepared / 'source.duckdb'}")
    assert (said.code, said.out) == (1, "")
    assert "'Orders', 'orders'" in said.err and "name=PATTERN" in said.err


def test_files_of_one_pattern_with_different_columns(synth: Synth, fresh: Path, tmp_path: Path) -> None:
    (tmp_path / "orders_1.csv").write_text(GOOD)
    (tmp_path / "orders_2.csv").write_text(GOOD.replace("name", "nom"))
    said = synth("quickstart", f"orders={tmp_path}/orders_*.csv", "--target", tmp_path / "out")
    assert (said.code, said.out) == (1, "")
    assert "orders_2.csv" in said.err and "header" in said.err and "same columns" in said.err
    assert not fresh.exists()


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ("notes.md", ["notes.md", "not a folder"]),
        ("duckdb:notes.md", ["notes.md", "not a DuckDB file"]),
        ("duckdb:.", ["is a folder", "file in it"]),
    ],
)
def test_a_target_that_is_none(
    synth: Synth,
    fresh: Path,
    prepared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    named: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text("# Notes\n")
    said = synth("quickstart", f"duckdb:{prepared / 'source.duckdb'}", "--target", target, "--json")
    assert (said.code, said.out) == (1, "")
    for text in named:
        assert text in said.err
    assert (tmp_path / "notes.md").read_text() == "# Notes\n"
    assert not (fresh / "runs").exists()


# --- projects that were broken by hand ---


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("project.yaml", "name: p\n", "name: p\n  oh: [\n", ["p/project.yaml", "line"]),
        ("project.yaml", "k: 10", "k: 0", ["p/project.yaml", "k"]),
        ("project.yaml", "- name: passport\n", "- name: Customer\n", ["p/project.yaml", "'customer' and 'Customer'"]),
        ("project.yaml", "  - name: city\n", "  - name: Name\n", ["p/project.yaml", "'name' and 'Name'", "'customer'"]),
        ("project.yaml", "  ref_columns:\n  - id", "  ref_columns:\n  - di", ["customer.di"]),
        ("recipe.yml", '- object: "orders"', '- object: "order"', ["recipe.yml", "order"]),
        ("recipe.yml", "- plugin:", "- plugin: os\n- plugin:", ["recipe.yml:4", "plugin"]),
    ],
)  # fmt: skip
def test_a_file_broken_by_hand_is_named(
    synth: Synth, home: Path, tmp_path: Path, file: str, old: str, new: str, named: list[str]
) -> None:
    path = home / "p" / file
    text = path.read_text()
    if old == "k: 10" and old not in text:
        path.write_text(text + "k: 0\n")
    else:
        path.write_text(text.replace(old, new, 1))
        assert path.read_text() != text
    before = files_below(home)
    for command in ("lint", "preview", "approve"):
        said = synth(command, "p", "--json")
        assert said.code == 1
        assert said.out == "" or (command, file) == ("lint", "recipe.yml")
        for name in named:
            assert name in said.err
    assert files_below(home) == before


def test_a_run_broken_by_hand_is_named(synth: Synth, home: Path) -> None:
    done(synth("approve", "p", "--rows", 5))
    made = done(synth("run", "p", "--json")).data
    for file in ("manifest.json", "plan.json"):
        path = home / "runs" / made["run_id"] / file
        whole = path.read_text()
        path.write_text(whole[:100])
        for command in (["runs", "--json"], ["resume", made["run_id"], "--json"]):
            said = synth(*command)
            assert (said.code, said.out) == (1, "")
            assert f"runs/{made['run_id']}/{file} can't be read" in said.err and "Restore" in said.err
        path.write_text(whole)
    assert len(done(synth("runs", "--json")).data) == 1


# --- no space left ---

FULL = """
import resource, sys
from synth_core.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.exit(main(sys.argv[2:]))
"""


def with_limit(size: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command that can write no file larger than that, as if the disk were full."""
    return subprocess.run(
        [sys.executable, "-c", FULL, str(size), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_no_space_for_the_files(synth: Synth, home: Path, target: Path, tmp_path: Path) -> None:
    recipe = home / "p" / "recipe.yml"
    [name] = [line for line in recipe.read_text().splitlines() if line.startswith("    name: ")]
    edit(recipe, name, "    name: {fake: Text}")
    done(synth("approve", "p", "--count", "customer=1000"))
    said = with_limit(50_000, "run", "p", "--json")
    assert (said.returncode, said.stdout) == (1, "")
    assert "customer" in said.stderr and "space" in said.stderr and "Traceback" not in said.stderr
    [run] = done(synth("runs", "--json")).data
    assert run["state"] == "failed"
    assert not list((tmp_path / "files").rglob("customer*parquet*"))
    assert tables(target) == []
    done(synth("resume", run["run_id"]))
    assert count(target, "customer") == 1000


def test_no_space_in_the_target(synth: Synth, home: Path, target: Path) -> None:
    done(synth("approve", "p", "--count", "orders=4000"))
    said = with_limit(100_000, "run", "p", "--json")
    assert (said.returncode, said.stdout) == (1, "")
    assert str(target) in said.stderr and "space" in said.stderr and "Traceback" not in said.stderr
    assert tables(target) == []
    [run] = done(synth("runs", "--json")).data
    assert run["state"] == "failed"
    done(synth("resume", run["run_id"]))
    assert count(target, "orders") == 4000


def test_no_space_for_rows_of_a_recipe(synth: Synth, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yml"
    recipe.write_text("- object: big\n  count: 4000\n  fields:\n    text: ${{ 'x' * 100 ~ child_index }}\n")
    said = with_limit(50_000, "generate", str(recipe), "--out", str(tmp_path / "out"))
    assert (said.returncode, said.stdout) == (1, "")
    assert "big.csv" in said.stderr and "space" in said.stderr and "Traceback" not in said.stderr
    assert not (tmp_path / "out").exists()

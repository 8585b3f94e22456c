"""A small source for tests of whole jobs, as files and as a DuckDB database, and the command line called in-process."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from synth_core.cli import main

CITIES = ("Bern", "Köln", "Lyon", "Oslo")
SQL = """
    CREATE TABLE customer (id BIGINT PRIMARY KEY, name VARCHAR, city VARCHAR);
    INSERT INTO customer SELECT i, 'Name ' || i || ' Ltd', ['Bern', 'Oslo', 'Lyon'][1 + i % 3] FROM range(1, 61) t(i);
    CREATE TABLE orders (no BIGINT PRIMARY KEY, customer BIGINT NOT NULL REFERENCES customer(id), day DATE);
    INSERT INTO orders SELECT 1000 + i, i % 60 + 1, DATE '2024-01-01' + (i % 90)::INT FROM range(150) t(i);
    CREATE TABLE passport (customer BIGINT PRIMARY KEY REFERENCES customer(id), number VARCHAR);
    INSERT INTO passport SELECT i, 'P' || lpad(i::VARCHAR, 6, '0') FROM range(1, 51) t(i);
"""
ROWS = {"customer": 60, "orders": 150, "passport": 50}


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """Standard output as JSON; fails when anything else stands there."""
        return json.loads(self.out)


Synth = Callable[..., Said]


def caller(capfd: pytest.CaptureFixture[str]) -> Synth:
    """`synth(…)` runs the command line in this process; what it prints is taken from the file descriptors."""

    def synth(*arguments: object) -> Said:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)

    return synth


def done(said: Said) -> Said:
    """The answer of a command that must have worked."""
    assert said.code == 0, said.err
    return said


def database(path: Path, sql: str = SQL) -> str:
    """A DuckDB source."""
    with duckdb.connect(str(path)) as con:
        con.execute(sql)
    return f"duckdb:{path}"


def folder(path: Path) -> Path:
    """Three tables in three dialects: a banner, decimal commas and latin-1; no header and gzip; tabs and a two-column
    key. A fourth file is no table."""
    path.mkdir(parents=True)
    customers = ["HEADER|customers|2024", "customer_id;full_name;city;balance"]
    customers += [
        f"{i};Ana Müller {i};{CITIES[i % 4]};{i * 3}, {i % 10}5".replace(", ", ",") for i in range(1, 61)
    ]
    (path / "customers.csv").write_bytes(("\r\n".join(customers) + "\r\n").encode("latin-1"))
    orders = [
        f"{5000 + i}|{i % 60 + 1}|2024-0{i % 9 + 1}-1{i % 8}|{'open' if i % 3 else 'done'}"
        for i in range(1, 121)
    ]
    (path / "orders.dat.gz").write_bytes(gzip.compress(("\n".join(orders) + "\n").encode()))
    lines = ["order_id\tline_no\tquantity"]
    lines += [f"{5000 + i}\t{line}\t{(i + line) % 5 + 1}" for i in range(1, 91) for line in (1, 2)]
    (path / "order_lines.tsv").write_text("\n".join(lines) + "\n")
    (path / "labels.json").write_text("{}")
    return path


def count(path: Path, table: str) -> int:
    """Rows of a table in a DuckDB file."""
    [[rows]] = query(path, f'SELECT count(*) FROM main."{table}"')
    return int(rows)


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Rows from a DuckDB file."""
    with duckdb.connect(str(path), read_only=True) as con:
        return con.execute(sql).fetchall()


def tables(path: Path) -> list[str]:
    """Tables of a DuckDB file's main schema; none where there is no file."""
    if not path.exists():
        return []
    sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY 1"
    return [name for (name,) in query(path, sql)]


def files_below(path: Path) -> dict[str, bytes]:
    """Every file below a folder by its relative path."""
    return {
        str(file.relative_to(path)): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def statuses(rows: list[dict[str, Any]], run_id: str) -> dict[str, list[str]]:
    """By table: what the audit says of it, in order."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["run_id"] == run_id:
            found.setdefault(row["table_name"], []).append(row["status"])
    return found


def mirrored(path: Path, run_id: str) -> dict[str, list[str]]:
    """The same from the warehouse's audit table."""
    sql = "SELECT table_name, status FROM synth_audit.audit WHERE run_id = $run ORDER BY event_id"
    with duckdb.connect(str(path), read_only=True) as con:
        found: dict[str, list[str]] = {}
        for table, status in con.execute(sql, {"run": run_id}).fetchall():
            found.setdefault(table, []).append(status)
        return found


def assert_target_holds(path: Path, batches: int = 1) -> None:
    """Exactly the rows of so many runs: keys unique, no orphans, nothing left of staging."""
    # Opening takes far longer than any of the queries; while it is open, opening it again does not.
    with duckdb.connect(str(path), read_only=True):
        assert tables(path) == sorted(ROWS)
        for table, rows in ROWS.items():
            assert count(path, table) == batches * rows
        keys = {"customer": "id", "orders": "no", "passport": "customer"}
        for table, key in keys.items():
            assert query(path, f"SELECT count(DISTINCT {key}) FROM {table}") == [(batches * ROWS[table],)]
        for child in ("orders", "passport"):
            sql = f"SELECT count(*) FROM {child} WHERE customer NOT IN (SELECT id FROM customer)"
            assert query(path, sql) == [(0,)]
        schemas = {name for (name,) in query(path, "SELECT DISTINCT schema_name FROM duckdb_tables()")}
    assert schemas == {"main", "synth_audit", "synth_meta"}

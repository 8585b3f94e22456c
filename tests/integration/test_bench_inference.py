"""The bench of inference counts right and wrong answers, and fails below a bar."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parents[2] / "bench" / "inference.py"


def run(data: Path) -> subprocess.CompletedProcess[str]:
    """The bench without other tools."""
    return subprocess.run(
        [sys.executable, str(BENCH), "--data", str(data), "--wrong"], capture_output=True, text=True
    )


def cells(printed: str, name: str) -> list[str]:
    """What stands behind a name in the printed table."""
    line = next(line for line in printed.splitlines() if line.startswith(f"{name} "))
    return line.removeprefix(name).split()


def labelled(data: Path, folder: str, files: dict[str, tuple[str, dict[str, Any]]]) -> None:
    """A set of files with their labels."""
    place = data / "inference" / folder
    (place / "files").mkdir(parents=True)
    for name, (text, _) in files.items():
        (place / "files" / name).write_text(text, "utf-8")
    (place / "labels.json").write_text(json.dumps({name: label for name, (_, label) in files.items()}))


def database(data: Path, labels: dict[str, Any]) -> None:
    """Customers and their orders."""
    folder = data / "inference" / "relational" / "small"
    folder.mkdir(parents=True)
    tables = {
        "customers": [["id", "email"], *([n, f"person{n}@example.org"] for n in range(1, 61))],
        "orders": [["id", "customer_id"], *([n, 1 + n * 7 % 60] for n in range(1, 201))],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows(rows)
    (folder / "labels.json").write_text(json.dumps(labels))


LINK = {"table": "orders", "columns": ["customer_id"], "ref_table": "customers", "ref_columns": ["id"]}
LABELS = {
    "primary_keys": {"customers": ["id"], "orders": ["id"]},
    "foreign_keys": [LINK],
    "optional_foreign_keys": [],
    "semantic_types": {"customers.email": "email"},
}
SEMICOLONS = "name;height\n" + "".join(f"tree {n};{n},5\n" for n in range(3, 40))


def test_right_answers(tmp_path: Path) -> None:
    label = {"delimiter": ";", "quotechar": '"', "quotechar_used": False, "header_rows": 1, "skip_rows": 0}
    labelled(tmp_path, "rendered", {"trees.csv": (SEMICOLONS, label)})
    whole = "row,val\n" + "".join(f"{n},{n * 3}\n" for n in range(60))
    labelled(tmp_path, "types", {"whole.csv": (whole, {"column": "val", "bq_type": "INT64"})})
    database(tmp_path, LABELS)
    ran = run(tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert cells(ran.stdout, "rendered: all four") == ["1.000", "0.920"]
    assert cells(ran.stdout, "types: BigQuery type") == ["1.000", "0.930"]
    assert cells(ran.stdout, "links, whole tables: F1") == ["1.000", "0.920"]
    assert cells(ran.stdout, "primary keys") == ["1.000", "0.920"]
    assert cells(ran.stdout, "personal: recall") == ["1.000", "0.965"]
    assert "All bars hold." in ran.stdout


def test_wrong_answers_are_named(tmp_path: Path) -> None:
    label = {"delimiter": ",", "quotechar": '"', "header_rows": None, "skip_rows": None}
    labelled(tmp_path, "dialect_real", {"trees.csv": (SEMICOLONS, label)})
    other = {**LINK, "columns": ["id"]}
    database(tmp_path, {**LABELS, "foreign_keys": [other], "primary_keys": {"customers": ["email"]}})
    ran = run(tmp_path)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert cells(ran.stdout, "real: delimiter") == ["0.000", "0.991"]
    assert cells(ran.stdout, "links, whole tables: precision") == ["0.000", "0.920"]
    assert "delimiter of trees.csv: ';', not ','" in ran.stdout
    assert "whole tables: not a link: orders.customer_id → customers.id" in ran.stdout
    assert "whole tables: missed link: orders.id → customers.id" in ran.stdout
    assert "whole tables: key of customers: id, not email" in ran.stdout
    assert "All bars hold." not in ran.stdout


def test_without_data(tmp_path: Path) -> None:
    ran = run(tmp_path)
    assert ran.returncode == 2
    assert "there is none of the sets" in ran.stdout

"""How often inference is right, beside packaged tools on the same files.

    python bench/inference.py --data FOLDER [--tools PYTHON] [--wrong]

FOLDER/inference holds `rendered`, `dialect_real` and `types` (each `labels.json` and `files/`), and `relational` (a
folder a database: a CSV file a table, and `labels.json`); what is missing is passed over. The other tools are asked
through PYTHON, the interpreter of an environment with bench/requirements.txt (`make bench-inference` sets it up);
without it only ours are. `--wrong` names each answer that is wrong. Exit code 1 when a bar is missed.

One configuration for all. Tables are asked for three times: whole, 200 random rows of each, and with names hidden; for
that the files are written anew, so that nothing but the rows says that they are a sample.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packaged import TOOLS
from rich.console import Console
from rich.table import Table
from rightness import Relations, of_dialects, of_types

from synth_core import api
from synth_core.errors import RowsError, SynthError
from synth_core.model.dialect import Dialect

OURS = "synth"
SAMPLE = 200
SEED = 20261126
SURE = 0.9
HONEST = 0.98
"""Of the answers that are given with SURE confidence, so many must be right."""
BARS = {
    "rendered: delimiter": 0.995,
    "rendered: delimiter + quote": 0.985,
    "rendered: header, balanced": 0.94,
    "rendered: skip_rows": 0.975,
    "rendered: skip_rows, files with a banner": 0.93,
    "rendered: all four": 0.92,
    "real: delimiter": 0.991,
    "types: BigQuery type": 0.93,
    "links, whole tables: precision": 0.92,
    "links, whole tables: recall": 0.91,
    "links, whole tables: F1": 0.92,
    "links, 200 rows a table: precision": 0.85,
    "links, 200 rows a table: F1": 0.83,
    "links, names hidden: precision": 0.70,
    "links, names hidden: F1": 0.62,
    "primary keys": 0.92,
    "meaning, names shown": 0.86,
    "meaning, names hidden": 0.55,
    "personal: precision": 0.965,
    "personal: recall": 0.965,
    f"types said with {SURE} and more": HONEST,
    f"meanings said with {SURE} and more": HONEST,
    f"links said with {SURE} and more": HONEST,
}


@dataclass
class Board:
    """The table that is printed: shares by question and tool."""

    shares: dict[str, dict[str, float]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def put(self, tool: str, group: str, shares: Mapping[str, float | None]) -> None:
        """Set what a tool reached in a group of questions."""
        for name, share in shares.items():
            if share is None:
                continue
            self.shares.setdefault(f"{group}{name}", {})[tool] = share

    def missed(self) -> list[str]:
        """Questions of which ours reached less than the bar."""
        ours = {name: each.get(OURS) for name, each in self.shares.items()}
        return [name for name, bar in BARS.items() if (share := ours.get(name)) is not None and share < bar]


def files_of(folder: Path) -> tuple[dict[str, Any], list[Path]]:
    """The labels of a set and the files that they are about."""
    labels = json.loads((folder / "labels.json").read_text("utf-8"))
    return labels, [folder / "files" / name for name in sorted(labels)]


def by_ours(files: list[Path], board: Board) -> dict[str, dict[str, Any]]:
    """What this library says of files, in the form of bench/packaged.py."""
    answers: dict[str, dict[str, Any]] = {}
    api.look(str(files[0]))  # what the first call imports is no time of a file
    for file in files:
        begin = time.process_time()
        try:
            looked = api.look(str(file))
        except RowsError as error:
            # How it is written is known all the same.
            answers[file.name] = {**in_words(error.dialect), "error": str(error)}
            continue
        except SynthError as error:
            answers[file.name] = {"error": str(error)}
            board.wrong.append(f"{file.name}: {error}")
            continue
        finally:
            board.seconds.setdefault(OURS, []).append(time.process_time() - begin)
        if looked.sniffed is None:
            continue
        answers[file.name] = {
            **in_words(looked.sniffed.dialect.value),
            "types": {column.name: str(column.type.value) for column in looked.columns},
            "sure": {column.name: column.type.confidence for column in looked.columns},
        }
    return answers


def in_words(dialect: Dialect) -> dict[str, Any]:
    """How a file is written, in the words of its labels."""
    return {name: getattr(dialect, name) for name in ("delimiter", "quotechar", "header_rows", "skip_rows")}


def by_tool(tool: str, python: Path, files: list[Path], board: Board) -> dict[str, dict[str, Any]]:
    """What a packaged tool says of files."""
    ran = subprocess.run(
        [str(python), str(Path(__file__).with_name("packaged.py")), tool],
        input="\n".join(map(str, files)),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    board.seconds.setdefault(tool, []).extend(each["seconds"] for each in answers)
    return {Path(each["file"]).name: each for each in answers}


def measure_files(data: Path, python: Path | None, board: Board) -> None:
    """Dialects and types by all tools."""
    for folder, group in (("rendered", "rendered: "), ("dialect_real", "real: "), ("types", "types: ")):
        if not (data / folder).is_dir():
            continue
        labels, files = files_of(data / folder)
        asked = {OURS: by_ours(files, board)}
        asked |= {tool: by_tool(tool, python, files, board) for tool in TOOLS} if python else {}
        for tool, answers in asked.items():
            if folder == "types":
                board.put(tool, group, {"BigQuery type": of_types(labels, answers)})
            else:
                board.put(tool, group, of_dialects(labels, answers, data / folder / "files"))
        if folder == "types":
            board.put(OURS, "", {f"types said with {SURE} and more": _sure_types(labels, asked[OURS], board)})
        else:
            board.wrong += list(_wrong_dialects(labels, asked[OURS]))


def _sure_types(labels: Mapping[str, Any], answers: Mapping[str, Any], board: Board) -> float | None:
    right = asked = 0
    for name, label in labels.items():
        column = label["column"]
        said = answers.get(name, {}).get("types", {}).get(column, "none")
        is_right = said.split("(")[0] == label["bq_type"]
        if answers.get(name, {}).get("sure", {}).get(column, 0) >= SURE:
            right, asked = right + is_right, asked + 1
        if not is_right:
            board.wrong.append(f"type of {name}: {said}, not {label['bq_type']}")
    return right / asked if asked else None


def _wrong_dialects(labels: Mapping[str, Any], answers: Mapping[str, Any]) -> Iterator[str]:
    for name, label in labels.items():
        said = answers.get(name, {})
        for what in ("delimiter", "quotechar", "header_rows", "skip_rows"):
            if label.get(what) is not None and said.get(what) != label[what]:
                yield f"{what} of {name}: {said.get(what)!r}, not {label[what]!r}"


@contextmanager
def rewritten(folder: Path, *, rows: int | None = None, hidden: bool = False) -> Iterator[tuple[Path, Names]]:
    """The tables of a database in a folder of their own: of each at most so many random rows, or without names."""
    drawn = random.Random(SEED)
    names = Names()
    with tempfile.TemporaryDirectory() as made:
        for number, file in enumerate(sorted(folder.glob("*.csv"))):
            with file.open(encoding="utf-8", newline="") as opened:
                header, *body = list(csv.reader(opened))
            if rows and len(body) > rows:
                body = drawn.sample(body, rows)
            table = f"t{number}" if hidden else file.stem
            columns = [f"c{place}" for place in range(len(header))] if hidden else header
            names.tables[table] = file.stem
            names.columns |= {(table, new): old for new, old in zip(columns, header, strict=True)}
            with (Path(made) / f"{table}.csv").open("w", encoding="utf-8", newline="") as opened:
                csv.writer(opened).writerows([columns, *body])
        yield Path(made), names


@dataclass
class Names:
    """True names of tables and columns by those that are shown."""

    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[tuple[str, str], str] = field(default_factory=dict)


def related(folder: Path, names: Names) -> dict[str, Any]:
    """Keys, links and columns as `synth relate --json` prints them, by their true names."""
    found = api.relate([str(folder)])
    tables = {
        names.tables[table.name]: {
            "primary_key": [names.columns[table.name, column] for column in table.key_columns],
            "columns": [
                {
                    "name": names.columns[table.name, column.name],
                    "meaning": column.meaning.value,
                    "personal": column.personal.value,
                    "sure": column.meaning.confidence,
                }
                for column in table.columns
            ],
        }
        for table in found.tables
    }
    links = [
        {
            "table": names.tables[link.table],
            "columns": [names.columns[link.table, column] for column in link.columns],
            "ref_table": names.tables[link.ref_table],
            "ref_columns": [names.columns[link.ref_table, column] for column in link.ref_columns],
            "sure": link.accepted.confidence,
        }
        for link in found.links
        if link.accepted.value
    ]
    return {"tables": tables, "foreign_keys": links}


def sure_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that were given with much confidence."""
    tables = {
        name: {**table, "columns": [each for each in table["columns"] if each["sure"] >= SURE]}
        for name, table in said["tables"].items()
    }
    return {"tables": tables, "foreign_keys": [each for each in said["foreign_keys"] if each["sure"] >= SURE]}


def measure_tables(data: Path, board: Board) -> None:
    """Keys, links, meanings and personal columns of all databases, three ways."""
    databases = sorted(data.glob("relational/*/labels.json"))
    if not databases:
        return
    ways: dict[str, dict[str, Any]] = {
        "whole tables": {},
        f"{SAMPLE} rows a table": {"rows": SAMPLE},
        "names hidden": {"hidden": True},
    }
    sure_links, sure_meanings = Relations(), Relations()
    for way, changed in ways.items():
        of_way = Relations()
        for path in databases:
            labels = json.loads(path.read_text("utf-8"))
            with rewritten(path.parent, **changed) as (folder, names):
                said = related(folder, names)
            of_way.add(labels, said)
            sure_links.add(labels, sure_of(said))
            sure = sure_of(said)
            answered = {
                f"{table}.{each['name']}" for table, of in sure["tables"].items() for each in of["columns"]
            }
            of_sure = {name: each for name, each in labels["semantic_types"].items() if name in answered}
            sure_meanings.add({**labels, "semantic_types": of_sure}, sure)
        links = of_way.links
        board.put(
            OURS, f"links, {way}: ", {"precision": links.precision, "recall": links.recall, "F1": links.f1}
        )
        if way == "whole tables":
            board.put(
                OURS, "", {"primary keys": of_way.keys.share, "meaning, names shown": of_way.meanings.share}
            )
            board.put(
                OURS, "personal: ", {"precision": of_way.personal.precision, "recall": of_way.personal.recall}
            )
        if way == "names hidden":
            board.put(OURS, "", {"meaning, names hidden": of_way.meanings.share})
        board.wrong += [f"{way}: {each}" for each in of_way.missed]
    board.put(
        OURS,
        "",
        {
            f"meanings said with {SURE} and more": sure_meanings.meanings.share,
            f"links said with {SURE} and more": sure_links.links.precision,
        },
    )


def show(board: Board, tools: list[str], console: Console) -> None:
    """Print the table, and what each tool takes of a processor, as a multiple of ours."""
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for tool in (OURS, *tools, "bar"):
        table.add_column(tool, justify="right")
    order = [*(name for name in BARS if name in board.shares), *(n for n in board.shares if n not in BARS)]
    for name in order:
        by = board.shares[name]
        bar = BARS.get(name)
        cells = [f"{share:.3f}" if (share := by.get(tool)) is not None else "–" for tool in (OURS, *tools)]
        table.add_row(name, *cells, f"{bar:.3f}" if bar else "")
    ours = statistics.median(board.seconds[OURS]) if board.seconds.get(OURS) else None
    if ours:
        times = [statistics.median(board.seconds[tool]) / ours for tool in (OURS, *tools)]
        table.add_row("median time a file, ours = 1", *(f"{each:.2f}" for each in times), "")
        slowest = [max(board.seconds[tool]) / ours for tool in (OURS, *tools)]
        table.add_row("longest time a file, our median = 1", *(f"{each:.1f}" for each in slowest), "")
    console.print(table)
    if ours:
        console.print(f"Our median is {1000 * ours:.0f} ms of processor time a file.")


def main() -> int:
    """Measure, print, compare with the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--tools", type=Path, help="the interpreter that has the packaged tools")
    parser.add_argument("--wrong", action="store_true", help="name each wrong answer")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    board = Board()
    data = options.data / "inference"
    measure_files(data, options.tools, board)
    measure_tables(data, board)
    if not board.shares:
        console.print(f"{data}: there is none of the sets that this bench reads.")
        return 2
    show(board, list(TOOLS) if options.tools else [], console)
    if options.wrong:
        console.print("\n".join(board.wrong), markup=False)
    missed = board.missed()
    console.print(f"Below their bar: {', '.join(missed)}." if missed else "All bars hold.")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())

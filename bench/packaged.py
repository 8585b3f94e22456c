"""What csv.Sniffer, clevercsv, DuckDB and frictionless say about files. Run in an environment of their own.

    python bench/packaged.py TOOL < FILES > ANSWERS

FILES are paths, one a line; ANSWERS are JSON, one line a file, in their order: delimiter, quotechar, header_rows,
skip_rows, types of columns by name (BigQuery's names), seconds of processor time. What a tool says nothing of is left
out, and a file on which it fails or takes longer than LIMIT seconds has none of them.
"""

from __future__ import annotations

import csv
import importlib
import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LIMIT = 20
"""Seconds a file."""
HEAD = 64 * 1024
"""Characters that are shown to the tools that take text: what ours reads of a file's head, too."""

_DUCKDB = {
    "BIGINT": "INT64",
    "DOUBLE": "FLOAT64",
    "BOOLEAN": "BOOL",
    "DATE": "DATE",
    "TIME": "TIME",
    "TIMESTAMP": "DATETIME",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
}
_FRICTIONLESS = {
    "integer": "INT64",
    "number": "FLOAT64",
    "boolean": "BOOL",
    "date": "DATE",
    "time": "TIME",
    "datetime": "DATETIME",
    "object": "JSON",
    "array": "JSON",
    "geojson": "GEOGRAPHY",
}


def text_of(path: Path) -> str:
    """The head of a file in the encoding that its mark or its bytes allow."""
    data = path.read_bytes()[: 4 * HEAD]
    encodings = ["utf-8-sig", "cp1252", "latin-1"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            return data.decode(encoding)[:HEAD]
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")[:HEAD]


def by_csv(path: Path) -> dict[str, Any]:
    """The standard library."""
    text = text_of(path)
    sniffer = csv.Sniffer()
    found = sniffer.sniff(text)
    return {
        "delimiter": found.delimiter,
        "quotechar": found.quotechar,
        "header_rows": int(sniffer.has_header(text)),
        "skip_rows": 0,
    }


def by_clevercsv(path: Path) -> dict[str, Any]:
    """clevercsv's own detection by consistency."""
    clevercsv = importlib.import_module("clevercsv")
    text = text_of(path)
    sniffer = clevercsv.Sniffer()
    found = sniffer.sniff(text)
    answer = {"delimiter": found.delimiter, "quotechar": found.quotechar, "skip_rows": 0}
    return answer | {"header_rows": int(sniffer.has_header(text))}


def by_duckdb(path: Path) -> dict[str, Any]:
    """DuckDB's sniffer, with types from the whole file, as `read_csv` takes them."""
    duckdb = importlib.import_module("duckdb")
    encoding = "utf-16" if path.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    if not encoding:
        try:
            path.read_text("utf-8")
        except UnicodeDecodeError:
            encoding = "latin-1"
    option = f", encoding = '{encoding}'" if encoding else ""
    asked = duckdb.connect().execute(
        f"SELECT Delimiter, Quote, SkipRows, HasHeader, Columns FROM sniff_csv(?{option}, sample_size = -1)",
        [str(path)],
    )
    delimiter, quote, skip, header, columns = asked.fetchone()
    return {
        "delimiter": delimiter,
        "quotechar": "" if quote in ("\0", "(empty)") else quote,
        "header_rows": int(header),
        "skip_rows": int(skip),
        "types": {column["name"]: _DUCKDB.get(column["type"], "STRING") for column in columns},
    }


def by_frictionless(path: Path) -> dict[str, Any]:
    """frictionless's description."""
    frictionless = importlib.import_module("frictionless")
    frictionless.system.trusted = True
    resource = frictionless.Resource(path=str(path))
    resource.infer()
    dialect = resource.dialect.get_control("csv")
    return {
        "delimiter": dialect.delimiter,
        "quotechar": dialect.quote_char,
        "header_rows": len(resource.dialect.header_rows) if resource.dialect.header else 0,
        "skip_rows": resource.dialect.header_rows[0] - 1 if resource.dialect.header else 0,
        "types": {field.name: _FRICTIONLESS.get(field.type, "STRING") for field in resource.schema.fields},
    }


TOOLS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "csv.Sniffer": by_csv,
    "clevercsv": by_clevercsv,
    "duckdb": by_duckdb,
    "frictionless": by_frictionless,
}


class TooLong(Exception):
    """A tool took longer than LIMIT."""


def _stop(*_: object) -> None:
    raise TooLong


def answer(tool: str, path: Path) -> dict[str, Any]:
    """What the tool says, and the processor time that it took."""
    signal.alarm(LIMIT)
    begin = time.process_time()
    try:
        found = TOOLS[tool](path)
    except Exception as error:  # whatever a tool raises is its answer
        found = {"error": f"{type(error).__name__}: {error}"[:200]}
    finally:
        signal.alarm(0)
    return {"file": str(path), "seconds": round(time.process_time() - begin, 4), **found}


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, _stop)
    csv.field_size_limit(10**9)
    chosen = sys.argv[1]
    asked = sys.stdin.read().splitlines()
    answer(chosen, Path(asked[0]))  # what the first call imports is no time of a file
    for line in asked:
        print(json.dumps(answer(chosen, Path(line))), flush=True)

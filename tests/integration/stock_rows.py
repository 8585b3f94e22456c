"""Runs recipes in stock Snowfakery, and prints their rows as JSON.

A program of its own: nothing of ours is imported. Arguments: the recipes; from standard input the seeds and the date.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import time_machine
from faker import Faker
from snowfakery.data_generator import generate
from snowfakery.object_rows import ObjectReference, ObjectRow
from snowfakery.output_streams import OutputStream


class Collector(OutputStream):
    """Keeps the rows, and which of their values are references to which table."""

    def __init__(self) -> None:
        super().__init__(None)
        self.rows: dict[str, list[dict[str, Any]]] = {}
        self.references: list[tuple[str, int, str, str]] = []

    def write_row(self, tablename: str, row_with_references: dict[str, Any]) -> None:
        for name, value in row_with_references.items():
            if isinstance(value, (ObjectRow, ObjectReference)):
                number = len(self.rows.get(tablename, ()))
                self.references.append((tablename, number, name, value._tablename))
        plain = {name: _plain(value) for name, value in row_with_references.items()}
        self.rows.setdefault(tablename, []).append(plain)

    def write_single_row(self, tablename: str, row: dict[str, Any]) -> None:
        raise AssertionError("rows are taken whole")

    def close(self, **kwargs: Any) -> None:
        return None


def _plain(value: Any) -> Any:
    if isinstance(value, (ObjectRow, ObjectReference)):
        return value.id
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def main(paths: list[str]) -> None:
    """All recipes, each as if it were the only one."""
    wish = json.load(sys.stdin)
    made = {}
    with time_machine.travel(datetime.fromisoformat(wish["now"]).replace(tzinfo=UTC), tick=False):
        for path in paths:
            random.seed(wish["random"])
            Faker.seed(wish["faker"])
            collector = Collector()
            with Path(path).open(encoding="utf-8") as recipe:
                generate(recipe, output_stream=collector)
            made[path] = {"rows": collector.rows, "references": collector.references}
    json.dump(made, sys.stdout)


main(sys.argv[1:])

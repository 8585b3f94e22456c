"""How many answers about files and tables are right, by the labels of a set of data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PERSONAL = frozenset(
    {
        *("email", "phone", "ip_address", "username", "password_hash"),
        *("first_name", "last_name", "person_name", "date_of_birth", "street_address", "full_address"),
        *("national_id", "credit_card", "iban"),
    }
)
Labels = Mapping[str, Any]
Edge = tuple[str, str, str, str]


@dataclass
class Score:
    """Of so many questions, how many were answered right."""

    right: int = 0
    asked: int = 0

    def add(self, is_right: bool) -> None:
        """Count one answer."""
        self.right += is_right
        self.asked += 1

    @property
    def share(self) -> float | None:
        """None where nothing was asked."""
        return self.right / self.asked if self.asked else None


@dataclass
class Pairs:
    """Found and true ones of a set, as precision and recall take them."""

    hits: int = 0
    found: int = 0
    true: int = 0

    @property
    def precision(self) -> float | None:
        """None where nothing was found."""
        return self.hits / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """None where there was nothing to find."""
        return self.hits / self.true if self.true else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both."""
        return 2 * self.hits / (self.found + self.true) if self.found + self.true else None


def of_dialects(
    labels: Labels, answers: Mapping[str, Mapping[str, Any]], folder: Path
) -> dict[str, float | None]:
    """Shares of files by question. A quote character is right, too, when neither it nor the label's occurs in the
    file, or when the label's quotes nothing and the answered one does not occur."""
    names = ["delimiter", "delimiter + quote", "skip_rows", "skip_rows, files with a banner", "all four"]
    scores = {name: Score() for name in names}
    with_header, without_header = Score(), Score()
    for name, label in labels.items():
        if not label.get("delimiter"):
            continue
        said = answers.get(name, {})
        delimiter = said.get("delimiter") == label["delimiter"]
        quoted = delimiter and _quote_is_right(label, said, (folder / name).read_bytes())
        scores["delimiter"].add(delimiter)
        scores["delimiter + quote"].add(quoted)
        if label.get("header_rows") is None:
            continue
        header = "header_rows" in said and (said["header_rows"] > 0) == (label["header_rows"] > 0)
        (with_header if label["header_rows"] else without_header).add(header)
        skipped = said.get("skip_rows") == label["skip_rows"]
        scores["skip_rows"].add(skipped)
        if label["skip_rows"]:
            scores["skip_rows, files with a banner"].add(skipped)
        scores["all four"].add(quoted and header and skipped)
    shares = {name: score.share for name, score in scores.items()}
    both = (with_header.share, without_header.share)
    known = [share for share in both if share is not None]
    shares["header, balanced"] = sum(known) / len(known) if known else None
    return shares


def _quote_is_right(label: Mapping[str, Any], said: Mapping[str, Any], data: bytes) -> bool:
    answered, true = said.get("quotechar") or "", label.get("quotechar") or ""
    occurs = {mark: bool(mark) and mark.encode() in data for mark in (answered, true)}
    unused = not label.get("quotechar_used", True) and not occurs[answered]
    return answered == true or not any(occurs.values()) or not label.get("quotechar") or unused


def of_types(labels: Labels, answers: Mapping[str, Mapping[str, Any]]) -> float | None:
    """The share of columns whose BigQuery type is the label's, parameters aside; None for a tool that knows no
    types."""
    if not any("types" in said for said in answers.values()):
        return None
    score = Score()
    for name, label in labels.items():
        said = answers.get(name, {}).get("types", {}).get(label["column"], "")
        score.add(said.split("(")[0] == label["bq_type"])
    return score.share


@dataclass
class Relations:
    """Keys, links, meanings and personal columns of several databases."""

    links: Pairs = field(default_factory=Pairs)
    keys: Score = field(default_factory=Score)
    meanings: Score = field(default_factory=Score)
    personal: Pairs = field(default_factory=Pairs)
    missed: list[str] = field(default_factory=list)

    def add(self, labels: Labels, said: Mapping[str, Any]) -> None:
        """Count the answers for one database; `said` is what `synth relate --json` prints, with true names."""
        true = set(_edges(labels["foreign_keys"], single=True))
        either = set(_edges(labels["optional_foreign_keys"])) | set(_edges(labels["foreign_keys"]))
        found = set(_edges(said["foreign_keys"])) - (either - true)
        self.links.hits += len(found & true)
        self.links.found += len(found)
        self.links.true += len(true)
        self.missed += [f"not a link: {_arrow(edge)}" for edge in sorted(found - true)]
        self.missed += [f"missed link: {_arrow(edge)}" for edge in sorted(true - found)]
        for table, key in labels["primary_keys"].items():
            answered = set(said["tables"].get(table, {}).get("primary_key", ()))
            self.keys.add(answered == set(key))
            if answered != set(key):
                self.missed.append(
                    f"key of {table}: {', '.join(sorted(answered)) or 'none'}, not {', '.join(key)}"
                )
        columns = {
            f"{table}.{column['name']}": column
            for table, each in said["tables"].items()
            for column in each["columns"]
        }
        for name, meaning in labels["semantic_types"].items():
            column = columns.get(name, {})
            self.meanings.add(column.get("meaning") == meaning)
            self.personal.hits += bool(column.get("personal")) and meaning in PERSONAL
            self.personal.found += bool(column.get("personal"))
            self.personal.true += meaning in PERSONAL
            if column.get("meaning") != meaning:
                self.missed.append(f"meaning of {name}: {column.get('meaning')}, not {meaning}")


def _edges(links: Iterable[Mapping[str, Any]], *, single: bool = False) -> Iterable[Edge]:
    for link in links:
        if single and len(link["columns"]) > 1:
            continue
        for column, ref in zip(link["columns"], link["ref_columns"], strict=True):
            yield link["table"], column, link["ref_table"], ref


def _arrow(edge: Edge) -> str:
    return f"{edge[0]}.{edge[1]} → {edge[2]}.{edge[3]}"

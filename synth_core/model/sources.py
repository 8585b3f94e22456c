"""How a SOURCE is written: the files that it stands for, the name that it gives them, and what of them is a table."""

from __future__ import annotations

import glob
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.model import places
from synth_core.model.places import is_bucket, is_warehouse, lacks_prefix
from synth_core.model.project import SourceKind

_TEXT = (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat")
SUFFIXES = {
    **dict.fromkeys(_TEXT, SourceKind.DELIMITED),
    ".parquet": SourceKind.PARQUET,
    ".ndjson": SourceKind.NDJSON,
    ".jsonl": SourceKind.NDJSON,
    ".json": SourceKind.NDJSON,
}
_ENDING = re.compile(r"(?<=.)\.[A-Za-z][A-Za-z0-9]{0,4}$")
_DOCUMENTS = re.compile(
    r"\.(adoc|cfg|conf|css|docx|html?|ini|java|js|md|php|pptx|properties|py|r|rb|rst|rtf|sh|sql|svg|tex|toml|ts|xls[xm]?"
    r"|xml|ya?ml)(\.gz)?$",
    re.IGNORECASE,
)
"""Endings of what is text, or packed text, and no table."""
READABLE = f"{', '.join(SUFFIXES)}, all but .parquet also with .gz"
"""The endings of files that are read as tables."""


def join_sources(sources: Sequence[str]) -> str:
    """Several SOURCEs as one text, as a shell would write them."""
    return shlex.join(sources)


def split_sources(source: str) -> list[str]:
    """The SOURCEs of such a text."""
    return shlex.split(source)


def absolute(source: str) -> str:
    """The SOURCE as it holds from any folder; `name=pattern` keeps its name, `#table,…` stays."""
    name, pattern = name_and_pattern(source)
    path = places.absolute(pattern) if is_warehouse(pattern) or is_bucket(pattern) else _absolute(pattern)
    return f"{name}={path}" if name else path


def name_and_pattern(source: str) -> tuple[str, str]:
    """`orders=data/orders_*.csv` has a name; a path that exists as it is has none."""
    name, sign, pattern = source.partition("=")
    if is_warehouse(source):
        return "", source
    if sign and name and "/" not in name and "*" not in name and not Path(source).exists():
        return name, pattern
    return "", source


def pattern_of(source: str) -> str:
    """The SOURCE without the name that its files are joined under, or that its table shall have."""
    return name_and_pattern(source)[1]


def name_of(source: str) -> str:
    """That name; empty where there is none."""
    return name_and_pattern(source)[0]


def _absolute(pattern: str) -> str:
    return str(Path(pattern).expanduser().absolute())


def files_of(pattern: str) -> list[Path]:
    """The files in a folder or of a pattern. Raises SourceError where there are none."""
    path = Path(pattern).expanduser()
    if path.is_dir():
        return sorted(
            each.absolute() for each in path.iterdir() if each.is_file() and not each.name.startswith(".")
        )
    if path.is_file():
        return [path.absolute()]
    found = glob.glob(str(path), recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    files = sorted(Path(each).absolute() for each in found if Path(each).is_file())
    if not files:
        raise SourceError(
            f"{pattern}: no such file or folder.",
            hint=f"For BigQuery write `bigquery:{path.name}`."
            if lacks_prefix(path.name) and not is_table(path.name)
            else "Give a folder, a file, or a pattern in quotes.",
        )
    return files


def is_json(name: str) -> bool:
    """Files called .json may hold anything, not only the rows of a table."""
    return name.lower().removesuffix(".gz").endswith(".json")


def is_table(name: str) -> bool:
    """A file of this name is read as a table."""
    return kind_of(name) is not None


def kind_of(file: str) -> SourceKind | None:
    """How a file of this name or address is written; None: it is not read as a table."""
    name = file.rpartition("/")[2].lower()
    plain = name.removesuffix(".gz")
    for suffix, kind in SUFFIXES.items():
        if plain.endswith(suffix) and (plain == name or kind is not SourceKind.PARQUET):
            return kind
    return None


def is_document(file: str) -> bool:
    """By its name the file is a document, a program or settings, and no table."""
    return _DOCUMENTS.search(file) is not None


def stem_of(file: str) -> str:
    """The name of a file, given by its address, without the suffixes that say how it is written; case and spaces
    stay."""
    name = file.rpartition("/")[2]
    if name.lower().endswith(".gz"):
        name = name[:-3]
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return _ENDING.sub("", name)

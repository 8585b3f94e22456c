"""What a SOURCE holds: which files form which tables, and which are passed over."""

from __future__ import annotations

import glob
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.json_form import HEAD, JsonForm, form_of, json_form
from synth_core.model import places
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding, Level
from synth_core.model.names import fold
from synth_core.model.places import is_bucket, is_warehouse, lacks_prefix, shown
from synth_core.model.project import SourceKind, TableSource
from synth_core.ports import BlobStat
from synth_core.stages.gather.buckets import Buckets, bucket_and_name, objects_of
from synth_core.stages.gather.ranges import Ranges

_TEXT = (".csv", ".tsv", ".tab", ".psv", ".txt", ".dat")
_SUFFIXES = {
    **dict.fromkeys(_TEXT, SourceKind.DELIMITED),
    ".parquet": SourceKind.PARQUET,
    ".ndjson": SourceKind.NDJSON,
    ".jsonl": SourceKind.NDJSON,
    ".json": SourceKind.NDJSON,
}
READABLE = f"{', '.join(_SUFFIXES)}, all but .parquet also with .gz"
"""The endings of files that are read as tables."""


class Found(Frozen):
    """The tables of a SOURCE by name, not read yet."""

    tables: tuple[tuple[str, TableSource], ...]
    findings: tuple[Finding, ...] = ()
    objects: Mapping[str, BlobStat] = {}
    """The files in buckets, by address, as they were found."""


def join_sources(sources: Sequence[str]) -> str:
    """Several SOURCEs as one text, as a shell would write them."""
    return shlex.join(sources)


def split_sources(source: str) -> list[str]:
    """The SOURCEs of such a text."""
    return shlex.split(source)


def absolute(source: str) -> str:
    """The SOURCE as it holds from any folder; `name=pattern` keeps its name, `#table,…` stays."""
    name, pattern = _name_and_pattern(source)
    path = places.absolute(pattern) if is_warehouse(pattern) or is_bucket(pattern) else _absolute(pattern)
    return f"{name}={path}" if name else path


def find(sources: Sequence[str], buckets: Buckets | None = None) -> Found:
    """The tables in folders, files and patterns, also in buckets where it is said how they are read. Raises SourceError
    where there is nothing to read."""
    tables: dict[str, TableSource] = {}
    objects: dict[str, BlobStat] = {}
    findings: list[Finding] = []
    taken: set[str] = set()
    named = [source for source in sources if _name_and_pattern(source)[0]]
    for source in [*named, *(source for source in sources if source not in named)]:
        name, pattern = _name_and_pattern(source)
        files = _addresses(pattern, buckets, objects)
        if name:
            kinds = {_kind(file) for file in files}
            if len(kinds) > 1:
                raise SourceError(f"{pattern}: files of different kinds can't form one table.")
            _add(tables, name, source, files)
            taken.update(files)
            continue
        for file in files:
            if file in taken:
                continue
            form = _json_form(file, buckets, objects) if _is_json(file) else None
            if _kind(file) is None or form is JsonForm.NO_TABLE:
                findings.append(_passed_over(file, is_json=form is not None))
                continue
            if form is JsonForm.ARRAY:
                findings.append(_written_as_lines(file))
            _add(tables, table_name(file), source, [file])
    if not tables:
        raise SourceError(
            f"{', '.join(sources)}: there is no table to read here.",
            hint=f"Readable are {READABLE}.",
        )
    return Found(tables=tuple(tables.items()), findings=tuple(findings), objects=objects)


def _addresses(pattern: str, buckets: Buckets | None, objects: dict[str, BlobStat]) -> list[str]:
    if not is_bucket(pattern):
        return [str(path) for path in files_of(pattern)]
    if buckets is None:
        raise SourceError(
            f"{shown(pattern)}: files in Cloud Storage can't be read here.",
            hint="Copy them to a folder first.",
        )
    found = objects_of(pattern, buckets)
    objects.update(found)
    return [address for address, _ in found]


def table_name(file: str) -> str:
    """The name of a file, given by its address, without the suffixes that say how it is written; case and spaces
    stay."""
    name = file.rpartition("/")[2]
    if name.lower().endswith(".gz"):
        name = name[:-3]
    for suffix in _SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def is_table(name: str) -> bool:
    """A file of this name is read as a table."""
    return _kind(name) is not None


def _name_and_pattern(source: str) -> tuple[str, str]:
    """`orders=data/orders_*.csv` has a name; a path that exists as it is has none."""
    name, sign, pattern = source.partition("=")
    if is_warehouse(source):
        return "", source
    if sign and name and "/" not in name and "*" not in name and not Path(source).exists():
        return name, pattern
    return "", source


def pattern_of(source: str) -> str:
    """The SOURCE without the name that its files are joined under, or that its table shall have."""
    return _name_and_pattern(source)[1]


def name_of(source: str) -> str:
    """That name; empty where there is none."""
    return _name_and_pattern(source)[0]


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


def _kind(file: str) -> SourceKind | None:
    name = file.rpartition("/")[2].lower()
    plain = name.removesuffix(".gz")
    for suffix, kind in _SUFFIXES.items():
        if plain.endswith(suffix) and (plain == name or kind is not SourceKind.PARQUET):
            return kind
    return None


def _is_json(file: str) -> bool:
    """Files called .json may hold anything, not only the rows of a table."""
    return file.lower().removesuffix(".gz").endswith(".json")


def _json_form(file: str, buckets: Buckets | None, objects: Mapping[str, BlobStat]) -> JsonForm:
    if buckets is None or file not in objects:
        return form_of(Path(file))
    return json_form(Ranges(buckets.open(bucket_and_name(file)[0]), objects[file]).read(0, HEAD))


def _add(tables: dict[str, TableSource], name: str, source: str, files: Sequence[str]) -> None:
    other = next((each for each in tables if fold(each) == fold(name)), None)
    if other is not None:
        taken = ", ".join(map(shown, tables[other].files))
        same = f"a table called {name!r} is already read from {taken}"
        if other != name:
            same = f"{name!r} is the same name to a database as {other!r}, which is read from {taken}"
        raise SourceError(
            f"{shown(files[0])}: {same}.",
            hint=f"Give one of them a name of its own, like `other_name={shown(files[0])}`, or join them: "
            f"`{name}=PATTERN`.",
        )
    kind = _kind(files[0])
    if kind is None:
        raise SourceError(
            f"{shown(files[0])}: not a file that can be read as a table.",
            hint=f"Readable are {READABLE}.",
        )
    tables[name] = TableSource(
        kind=kind, uri=source, files=tuple(files), full_name=files[0] if len(files) == 1 else source
    )


def _passed_over(file: str, *, is_json: bool) -> Finding:
    why = "not a file that is read as a table."
    if is_json:
        why = "this JSON is neither several objects, one a line, nor one array of objects."
    return Finding(level=Level.NOTE, code="source.passed-over", file=file, message=f"passed over: {why}")


def _written_as_lines(file: str) -> Finding:
    return Finding(
        level=Level.NOTE,
        code="source.json-array",
        file=file,
        message="one array of objects; files made of it have one object a line, as BigQuery reads them.",
    )

"""What a SOURCE holds: which files form which tables, and which are passed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.json_form import HEAD, JsonForm, form_of, json_form
from synth_core.files.text import regular_size
from synth_core.model.base import Frozen
from synth_core.model.findings import Finding, Level
from synth_core.model.names import fold
from synth_core.model.places import is_bucket, shown
from synth_core.model.project import SourceKind, TableSource
from synth_core.model.sources import (
    READABLE,
    files_of,
    is_document,
    is_json,
    kind_of,
    name_and_pattern,
    stem_of,
)
from synth_core.ports import BlobStat
from synth_core.stages.describe.mentions import name_without_mentions
from synth_core.stages.gather.buckets import Buckets, bucket_and_name, objects_of
from synth_core.stages.gather.ranges import Ranges
from synth_core.stages.sniff.encoding import check_text

_NO_ROWS = "neither several objects, one a line, nor one array of objects"


class Found(Frozen):
    """The tables of a SOURCE by name, not read yet."""

    tables: tuple[tuple[str, TableSource], ...]
    findings: tuple[Finding, ...] = ()
    objects: Mapping[str, BlobStat] = {}
    """The files in buckets, by address, as they were found."""


def find(sources: Sequence[str], buckets: Buckets | None = None) -> Found:
    """The tables in folders, files and patterns, also in buckets where it is said how they are read. Raises SourceError
    where there is nothing to read."""
    tables: dict[str, TableSource] = {}
    objects: dict[str, BlobStat] = {}
    findings: list[Finding] = []
    taken: set[str] = set()
    named = [source for source in sources if name_and_pattern(source)[0]]
    for source in [*named, *(source for source in sources if source not in named)]:
        name, pattern = name_and_pattern(source)
        files = _addresses(pattern, buckets, objects)
        if name:
            kinds = {_kind(file, is_named=True) for file in files}
            if len(kinds) > 1:
                raise SourceError(f"{pattern}: files of different kinds can't form one table.")
            _add(tables, name, source, files, kinds.pop())
            taken.update(files)
            continue
        is_named = _is_file(pattern, files)
        for file in files:
            if file in taken:
                continue
            form = _json_form(file, buckets, objects) if is_json(file) else None
            kind = _kind(file, is_named=is_named)
            if kind is None or form is JsonForm.NO_TABLE:
                findings.append(_passed_over(file, is_json=form is not None))
                continue
            if kind_of(file) is None and len(sources) > 1:
                try:
                    check_text(Path(file), _head(file, buckets, objects))
                except SourceError as error:
                    findings.append(_passed_over(file, why=error.message))
                    continue
            if form is JsonForm.ARRAY:
                findings.append(_written_as_lines(file))
            named_so = stem_of(file)
            if (name := name_without_mentions(named_so)) != named_so:
                name = _free(name, tables)
                findings.append(_named_without(file, name))
            _add(tables, name, source, [file], kind)
    if not tables:
        raise SourceError(
            f"{', '.join(sources)}: there is no table to read here{_only_json(findings)}.",
            hint=f"Readable are {READABLE}; and other text, but for documents and programs, where its file is named.",
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


def _is_file(pattern: str, files: Sequence[str]) -> bool:
    """The SOURCE names just this one file, and no folder or pattern that it is found by."""
    return files == [pattern] if is_bucket(pattern) else Path(pattern).expanduser().is_file()


def _kind(file: str, *, is_named: bool) -> SourceKind | None:
    """How a file is written, by its name; what a person names is text, whatever it is called, but for documents."""
    kind = kind_of(file)
    return SourceKind.DELIMITED if kind is None and is_named and not is_document(file) else kind


def _free(name: str, tables: Mapping[str, TableSource]) -> str:
    """The name, with a number where two files differ in nothing but what is crossed out."""
    taken, free, number = {fold(each) for each in tables}, name, 1
    while fold(free) in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def _json_form(file: str, buckets: Buckets | None, objects: Mapping[str, BlobStat]) -> JsonForm:
    if buckets is None or file not in objects:
        return form_of(Path(file))
    return json_form(_head(file, buckets, objects))


def _head(file: str, buckets: Buckets | None, objects: Mapping[str, BlobStat]) -> bytes:
    if buckets is None or file not in objects:
        regular_size(Path(file))
        with Path(file).open("rb") as stream:
            return stream.read(HEAD)
    return Ranges(buckets.open(bucket_and_name(file)[0]), objects[file]).read(0, HEAD)


def _add(
    tables: dict[str, TableSource], name: str, source: str, files: Sequence[str], kind: SourceKind | None
) -> None:
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
    if kind is None:
        raise SourceError(
            f"{shown(files[0])}: not a file that can be read as a table.",
            hint=f"Readable are {READABLE}.",
        )
    stem = stem_of(files[0])
    clean = name_without_mentions(stem)
    ending = files[0].rpartition("/")[2].removeprefix(stem)
    tables[name] = TableSource(
        kind=kind,
        uri=source,
        files=tuple(files),
        full_name=files[0] if len(files) == 1 else source,
        file_name=clean + ending if len(files) == 1 and clean != stem else "",
    )


def _passed_over(file: str, *, is_json: bool = False, why: str = "") -> Finding:
    why = why or (f"this JSON is {_NO_ROWS}" if is_json else "not a file that is read as a table")
    return Finding(level=Level.NOTE, code="source.passed-over", file=file, message=f"passed over: {why}.")


def _only_json(passed_over: Sequence[Finding]) -> str:
    """Why there is none, where all that there is has an ending of tables."""
    return (
        f": JSON that is {_NO_ROWS}"
        if passed_over and all(is_json(each.file) for each in passed_over)
        else ""
    )


def _named_without(file: str, name: str) -> Finding:
    return Finding(
        level=Level.NOTE,
        code="source.telling-name",
        file=file,
        message=f"its name tells who somebody is, so the table is called {name!r}; "
        "`NAME=PATTERN` gives it another name.",
    )


def _written_as_lines(file: str) -> Finding:
    return Finding(
        level=Level.NOTE,
        code="source.json-array",
        file=file,
        message="one array of objects; files made of it have one object a line, as BigQuery reads them.",
    )

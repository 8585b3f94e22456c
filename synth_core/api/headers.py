"""Names for the columns of files without a header, from header files that the configuration names."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from synth_core import wiring
from synth_core.errors import SourceError
from synth_core.model.findings import Finding, Level
from synth_core.model.places import is_bucket, parse_place
from synth_core.model.profile import Profile
from synth_core.model.project import Project, Table
from synth_core.stages.rename import rename

MOST_BYTES = 1 << 20
_ENDS = ("\r\n", "\n", "\r")


def name_columns(
    project: Project, profile: Profile | None, headers: Mapping[str, str]
) -> tuple[Project, Profile | None, tuple[Finding, ...]]:
    """The project with the columns of headerless tables called as in the header file of each. Also returns why a header
    file is of no use. Raises SourceError for one that can't be read, or that has other columns than the table."""
    findings: list[Finding] = []
    for name, address in headers.items():
        table = project.table(name)
        if not table.is_headerless:
            message = f"its files name the columns themselves, so {address} is not used."
            findings.append(Finding(level=Level.NOTE, code="source.header-file", table=name, message=message))
            continue
        names = _names(address, table)
        old = [column.name for column in table.columns]
        # By way of names that no column has: one may get the name that another one gives up.
        between = [f"synth_header_{number}" for number in range(len(names))]
        for before, after in ((old, between), (between, names)):
            for column, new in zip(before, after, strict=True):
                renamed = rename(project, profile, None, f"{name}.{column}", new)
                project, profile = renamed.project, renamed.profile
    return project, profile, tuple(findings)


def _names(address: str, table: Table) -> list[str]:
    try:
        text = _read(address).decode("utf-8-sig")
    except FileNotFoundError:
        raise SourceError(f"{address}: there is no such header file.") from None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SourceError(f"{address}: the header file can't be read: {why}.") from None
    line = text.strip().splitlines()[0] if text.strip() else ""
    delimiter = table.dialect.value.delimiter if table.dialect else ","
    readings = [next(csv.reader([line], delimiter=each), []) for each in dict.fromkeys((delimiter, ","))]
    for names in readings:
        if len(names) == len(table.columns):
            return [name.strip() for name in names]
    raise SourceError(
        f"{address}: the header file names {max(map(len, readings))} columns, {table.name} has {len(table.columns)}.",
        hint="It is one line, with the delimiter of the table's files or commas.",
    )


def _read(address: str) -> bytes:
    if not is_bucket(address):
        with Path(address).expanduser().open("rb") as file:
            return file.read(MOST_BYTES)
    place = parse_place(address)
    files = wiring.open_bucket(place.bucket)
    with files.open(files.stat(place.name)) as stream:
        return stream.read(MOST_BYTES)

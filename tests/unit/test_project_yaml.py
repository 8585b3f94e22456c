"""The text of a project: table by table what it is as a whole, and read back to the same."""

from __future__ import annotations

import gc
from typing import Any

import pytest
import yaml

from synth_core.errors import ProjectError
from synth_core.history import project_yaml
from synth_core.history.folder import PROJECT
from synth_core.history.history import Snapshot
from synth_core.history.project_yaml import dump, parse
from synth_core.history.stored import parsed
from synth_core.model.dialect import Dialect
from synth_core.model.inferred import Inferred
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Kind, Mode

ODD = ("Yes", "1e3", "null", "Köln: ‘x’ #1", "a\nb", "long " * 60, "tab\there", "2024-01-01", "", "- x", "'")


def table(name: str, number: int = 0) -> Table:
    """A table full of texts that YAML could take for something else."""
    columns = tuple(
        Column(
            name=f"c{place} {text}"[:80],
            type=Inferred(value=BigQueryType(kind=Kind.STRING), confidence=0.1 + place / 17, evidence=text),
            mode=Inferred(value=Mode.NULLABLE),
            meaning=Inferred(value="unknown"),
            personal=Inferred(value=False),
            description=text,
        )
        for place, text in enumerate(ODD)
    )
    source = TableSource(kind=SourceKind.DELIMITED, uri="/data", files=(f"/data/{name}",), full_name=name)
    dialect = Inferred(value=Dialect(delimiter="\t", quotechar="'", banner=("HEADER|x", "")))
    return Table(
        name=name,
        source=source,
        rows=10,
        wanted=number,
        columns=columns,
        dialect=dialect,
        labels={"on": "no"},
    )


def project(*tables: Table) -> Project:
    accepted = Inferred(value=True, confidence=0.9, evidence="all occur")
    links = [
        Link(table=each.name, columns=(a,), ref_table=each.name, ref_columns=(b,), accepted=accepted)
        for each in tables
        for a, b in [[column.name for column in each.columns[:2]]]
    ]
    return Project(
        name="p",
        source="/data",
        target=Target(uri="/out"),
        tables=tables,
        links=tuple(links),
        only=("x", "on"),
    )


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of what was written."""
    monkeypatch.setattr(project_yaml, "_KNOWN", project_yaml._Known())
    project_yaml._KNOWN.MOST = 0


@pytest.mark.parametrize("tables", [(), ("x",), ("x", "a: b", "Yes")])
def test_the_text_is_that_of_the_whole(tables: tuple[str, ...]) -> None:
    whole = project(*map(table, tables))
    data: dict[str, Any] = {"version": 1, **whole.model_dump(mode="json", exclude_defaults=True)}
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    assert dump(whole).decode() == yaml.dump(
        data, Dumper=dumper, sort_keys=False, allow_unicode=True, width=110
    )


@pytest.mark.usefixtures("forgetful")
def test_what_is_read_is_what_was_written() -> None:
    whole = project(table("x", 7), table("y"))
    assert parse(dump(whole).decode(), "project.yaml") == whole


def test_what_was_written_is_known_and_what_changes_is_written_anew() -> None:
    before, after = (project(table("x"), table("y", number)) for number in (1, 2))
    first, second = dump(before).decode(), dump(after).decode()
    assert parse(first, "") == before and parse(second, "") == after
    assert parse(first, "") is parse(first, "")
    assert [line for line in second.splitlines() if line not in first.splitlines()] == ["  wanted: 2"]


def test_what_can_not_be_read_back_is_not_written() -> None:
    whole = project(table("x"))
    nowhere = whole.links[0].model_copy(update={"columns": ("nothing",)})
    broken = whole.model_copy(update={"links": (nowhere,)})
    with pytest.raises(ProjectError, match="can't be written"):
        dump(broken)


@pytest.mark.usefixtures("forgetful")
def test_garbage_is_not_looked_for_while_a_project_is_read() -> None:
    """All that is made is kept, and looking for it takes a third of the time. As soon as it may be looked for again,
    it is, once: until then there would have been hundreds of looks."""
    text = dump(project(*(table(f"t{number}") for number in range(20))))
    looks: list[str] = []

    def look(phase: str, info: dict[str, int]) -> None:
        looks.append(phase)

    usual = gc.get_threshold()
    gc.set_threshold(100, *usual[1:])
    gc.callbacks.append(look)
    try:
        read = parsed("p", Snapshot(files={PROJECT: text}, generations={}, latest=None))
    finally:
        gc.callbacks.remove(look)
        gc.set_threshold(*usual)
    assert len(read.project.tables) == 20
    assert looks.count("start") <= 1
    assert gc.isenabled()

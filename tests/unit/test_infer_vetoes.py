"""What a model says counts as far as it knows what measurement knows, and as measurement does not contradict it."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest

from synth_core.adapters.rules import RulesModel
from synth_core.model.doubts import ColumnProposal, LinkCandidate, LinkDoubt, LinkProposal, TableDoubt
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.profile import Profile
from synth_core.model.project import Column, Link, Project, SourceKind, Table, TableSource, Target
from synth_core.model.types import BigQueryType, Kind, Mode
from synth_core.ports import Warehouse
from synth_core.stages.infer import InferredProject, infer
from synth_core.stages.infer.ask_links import ask_links
from synth_core.stages.infer.trust import Trust
from synth_core.stages.workbench import Workbench

SURE = {"c1": "email", "c2": "url", "c3": "uuid", "c4": "iban", "c5": "weekday", "c6": "phone"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
IBANS = ("DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606")


class Says(RulesModel):
    """Answers as it is told to."""

    id = "model"

    def __init__(self, wrong: int = 0, **said: ColumnProposal) -> None:
        self._wrong, self._said = wrong, said
        self.asked: tuple[str, ...] = ()

    def columns(self, doubts: Sequence[TableDoubt]) -> dict[str, dict[str, ColumnProposal]]:
        [doubt] = doubts
        self.asked = doubt.columns
        found = {name: says(name, meaning) for name, meaning in SURE.items()}
        for name in list(SURE)[: self._wrong]:
            found[name] = says(name, "color")
        return {"t": {name: each for name, each in (found | self._said).items() if name in doubt.columns}}

    def links(self, doubts: Sequence[LinkDoubt], project: Project, profile: Profile) -> list[LinkProposal]:
        return []


def says(column: str, meaning: str, kind: Kind = Kind.STRING, text_format: str = "") -> ColumnProposal:
    return ColumnProposal(
        column=column,
        meaning=meaning,
        personal=False,
        type=kind.value,
        format=text_format,
        evidence="so it is",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six columns of which measurement is sure; `c7`: dates that may be read in two ways; `c8`: words that mean
    nothing; `c9`: names that no list has."""
    rows = [
        [
            f"a{n}@mail.example",
            f"https://example.com/{n}",
            str(uuid.UUID(int=n * 7919)),
            IBANS[n % 3],
            DAYS[n % 6],
            f"+49 151 {2345670 + n}",
            f"{n % 12 + 1:02}/{n % 11 + 1:02}/2024",
            f"gr{'aeiou'[n % 5]}b{'xyz'[n % 3]}{'lmnrst'[n % 6]}o",
            f"Qu{'aeiou'[n % 5]}ndl {'BDFG'[n % 4]}or{'aeiou'[n % 5]}sk",
        ]
        for n in range(120)
    ]
    place = tmp_path / "in"
    place.mkdir()
    with (place / "t.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[f"c{n}" for n in range(1, 10)], *rows])
    return place


def inferred(folder: Path, model: Says | None) -> InferredProject:
    def none(uri: str) -> Warehouse:
        raise AssertionError(uri)

    project = Project(name="p", source=str(folder), target=Target(uri=str(folder.parent / "out")))
    with Workbench() as bench:
        return infer(bench, project, none, model=model)


def column(found: InferredProject, name: str) -> Column:
    return found.project.table("t").column(name)


def codes(found: InferredProject) -> set[str]:
    return {each.code for each in found.findings if each.code.startswith("model.")}


def test_measurement_is_sure_of_what_the_tests_below_take_for_sure(folder: Path) -> None:
    found = inferred(folder, None)
    assert {name: column(found, name).meaning.value for name in SURE} == SURE
    assert column(found, "c8").meaning.value == "unknown"
    assert column(found, "c7").type.confidence < 0.9


def test_sure_columns_are_asked_along_and_nobody_tells_which(folder: Path) -> None:
    model = Says()
    inferred(folder, model)
    assert {"c7", "c8"} < set(model.asked) and len(set(SURE) & set(model.asked)) >= 5
    assert list(model.asked) == sorted(model.asked)


def test_what_is_unknown_is_filled_with_the_evidence(folder: Path) -> None:
    found = inferred(folder, Says(c8=says("c8", "title")))
    meaning = column(found, "c8").meaning
    assert (meaning.value, meaning.origin, meaning.evidence) == ("title", Origin.MODEL, "model: so it is")
    assert codes(found) == {"model.used"}


def test_a_meaning_that_the_values_contradict_is_left_out(folder: Path) -> None:
    found = inferred(folder, Says(c8=says("c8", "email")))
    assert column(found, "c8").meaning.value == "unknown"
    assert codes(found) == {"model.vetoed"}
    assert column(inferred(folder, Says(c8=says("c8", "money"))), "c8").meaning.value == "unknown"


def test_nothing_becomes_personal_because_a_model_says_so(folder: Path) -> None:
    found = inferred(folder, Says(c8=says("c8", "username")))
    assert not column(found, "c8").personal.value


def test_a_model_that_knows_the_others_may_protect_a_column(folder: Path) -> None:
    said = says("c8", "unknown").model_copy(update={"personal": True})
    personal = column(inferred(folder, Says(c8=said)), "c8").personal
    assert (personal.value, personal.origin) == (True, Origin.MODEL)
    assert not column(inferred(folder, Says(wrong=1, c8=said)), "c8").personal.value


def test_a_type_that_casts_less_is_left_out(folder: Path) -> None:
    measured = column(inferred(folder, None), "c7")
    for kind, text_format in ((Kind.INT64, ""), (Kind.DATE, "%Y-%m-%d"), (Kind.DATE, "%q"), (Kind.TIME, "")):
        found = inferred(folder, Says(c7=says("c7", "unknown", kind, text_format)))
        assert (column(found, "c7").type, column(found, "c7").format) == (measured.type, measured.format)
        assert codes(found) == {"model.vetoed"}


def test_a_type_that_casts_all_is_taken(folder: Path) -> None:
    measured = column(inferred(folder, None), "c7").format
    other = "%m/%d/%Y" if measured.replace("-", "") == "%d/%m/%Y" else "%d/%m/%Y"
    found = inferred(folder, Says(c7=says("c7", "unknown", Kind.DATE, other)))
    typed = column(found, "c7")
    assert (typed.type.value.kind, typed.format, typed.type.origin) == (Kind.DATE, other, Origin.MODEL)
    # The facts are measured anew, of the dates as they are read now.
    assert found.profile.table("t").column("c7").quantiles


@pytest.mark.parametrize("wrong", [2, 6])
def test_who_is_wrong_about_sure_columns_is_not_believed_about_others(folder: Path, wrong: int) -> None:
    found = inferred(folder, Says(wrong=wrong, c8=says("c8", "title")))
    assert found.project == inferred(folder, None).project
    assert codes(found) == {"model.not-trusted"}


def test_who_is_wrong_once_may_fill_but_not_overrule(folder: Path) -> None:
    other = says("c7", "unknown", Kind.STRING)
    found = inferred(folder, Says(wrong=1, c7=other, c8=says("c8", "title")))
    assert column(found, "c8").meaning.value == "title"
    assert column(found, "c7").type.origin is Origin.MEASURED


@pytest.mark.parametrize(
    ("asked", "right", "fill", "overrule"),
    [
        (0, 0, True, False),
        (2, 0, True, False),
        (4, 3, True, False),
        (4, 2, False, False),
        (5, 5, True, True),
        (10, 8, True, False),
    ],
)
def test_trust(asked: int, right: int, fill: bool, overrule: bool) -> None:
    trust = Trust(asked, right)
    assert (trust.may_fill, trust.may_overrule) == (fill, overrule)


def test_names_for_columns_without_one_are_proposed_and_not_given(tmp_path: Path) -> None:
    with (tmp_path / "t.csv").open("w", newline="") as file:
        rows = [[str(n), f"a{n}@mail.example", f"gr{'aeiou'[n % 5]}b{'lmnrst'[n % 6]}o"] for n in range(90)]
        csv.writer(file).writerows(rows)
    named = says("column_3", "title").model_copy(update={"name": "nickname"})
    bad = says("column_2", "email").model_copy(update={"name": "No name; `rm`"})
    found = inferred(tmp_path, Says(column_3=named, column_2=bad))
    assert [each.name for each in found.project.table("t").columns] == ["column_1", "column_2", "column_3"]
    [finding] = [each for each in found.findings if each.code == "model.names"]
    assert "nickname for column_3." in finding.message and "No name" not in finding.message
    assert "synth rename PROJECT t.column_3 nickname" in finding.hint


# --- links ---


def keyed(name: str, columns: Sequence[str]) -> Table:
    made = tuple(
        Column(
            name=each,
            type=Inferred[BigQueryType](value=BigQueryType(kind=Kind.INT64)),
            mode=Inferred[Mode](value=Mode.NULLABLE),
            meaning=Inferred[str](value="unknown"),
            personal=Inferred[bool](value=False),
        )
        for each in columns
    )
    source = TableSource(kind=SourceKind.PARQUET, uri="x", full_name=name)
    return Table(name=name, source=source, rows=9, wanted=9, columns=made)


CHILD = tuple(f"f{n}" for n in range(9))


def link(column: str, sure: float, accepted: bool = True) -> Link:
    said = Inferred[bool](value=accepted, confidence=sure, evidence="measured")
    return Link(table="child", columns=(column,), ref_table="parent", ref_columns=("id",), accepted=said)


def doubt(column: str, confidence: float, share: float = 1.0) -> LinkDoubt:
    candidate = LinkCandidate(ref_table="parent", ref_column="id", share=share, confidence=confidence)
    other = LinkCandidate(ref_table="other", ref_column="id", share=share, confidence=0.3)
    return LinkDoubt(table="child", column=column, candidates=(candidate, other))


PROJECT = Project(
    name="p",
    source="x",
    target=Target(uri="y"),
    tables=(keyed("parent", ["id"]), keyed("other", ["id"]), keyed("child", CHILD)),
    links=(link("f0", 0.99), link("f1", 0.98), link("f2", 0.97), link("f6", 0.6)),
)
DOUBTS = [
    *(doubt(f"f{n}", 0.98) for n in range(3)),
    *(doubt(f"f{n}", 0.05, 0.2) for n in range(3, 6)),
    doubt("f6", 0.6),
    doubt("f7", 0.4),
    doubt("f8", 0.4, 0.5),
]
RIGHT = {"f0": "parent", "f1": "parent", "f2": "parent", "f3": "", "f4": "", "f5": ""}


class Links(RulesModel):
    """Says what columns refer to."""

    id = "model"

    def __init__(self, **said: str) -> None:
        self._said = said

    def links(self, doubts: Sequence[LinkDoubt], project: Project, profile: Profile) -> list[LinkProposal]:
        assert {each.column for each in doubts} == set(CHILD)
        return [
            LinkProposal(
                table="child", column=name, ref_table=to, ref_column="id" if to else "", evidence="x"
            )
            for name, to in self._said.items()
        ]


def ends(links: Sequence[Link]) -> dict[str, str]:
    return {each.columns[0]: each.ref_table for each in links if each.accepted.value}


def test_links_that_are_open_are_decided_by_a_model_that_knows_the_others() -> None:
    found = ask_links(PROJECT, Profile(k=10), DOUBTS, Links(**RIGHT, f6="other", f7="parent", f8=""))
    measured = ends(PROJECT.links)
    assert ends(found.links) == measured | {"f6": "other", "f7": "parent"}
    assert {each.accepted.origin for each in found.links if each.columns[0] in ("f6", "f7")} == {Origin.MODEL}


@pytest.mark.parametrize("answer", ["", "other"])
def test_no_model_takes_the_protection_of_a_link_away(answer: str) -> None:
    parent = PROJECT.tables[0]
    personal = parent.columns[0].model_copy(update={"personal": Inferred[bool](value=True)})
    tables = (parent.model_copy(update={"columns": (personal,)}), *PROJECT.tables[1:])
    project = PROJECT.model_copy(update={"tables": tables})
    found = ask_links(project, Profile(k=10), DOUBTS, Links(**RIGHT, f6=answer))
    assert found.links == PROJECT.links
    [told] = found.findings
    assert told.code == "model.vetoed" and "known to be personal" in told.message


def test_a_link_without_containment_is_left_out() -> None:
    found = ask_links(PROJECT, Profile(k=10), DOUBTS, Links(**RIGHT, f8="parent"))
    assert ends(found.links) == ends(PROJECT.links)
    assert [each.code for each in found.findings] == ["model.vetoed"]


@pytest.mark.parametrize("wrong", [{"f0": "other"}, {"f3": "parent"}, {"f4": "other", "f5": "other"}])
def test_who_is_wrong_about_sure_links_decides_nothing(wrong: dict[str, str]) -> None:
    found = ask_links(PROJECT, Profile(k=10), DOUBTS, Links(**(RIGHT | wrong), f6="", f7="parent"))
    assert found.links == PROJECT.links
    assert [each.code for each in found.findings] == ["model.not-trusted"]


def test_a_persons_link_is_not_asked_about() -> None:
    human = link("f6", 0.6).accepted.model_copy(update={"origin": Origin.HUMAN})
    decided = PROJECT.links[3].model_copy(update={"accepted": human})
    project = PROJECT.model_copy(update={"links": (*PROJECT.links[:3], decided)})

    class Asked(Links):
        def links(
            self, doubts: Sequence[LinkDoubt], project: Project, profile: Profile
        ) -> list[LinkProposal]:
            assert "f6" not in {each.column for each in doubts}
            return []

    assert ask_links(project, Profile(k=10), DOUBTS, Asked()).links == project.links

"""What a key means, what refers to it means as well."""

from __future__ import annotations

from related import add_rows_of

from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Column, Link, Table
from synth_core.stages.relate.along import told_along


def _table(con, name: str, column: str, meaning: Inferred[str], *, personal: bool = False) -> Table:
    table = add_rows_of(con, name, f"i AS {column}")
    [one] = table.columns
    update = {"meaning": meaning, "personal": Inferred[bool](value=personal, confidence=0.9)}
    return table.model_copy(update={"columns": (one.model_copy(update=update),)})


def _link(child: str, parent: str, confidence: float = 0.95, *, accepted: bool = True) -> Link:
    (table, column), (ref_table, ref_column) = child.split("."), parent.split(".")
    return Link(
        table=table,
        columns=(column,),
        ref_table=ref_table,
        ref_columns=(ref_column,),
        accepted=Inferred(value=accepted, confidence=confidence),
    )


def _said(value: str, confidence: float, origin: Origin = Origin.MEASURED) -> Inferred[str]:
    return Inferred[str](value=value, confidence=confidence, origin=origin, evidence="its name says so")


def _told(tables: list[Table], links: list[Link]) -> dict[str, Column]:
    return {table.name: table.columns[0] for table in told_along(tables, links)}


def test_a_copy_means_what_the_key_means(con) -> None:
    films = _table(con, "films", "title", _said("title", 0.9))
    people = _table(con, "film_people", "title", _said("job_title", 0.8))
    told = _told([people, films], [_link("film_people.title", "films.title")])["film_people"]
    assert (told.meaning.value, told.meaning.confidence) == ("title", 0.85)
    assert told.meaning.evidence == "refers to films.title: its name says so"


def test_what_is_personal_is_so_along_all_links(con) -> None:
    tables = [
        _table(con, "loans", "who", _said("unknown", 0.6)),
        _table(con, "cards", "who", _said("unknown", 0.6)),
        _table(con, "members", "dni", _said("national_id", 0.95), personal=True),
    ]
    told = _told(tables, [_link("loans.who", "cards.who"), _link("cards.who", "members.dni")])
    assert {
        name: (column.meaning.value, column.personal.value) for name, column in told.items()
    } == dict.fromkeys(("loans", "cards", "members"), ("national_id", True))


def test_what_is_surer_or_said_by_a_person_stays(con) -> None:
    key = _table(con, "lists", "code", _said("code_pattern", 0.8))
    surer = _table(con, "trips", "land", _said("country_code", 0.95))
    said = _table(con, "notes", "land", _said("free_text", 0.1, Origin.HUMAN))
    links = [_link("trips.land", "lists.code"), _link("notes.land", "lists.code")]
    told = _told([key, surer, said], links)
    assert (told["trips"].meaning.value, told["notes"].meaning.value) == ("country_code", "free_text")


def test_nothing_is_told_by_a_key_of_which_little_is_known_or_that_is_hardly_referred_to(con) -> None:
    unknown = _said("unknown", 0.5)
    tables = [
        _table(con, "keys", "code", _said("phone", 0.6), personal=True),
        _table(con, "sure", "code", _said("phone", 0.9), personal=True),
        *(_table(con, name, "code", unknown) for name in ("a", "b", "c")),
    ]
    links = [
        _link("a.code", "keys.code"),
        _link("b.code", "sure.code", 0.6),
        _link("c.code", "sure.code", accepted=False),
    ]
    told = _told(tables, links)
    assert {told[name].meaning.value for name in "abc"} == {"unknown"}


def test_what_is_taken_for_personal_stays_so(con) -> None:
    films = _table(con, "films", "title", _said("title", 0.95))
    people = _table(con, "film_people", "title", _said("person_name", 0.5), personal=True)
    told = _told([people, films], [_link("film_people.title", "films.title")])["film_people"]
    assert (told.meaning.value, told.personal.value) == ("person_name", True)


def test_links_in_a_circle_end(con) -> None:
    tables = [_table(con, name, "x", _said("color", 0.9 if name == "a" else 0.4)) for name in "ab"]
    told = _told(tables, [_link("a.x", "b.x"), _link("b.x", "a.x")])
    assert {column.meaning.value for column in told.values()} == {"color"}

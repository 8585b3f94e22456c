"""Plurals of other languages than English, and what is written behind or before another word."""

from __future__ import annotations

import pytest
from related import add_rows_of, keys_of, links_of

from synth_core.stages.relate import relate
from synth_core.stages.relate.forms import forms_of
from synth_core.stages.relate.names import Names


@pytest.mark.parametrize(
    ("tables", "columns", "forms"),
    [
        ("ordini eventi bottigly", "ordine evento", {"ordini": "ordine", "eventi": "evento"}),
        ("bottigly vini", "bottiglia vino", {"bottigly": "bottiglia", "vini": "vino"}),
        ("kunden produkte orte", "kunde produkt", {"kunden": "kunde", "produkte": "produkt"}),
        ("zamowienia klienci", "zamowienie klient", {"zamowienia": "zamowienie", "klienci": "klient"}),
        ("transacoe clientes", "transacao itens", {}),
        ("player play game", "play note", {}),
        ("customer state order", "custom stat", {"customer": "custom", "state": "stat"}),
        ("customer order item price line store region", "custom", {}),
    ],
)
def test_words_of_tables_in_the_form_of_columns(tables: str, columns: str, forms: dict[str, str]) -> None:
    assert forms_of({(table,) for table in tables.split()}, set(columns.split())) == forms


def test_a_word_that_another_table_goes_by_is_left_to_it() -> None:
    assert forms_of({("vini",), ("vino",), ("ordini",)}, {"vino", "ordine"}) == {}


def test_what_tables_have_many_of_their_columns_have_one_of(con) -> None:
    tables = [
        add_rows_of(con, "Ordini", "i + 1 AS Id, 9.5 * i AS Prezzo, 1 + i * 7 % 30 AS Corriere", rows=60),
        add_rows_of(con, "Corrieri", "i + 1 AS Id, 'C' || i AS Sigla", rows=30),
        add_rows_of(con, "Eventi", "i + 1 AS Id, 'E' || i AS Sigla", rows=30),
        add_rows_of(con, "Spese", "i + 1 AS Id, 1 + i * 11 % 29 AS Evento, 1 + i % 59 AS Ordine", rows=90),
    ]
    assert links_of(relate(con, tables)) == {
        "Ordini(Corriere) → Corrieri(Id)",
        "Spese(Evento) → Eventi(Id)",
        "Spese(Ordine) → Ordini(Id)",
    }


def test_the_number_of_one_is_none_of_many() -> None:
    names = Names({"clienti": ["num_cliente"], "ordini": ["num_cliente", "num_ordini", "ordine"]})
    assert not names.counts("ordini", "num_cliente")
    assert names.counts("ordini", "num_ordini")


def test_an_id_is_written_before_what_it_identifies(con) -> None:
    names = Names({"operacao": ["idoperacao"], "deposito": ["idoperacao", "valor"]})
    assert names.column("deposito", "idoperacao") == ("id", "operacao")


@pytest.mark.parametrize(
    ("column", "numbers"), [("version_season", False), ("item_name", False), ("line", True)]
)
def test_what_numbers_lines_says_so_at_its_end(column: str, numbers: bool) -> None:
    assert Names({"summary": [column]}).numbers_lines("summary", column) == numbers


def test_what_other_tables_repeat_is_the_key_though_it_begins_like_a_number_of_lines(con) -> None:
    season = (
        "'S' || (i // 2) AS version, 'S' || (i // 2) || '-' || (i % 2) AS version_season, i % 2 AS season"
    )
    votes = "'S' || (i % 40 // 2) || '-' || (i % 2) AS version_season, 'P' || (i % 7) AS castaway"
    tables = [
        add_rows_of(con, "summary", season, rows=40),
        add_rows_of(con, "votes", votes, rows=200),
    ]
    related = relate(con, tables)
    assert keys_of(related)["summary"] == ("version_season",)
    assert links_of(related) == {"votes(version_season) → summary(version_season)"}


def test_texts_called_after_a_table_may_be_the_names_of_its_things(con) -> None:
    """And not the terms beside these, though the terms stand first."""
    kinds = "'term' || i AS Term, 'A term of ' || chr(65 + i::INT) AS Name, 'https://x.org/' || i AS Uri"
    tables = [
        add_rows_of(con, "CV_MethodType", kinds, rows=24),
        add_rows_of(
            con,
            "Methods",
            "i + 1 AS MethodID, 'A term of ' || chr(65 + (i % 9)::INT) AS MethodTypeCV",
            rows=40,
        ),
    ]
    related = relate(con, tables)
    assert links_of(related) == {"Methods(MethodTypeCV) → CV_MethodType(Name)"}
    assert keys_of(related)["CV_MethodType"] == ("Name",)

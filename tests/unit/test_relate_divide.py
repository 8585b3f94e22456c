"""Tables that divide the rows of another among them."""

from __future__ import annotations

from related import add_rows_of, links_of

from synth_core.stages.relate import relate


def test_jobs_divide_the_staff_though_each_table_calls_its_key_id(con) -> None:
    tables = [
        add_rows_of(con, "crew", "i + 100 AS id, 900 + 7 * i AS salary, 'N' || i AS called", rows=24),
        add_rows_of(con, "aquarist", "i + 111 AS id, i % 4 AS depth", rows=13),
        add_rows_of(con, "custodian", "i + 100 AS id, 17 + i AS shift", rows=6),
        add_rows_of(con, "vet", "i + 106 AS id, 'V' || i AS licence", rows=5),
    ]
    related = relate(con, tables)
    assert links_of(related) == {f"{job}(id) → crew(id)" for job in ("aquarist", "custodian", "vet")}
    [link] = [link for link in related.links if link.table == "vet"]
    assert link.accepted.evidence == "100 % of vet.id occur in crew.id; the others in aquarist and custodian"


def test_one_part_may_begin_where_the_whole_begins(con) -> None:
    tables = [
        add_rows_of(con, "item_stock", "i + 1 AS id, 'thing ' || i AS label", rows=30),
        add_rows_of(con, "machine", "i + 1 AS item_id, 3.5 * i AS weight", rows=16),
        add_rows_of(con, "meal", "i + 17 AS item_id, DATE '2024-01-01' + i::INT AS best_before", rows=14),
        add_rows_of(con, "shelf", "i + 1 AS item_id, i % 3 AS floor", rows=9),
    ]
    found = links_of(relate(con, tables))
    assert {"machine(item_id) → item_stock(id)", "meal(item_id) → item_stock(id)"} <= found


def test_tables_that_count_their_rows_divide_nothing(con) -> None:
    tables = [
        add_rows_of(con, "towns", "i + 1 AS id, 'T' || i AS label", rows=40),
        add_rows_of(con, "bakers", "i + 1 AS id, 'B' || i AS label", rows=22),
        add_rows_of(con, "lamps", "i + 1 AS id, 'L' || i AS label", rows=18),
    ]
    assert links_of(relate(con, tables)) == set()


def test_a_part_that_begins_elsewhere_and_leaves_much_is_none(con) -> None:
    tables = [
        add_rows_of(con, "towns", "i + 1 AS id, 'T' || i AS label", rows=60),
        add_rows_of(con, "bakers", "i + 20 AS id, 'B' || i AS label", rows=12),
        add_rows_of(con, "lamps", "i + 1 AS id, 'L' || i AS label", rows=18),
    ]
    assert links_of(relate(con, tables)) == set()

"""The whole job on schemas of every shape, each a DuckDB source with declared keys: all checks hold, twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from synth_core import api as synth
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Link
from synth_core.projects import Projects
from synth_core.wiring import open_store

pytestmark = pytest.mark.usefixtures("in_this_process")

SCHEMAS = {
    "names that collide": """
        CREATE TABLE "order" (id BIGINT PRIMARY KEY, "__x" INTEGER, "Order ID" VARCHAR, "park.key" VARCHAR, class VARCHAR,
            "select" BIGINT, "say ""hi"" !" DOUBLE, date DATE, count BIGINT, today DATE, fake VARCHAR, "yes" BOOLEAN, "Ünïcode" VARCHAR);
        INSERT INTO "order" SELECT i, i % 7, 'A' || i, 'P' || (i % 3), 'c' || (i % 4), i * 2, i / 3, DATE '2024-01-01' + i::INT,
            i % 5, DATE '2024-01-01', 'f', i % 2 = 0, 'ü' || (i % 9) FROM range(120) t(i);
        CREATE TABLE "Order Details" (id BIGINT REFERENCES "order"(id), "Line No" BIGINT, qty INTEGER, PRIMARY KEY (id, "Line No"));
        INSERT INTO "Order Details" SELECT i % 100, i // 100 + 1, i % 9 FROM range(250) t(i);
    """,
    "composite keys and links": """
        CREATE TABLE product (maker VARCHAR, model BIGINT, price DECIMAL(10,2), PRIMARY KEY (maker, model));
        INSERT INTO product SELECT 'M' || (i % 6), i // 6, i * 1.25 FROM range(90) t(i);
        CREATE TABLE stock (shelf BIGINT PRIMARY KEY, maker VARCHAR, model BIGINT, FOREIGN KEY (maker, model) REFERENCES product(maker, model));
        INSERT INTO stock SELECT i, 'M' || (i % 6), (i % 90) // 6 FROM range(200) t(i);
        CREATE TABLE part (maker VARCHAR, model BIGINT, no BIGINT, weight DOUBLE, PRIMARY KEY (maker, model, no),
            FOREIGN KEY (maker, model) REFERENCES product(maker, model));
        INSERT INTO part SELECT 'M' || (i % 6), (i % 60) // 6, i // 60 + 1, i / 7 FROM range(240) t(i);
    """,
    "periods as keys": """
        CREATE TABLE price (valid_from DATE, valid_to DATE, amount DECIMAL(9,2), PRIMARY KEY (valid_from, valid_to));
        INSERT INTO price SELECT DATE '2020-01-01' + (i // 3)::INT * 30, DATE '2020-01-01' + (i // 3)::INT * 30 + (i % 3)::INT * 7,
            i / 3 FROM range(120) t(i);
        CREATE TABLE stay (closed TIMESTAMP, opened TIMESTAMP, booked TIMESTAMP, PRIMARY KEY (closed, opened, booked));
        INSERT INTO stay SELECT b + INTERVAL (i % 9) HOUR + INTERVAL (i % 7) MINUTE, b + INTERVAL (i % 7) MINUTE, b
            FROM (SELECT i, TIMESTAMP '2024-01-01' + INTERVAL (i // 4) HOUR AS b FROM range(160) t(i));
    """,
    "self-references": """
        CREATE TABLE employee (id BIGINT PRIMARY KEY, boss BIGINT REFERENCES employee(id), name VARCHAR);
        INSERT INTO employee SELECT i, NULL, 'n' || i FROM range(30) t(i);
        INSERT INTO employee SELECT i + 30, i // 4, 'n' || i FROM range(120) t(i);
        CREATE TABLE node (code VARCHAR PRIMARY KEY, up VARCHAR NOT NULL);
        INSERT INTO node VALUES ('N0000', 'N0000');
        INSERT INTO node SELECT 'N' || lpad((i + 9)::VARCHAR, 4, '0'), 'N0000' FROM range(60) t(i);
    """,
    "tenants": """
        CREATE TABLE tenant (t VARCHAR PRIMARY KEY);
        INSERT INTO tenant SELECT 'T' || lpad(i::VARCHAR, 3, '0') FROM range(12) t(i);
        CREATE TABLE customer (t VARCHAR REFERENCES tenant(t), id BIGINT, name VARCHAR, PRIMARY KEY (t, id));
        INSERT INTO customer SELECT 'T' || lpad((i % 12)::VARCHAR, 3, '0'), i // 12, 'c' || i FROM range(150) t(i);
        CREATE TABLE store (t VARCHAR REFERENCES tenant(t), id BIGINT, city VARCHAR, PRIMARY KEY (t, id));
        INSERT INTO store SELECT 'T' || lpad((i % 10)::VARCHAR, 3, '0'), i // 10, 'x' FROM range(40) t(i);
        CREATE TABLE sale (no BIGINT PRIMARY KEY, t VARCHAR, customer BIGINT, store BIGINT,
            FOREIGN KEY (t, customer) REFERENCES customer(t, id), FOREIGN KEY (t, store) REFERENCES store(t, id));
        INSERT INTO sale SELECT i, 'T' || lpad((i % 10)::VARCHAR, 3, '0'), i % 12, i % 4 FROM range(300) t(i);
    """,
    "junctions and one-to-one": """
        CREATE TABLE a (id UUID PRIMARY KEY, name VARCHAR);
        INSERT INTO a SELECT md5(i::VARCHAR)::UUID, 'a' || i FROM range(60) t(i);
        CREATE TABLE b (code VARCHAR PRIMARY KEY, born DATE);
        INSERT INTO b SELECT chr(65 + (i // 26)::INT) || chr(65 + (i % 26)::INT) || i % 10, DATE '1990-01-01' + i::INT FROM range(40) t(i);
        CREATE TABLE a_b (a UUID REFERENCES a(id), b VARCHAR REFERENCES b(code), since DATE, PRIMARY KEY (a, b));
        INSERT INTO a_b SELECT DISTINCT ON (x.id, y.code) x.id, y.code, DATE '2020-01-01'
            FROM (SELECT id, row_number() OVER (ORDER BY id) n FROM a) x, (SELECT code, row_number() OVER (ORDER BY code) n FROM b) y
            WHERE (x.n * 7 + y.n * 3) % 11 = 0;
        CREATE TABLE a_more (a UUID PRIMARY KEY REFERENCES a(id), note VARCHAR);
        INSERT INTO a_more SELECT id, 'some words here' FROM a LIMIT 45;
    """,
    "two links share a column": """
        CREATE TABLE country (code VARCHAR PRIMARY KEY);
        INSERT INTO country SELECT chr(65 + (i // 5)::INT) || chr(65 + (i % 5)::INT) FROM range(25) t(i);
        CREATE TABLE city (country VARCHAR REFERENCES country(code), name BIGINT, PRIMARY KEY (country, name));
        INSERT INTO city SELECT chr(65 + (i % 5)::INT) || chr(65 + (i % 4)::INT), i // 5 FROM range(100) t(i);
        CREATE TABLE person (id BIGINT PRIMARY KEY, country VARCHAR REFERENCES country(code), city BIGINT,
            FOREIGN KEY (country, city) REFERENCES city(country, name));
        INSERT INTO person SELECT i, country, name FROM (SELECT *, row_number() OVER () i FROM city);
        CREATE TABLE base (id BIGINT PRIMARY KEY);
        INSERT INTO base SELECT i + 500 FROM range(80) t(i);
        CREATE TABLE other (id BIGINT PRIMARY KEY);
        INSERT INTO other SELECT i + 500 FROM range(50) t(i);
        CREATE TABLE both_of (no BIGINT PRIMARY KEY, ref BIGINT REFERENCES base(id));
        INSERT INTO both_of SELECT i, 500 + i % 50 FROM range(120) t(i);
    """,
    "every type": """
        CREATE TABLE t (k BIGINT PRIMARY KEY, n DECIMAL(38,9), n2 DECIMAL(10,2), big DECIMAL(38,0), f DOUBLE, b BOOLEAN, s VARCHAR,
            y BLOB, d DATE, dt TIMESTAMP, ts TIMESTAMPTZ, ti TIME, j JSON,
            st STRUCT(street VARCHAR, geo STRUCT(lat DOUBLE, lon DOUBLE), tags VARCHAR[]), li BIGINT[],
            ls STRUCT(sku VARCHAR, qty INTEGER)[], i8 TINYINT, u UUID, e ENUM('x', 'y'), nothing VARCHAR);
        INSERT INTO t SELECT i, i / 3, i * 0.25, i::DECIMAL(38,0) * 100000000000000000000, i / 7, i % 3 = 0, 'text ' || i, encode('b' || i),
            DATE '2020-02-28' + i::INT, TIMESTAMP '2020-01-01 10:00:00' + INTERVAL (i) HOUR, TIMESTAMPTZ '2020-01-01 10:00:00+00' + INTERVAL (i) MINUTE,
            TIME '08:00:00' + INTERVAL (i) SECOND, '{"a": 1}', {'street': 'S' || i, 'geo': {'lat': i / 9, 'lon': i / 5}, 'tags': ['r', 'g']},
            CASE WHEN i % 4 = 0 THEN [] ELSE [i, i + 1] END, [{'sku': 'K' || i % 5, 'qty': i % 3}], i % 100, md5(i::VARCHAR)::UUID,
            CASE WHEN i % 2 = 0 THEN 'x' ELSE 'y' END, NULL FROM range(140) t(i);
    """,
    "tiny and empty": """
        CREATE TABLE none_at_all (id BIGINT PRIMARY KEY, name VARCHAR);
        CREATE TABLE child (id BIGINT PRIMARY KEY, ref BIGINT REFERENCES none_at_all(id), amount DECIMAL(8,2));
        INSERT INTO child SELECT i, NULL, 1.5 FROM range(3) t(i);
        CREATE TABLE no_key (x DOUBLE, y VARCHAR);
        INSERT INTO no_key VALUES (1.5, 'a'), (1.5, 'a'), (NULL, NULL);
    """,
    "dates as keys": """
        CREATE TABLE day (d DATE PRIMARY KEY, holiday BOOLEAN);
        INSERT INTO day SELECT DATE '2023-01-01' + i::INT, i % 7 = 0 FROM range(200) t(i);
        CREATE TABLE reading (station VARCHAR, taken TIMESTAMP, value DOUBLE, PRIMARY KEY (station, taken));
        INSERT INTO reading SELECT 'S' || i % 3, TIMESTAMP '2023-01-01' + INTERVAL (i // 3) HOUR, i / 9 FROM range(360) t(i);
        CREATE TABLE shift (d DATE REFERENCES day(d), slot BIGINT, PRIMARY KEY (d, slot));
        INSERT INTO shift SELECT DATE '2023-01-01' + (i // 2)::INT, i % 2 FROM range(220) t(i);
    """,
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def source_of(sql: str, folder: Path) -> str:
    path = folder / "source.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(sql)
    return f"duckdb:{path}"


def rows_of(path: Path, table: str) -> int:
    with duckdb.connect(str(path), read_only=True) as con:
        [count] = con.execute(f'SELECT count(*) FROM main."{table}"').fetchone() or (-1,)
    return int(count)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SCHEMAS)
def test_the_whole_job_twice_into_the_same_target(shape: str, home: Path, tmp_path: Path) -> None:
    source, target = source_of(SCHEMAS[shape], tmp_path), tmp_path / "target.duckdb"
    synth.init("p", source, f"duckdb:{target}")
    stored, _ = synth.infer("p")
    synth.draft("p")
    assert [finding for finding in synth.lint("p") if finding.level == "error"] == []
    for batch in (1, 2):
        synth.approve("p", by="ana", seed=batch)
        manifest = synth.run("p")
        assert [check for check in manifest.checks if not check.ok] == []
        for table in stored.project.tables:
            assert rows_of(target, table.name) == batch * table.rows
    declared = [link for link in stored.project.links if link.accepted.origin is Origin.DECLARED]
    assert len(declared) == SCHEMAS[shape].count("REFERENCES")


def test_every_value_inside_of_nested_columns_is_a_key_of_its_parent(home: Path, tmp_path: Path) -> None:
    source = source_of(
        """
        CREATE TABLE product (id BIGINT PRIMARY KEY, label VARCHAR);
        INSERT INTO product SELECT 5000 + 7 * i, 'p' || i FROM range(40) t(i);
        CREATE TABLE "order" (id BIGINT PRIMARY KEY, items STRUCT(product_id BIGINT, quantity BIGINT)[],
            gift STRUCT(product STRUCT(id BIGINT)), product_ids BIGINT[]);
        INSERT INTO "order" SELECT i, [{product_id: 5000 + 7 * ((i + j) % 40), quantity: j} for j in range(i % 4)],
            CASE WHEN i % 3 = 0 THEN {product: {id: 5000 + 7 * (i % 40)}} END, [5000 + 7 * (i % 40)] FROM range(90) t(i);
        """,
        tmp_path,
    )
    target = tmp_path / "target.duckdb"
    synth.init("p", source, f"duckdb:{target}")
    stored, _ = synth.infer("p")
    assert {str(link) for link in stored.project.nested_links} == {
        "order(items.product_id) → product(id)",
        "order(gift.product.id) → product(id)",
        "order(product_ids) → product(id)",
    }
    synth.draft("p")
    assert synth.lint("p") == []
    synth.approve("p", by="ana", seed=3)
    manifest = synth.run("p")
    assert [check.bad for check in manifest.checks if check.kind == "links"] == [0, 0, 0]
    with duckdb.connect(str(target), read_only=True) as con:
        found = con.execute(
            """
            WITH used AS (SELECT unnest(items).product_id AS id FROM "order"
                UNION ALL SELECT gift.product.id FROM "order" UNION ALL SELECT unnest(product_ids) FROM "order")
            SELECT count(id) > 200, count(DISTINCT id) > 20, count(id) FILTER (id NOT IN (SELECT id FROM product))
            FROM used
            """
        ).fetchall()
    assert found == [(True, True, 0)]


def test_a_cycle_between_tables_and_a_doubly_bound_column(home: Path, tmp_path: Path) -> None:
    source = source_of(
        """
        CREATE TABLE department (id BIGINT PRIMARY KEY, head BIGINT, name VARCHAR);
        INSERT INTO department SELECT i, i * 3, 'd' || i FROM range(20) t(i);
        CREATE TABLE staff (id BIGINT PRIMARY KEY, department BIGINT NOT NULL, badge VARCHAR);
        INSERT INTO staff SELECT i, i % 20, 'b' || i FROM range(100) t(i);
        CREATE TABLE visitor (id BIGINT PRIMARY KEY, seen TIMESTAMP);
        INSERT INTO visitor SELECT i, TIMESTAMP '2024-01-01' FROM range(40) t(i);
        CREATE TABLE entry (no BIGINT PRIMARY KEY, who BIGINT);
        INSERT INTO entry SELECT i, i % 40 FROM range(90) t(i);
        """,
        tmp_path,
    )
    synth.init("p", source, str(tmp_path / "out"))
    stored, _ = synth.infer("p")
    by_hand = Inferred(value=True, origin=Origin.HUMAN)
    ends = [
        ("department", "head", "staff"),
        ("staff", "department", "department"),
        ("entry", "who", "staff"),
        ("entry", "who", "visitor"),
    ]
    links = tuple(
        Link(table=table, columns=(column,), ref_table=other, ref_columns=("id",), accepted=by_hand)
        for table, column, other in ends
    )
    projects = Projects(open_store(home), author="ana", clock=lambda: datetime.now(UTC))
    projects.save(stored, project=stored.project.model_copy(update={"links": links}))
    stored, _ = synth.infer("p")
    assert len([link for link in stored.project.links if link.accepted.origin is Origin.HUMAN]) == 4
    synth.draft("p")
    synth.approve("p", by="ana")
    manifest = synth.run("p")
    assert [check for check in manifest.checks if not check.ok] == []
    assert {check.what for check in manifest.checks if check.kind == "links"} >= {
        "every department(head) → staff(id)",
        "every staff(department) → department(id)",
        "every entry(who) → staff(id)",
        "every entry(who) → visitor(id)",
    }

"""Files in Cloud Storage as source: found, fetched by ranges and never whole if they are large, inferred alike."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from servers.faults import Fault
from servers.storage import StorageServer

from synth_core import api
from synth_core.errors import SourceError
from synth_core.model.places import is_bucket
from synth_core.model.project import Table
from synth_core.stages.gather import Buckets, Gathered, find, gather
from synth_core.stages.workbench import Workbench
from synth_core.wiring import open_bucket, open_source

MB = 1_000_000


@pytest.fixture
def bucket(storage_server: StorageServer) -> str:
    return storage_server.bucket("raw-data")


def orders(rows: int, *, notes: bool = False) -> list[list[str]]:
    """Rows of a table that has most kinds of columns; the note may hold line ends, delimiters and quotes."""
    draw = random.Random(7)
    first = date(2024, 1, 1)
    found = []
    for number in range(1, rows + 1):
        note = draw.choice(["", "fast", "gift", 'said "yes", then\nasked; again', "line\n1,2,3\n4,5,6"])
        found.append(
            [
                str(number),
                f"C{draw.randrange(5000):06}",
                (first + timedelta(days=draw.randrange(700))).isoformat(),
                f"{draw.randrange(100, 999_99) / 100:.2f}",
                draw.choice(["new", "paid", "sent", "returned"]),
                note if notes else draw.choice(["", "fast", "gift"]),
            ]
        )
    return found


HEADER = ["order_id", "customer", "ordered_on", "amount", "state", "note"]


def csv_of(rows: list[list[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def read(*sources: str, budget: int = 256 << 20, only: tuple[str, ...] = ()) -> Gathered:
    with Workbench() as bench:
        return gather(bench, sources, open_source, only=only, buckets=Buckets(open_bucket, budget))


def columns(table: Table) -> list[tuple[str, str, str, str]]:
    return [
        (each.name, str(each.type.value), each.meaning.value, each.mode.value.value) for each in table.columns
    ]


def fetched(server: StorageServer) -> int:
    """Bytes that downloads got."""
    return sum(
        int(request.notes["sent"]) for request in server.requests if request.query.get("alt") == "media"
    )


# --- which files ---


@pytest.fixture
def shop(storage_server: StorageServer, bucket: str) -> str:
    """A folder as people leave it: placeholders, hidden and other files, folders below."""
    small = csv_of(orders(30))
    for name in (
        "orders.csv",
        "parts/orders-1.csv",
        "parts/orders-2.csv",
        "ä ü/lines #1.csv",
        "deep/a/b.csv",
    ):
        storage_server.put(f"{bucket}/shop/{name}", small)
    storage_server.put(f"{bucket}/shop/", b"")
    storage_server.put(f"{bucket}/shop/parts/", b"")
    storage_server.put(f"{bucket}/shop/.hidden.csv", small)
    storage_server.put(f"{bucket}/shop/_SUCCESS", b"")
    storage_server.put(f"{bucket}/shopping.csv", small)
    return f"{bucket}/shop"


@pytest.mark.parametrize(
    ("source", "tables"),
    [
        ("", {"orders": ["orders.csv"]}),
        ("/orders.csv", {"orders": ["orders.csv"]}),
        ("/parts", {"orders-1": ["parts/orders-1.csv"], "orders-2": ["parts/orders-2.csv"]}),
        ("/ä ü", {"lines #1": ["ä ü/lines #1.csv"]}),
        ("/*/lines*.csv", {"lines #1": ["ä ü/lines #1.csv"]}),
        ("/*.csv", {"orders": ["orders.csv"]}),
        ("/parts/orders-[!1].csv", {"orders-2": ["parts/orders-2.csv"]}),
        ("/parts/orders-?.csv", {"orders-1": ["parts/orders-1.csv"], "orders-2": ["parts/orders-2.csv"]}),
        ("/d**.csv", {"b": ["deep/a/b.csv"]}),
        ("/**/b.csv", {"b": ["deep/a/b.csv"]}),
    ],
)
def test_a_source_is_a_folder_an_object_or_a_pattern(
    shop: str, source: str, tables: dict[str, list[str]]
) -> None:
    found = find([f"{shop}{source}"], Buckets(open_bucket))
    assert {name: list(each.files) for name, each in found.tables} == {
        name: [f"{shop}/{file}" for file in files] for name, files in tables.items()
    }
    assert all(is_bucket(each.full_name) for _, each in found.tables)


def test_files_of_one_table_have_a_name(shop: str) -> None:
    gathered = read(f"orders={shop}/parts/orders-*.csv", f"lines={shop}/ä ü/lines #1.csv")
    found = {each.table.name: (each.table.rows, each.table.source.full_name) for each in gathered.tables}
    assert found == {
        "orders": (60, f"orders={shop}/parts/orders-*.csv"),
        "lines": (30, f"{shop}/ä ü/lines #1.csv"),
    }


def test_what_is_no_table_is_told(shop: str) -> None:
    assert [(each.code, each.file) for each in read(shop).findings] == [
        ("source.passed-over", f"{shop}/_SUCCESS")
    ]


def test_an_object_comes_before_a_folder_and_before_a_pattern(
    storage_server: StorageServer, bucket: str
) -> None:
    """A name may hold the signs of a pattern."""
    small = csv_of(orders(30))
    for name in ("a[1].csv", "a1.csv", "x.csv", "x.csv/y.csv"):
        storage_server.put(f"{bucket}/{name}", small)
    for name in ("a[1].csv", "x.csv"):
        assert [each.table.source.files for each in read(f"{bucket}/{name}").tables] == [
            (f"{bucket}/{name}",)
        ]


def test_names_lead_nowhere_else(storage_server: StorageServer, bucket: str) -> None:
    """A name that would climb out of a folder is a name like others; one with a line end is told in one line."""
    small = csv_of(orders(30))
    for name in ("up/../../secret.csv", "up/..", "up//double.csv", "line\nend.csv"):
        storage_server.put(f"{bucket}/{name}", small)
    assert [each.table.source.files for each in read(f"{bucket}/up/../../secret.csv").tables] == [
        (f"{bucket}/up/../../secret.csv",)
    ]
    assert [each.table.name for each in read(f"{bucket}/up/**.csv").tables] == ["secret", "double"]
    storage_server.put(f"{bucket}/line\nend.csv", b"")
    with pytest.raises(SourceError) as error:
        read(f"{bucket}/line*.csv")
    assert "\n" not in str(error.value) and "line\\nend.csv" in str(error.value)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("/none", "no such object or folder"),
        ("/none/*.csv", "no such object or folder"),
        ("/shop/deep", "there are only folders here: 'a'"),
        ("/shop/[z-a].csv", "is no pattern"),
        ("/shop/parts/", "orders"),
    ],
)
def test_where_there_is_nothing(shop: str, bucket: str, source: str, says: str) -> None:
    if says == "orders":
        assert len(read(f"{bucket}{source}").tables) == 2
        return
    with pytest.raises(SourceError, match=says):
        read(f"{bucket}{source}")


def test_a_bucket_that_is_not_there_or_may_not_be_read(
    storage_server: StorageServer, shop: str, bucket: str
) -> None:
    with pytest.raises(SourceError, match="There is no bucket gs://no-such-bucket"):
        read("gs://no-such-bucket/x.csv/y")
    storage_server.forbid("storage.objects.list")
    with pytest.raises(SourceError, match=r"roles/storage.objectViewer.* on gs://raw-data"):
        read(shop)
    storage_server.reset()
    storage_server.bucket("raw-data")
    storage_server.put(f"{bucket}/a.csv", b"x")
    storage_server.forbid("storage.objects.get")
    with pytest.raises(SourceError, match=r"gs://raw-data/a.csv can't be read: .*storage.objects.get"):
        read(f"{bucket}/a.csv")


# --- how much is read ---


def as_csv(rows: list[list[str]]) -> bytes:
    return csv_of(rows)


def with_breaks(rows: list[list[str]]) -> bytes:
    return csv_of(orders(len(rows), notes=True))


def as_utf16(rows: list[list[str]]) -> bytes:
    return csv_of(rows, delimiter=";", encoding="utf-16")


def with_banner_and_footer(rows: list[list[str]]) -> bytes:
    return b"HEADER report of orders\n\n" + csv_of(rows) + f"TOTAL rows: {len(rows)}\n".encode()


def as_lines(rows: list[list[str]]) -> bytes:
    objects = (dict(zip(HEADER, row, strict=True)) | {"amount": float(row[3])} for row in rows)
    return "".join(json.dumps(each) + "\n" for each in objects).encode()


@pytest.mark.parametrize(
    ("write", "suffix", "rows"),
    [
        (as_csv, "csv", 36_000),
        (with_breaks, "csv", 25_000),
        (as_utf16, "csv", 15_000),
        (with_banner_and_footer, "txt", 36_000),
        (as_lines, "ndjson", 12_000),
    ],
)
def test_a_large_file_is_inferred_alike_from_a_part_of_it(
    storage_server: StorageServer,
    bucket: str,
    write: Callable[[list[list[str]]], bytes],
    suffix: str,
    rows: int,
) -> None:
    data = write(orders(rows))
    assert len(data) > 1.2 * MB
    storage_server.put(f"{bucket}/orders.{suffix}", data)
    [whole] = read(bucket).tables
    assert whole.is_whole and whole.table.rows == rows
    storage_server.faults.clear()
    found = read(bucket, budget=400_000)
    [part] = found.tables
    assert fetched(storage_server) <= 400_000 + 1000
    assert not part.is_whole
    assert abs(part.table.rows - rows) < rows * 0.03
    assert part.table.wanted == part.table.rows
    assert columns(part.table) == columns(whole.table)
    if whole.table.dialect is not None:
        assert part.table.dialect is not None
        assert part.table.dialect.value == whole.table.dialect.value
        assert part.table.dialect.value.footer in ((), ("TOTAL rows: {rows as 99999}",))
    [note] = [each for each in found.findings if each.code == "source.sampled"]
    assert "estimated from the" in note.message and f"of {len(data):,} bytes" in note.message
    others = {each.code for each in found.findings if each.code != "source.sampled"}
    assert others == ({"source.lines-kept"} if write is with_banner_and_footer else set())


@pytest.mark.slow
def test_ten_megabytes_cost_one(storage_server: StorageServer, bucket: str) -> None:
    data = csv_of(orders(240_000))
    assert len(data) > 10 * MB
    storage_server.put(f"{bucket}/orders.csv", data)
    [part] = read(bucket, budget=MB).tables
    ranges = storage_server.downloads("orders.csv")
    assert fetched(storage_server) <= MB + 1000
    assert 5 < len(ranges) < 30
    assert max(end for _, end in ranges if end is not None) == len(data) - 1
    # The head has shorter numbers than the rest, and a larger share of what is read.
    assert abs(part.table.rows - 240_000) < 7_200
    [key] = [each for each in part.table.columns if each.name == "order_id"]
    assert str(key.type.value) == "INT64"
    storage_server.faults.clear()
    [whole] = read(bucket).tables
    assert whole.is_whole and whole.table.rows == 240_000
    assert columns(whole.table) == columns(part.table)
    assert all(end is not None and end - start < 8 << 20 for start, end in storage_server.downloads())


@pytest.mark.parametrize("encoded", [False, True], ids=["named", "encoded"])
def test_gzip_is_read_from_its_beginning(storage_server: StorageServer, bucket: str, encoded: bool) -> None:
    """Also where only the object's metadata say so: it comes as it is stored."""
    data = gzip.compress(csv_of(orders(30_000, notes=encoded)), mtime=0)
    name = "orders.csv" if encoded else "orders.csv.gz"
    metadata = {"contentEncoding": "gzip", "contentType": "text/csv"} if encoded else {}
    storage_server.put(f"{bucket}/{name}", data, metadata=metadata)
    [whole] = read(bucket).tables
    assert whole.table.rows == 30_000 and whole.is_whole
    storage_server.faults.clear()
    [part] = read(bucket, budget=200_000).tables
    assert fetched(storage_server) <= 200_000
    assert abs(part.table.rows - 30_000) < 1500 and not part.is_whole
    assert part.table.dialect is not None and part.table.dialect.value.compression == "gzip"
    assert part.table.dialect.value == whole.table.dialect.value  # type: ignore[union-attr]
    assert columns(part.table) == columns(whole.table)


@pytest.mark.parametrize("budget", [200_000, 500_000], ids=["cut", "whole"])
def test_a_bomb_is_not_unpacked(storage_server: StorageServer, bucket: str, budget: int) -> None:
    """Behind some rows sixty megabytes of others, in a file that is small enough to be fetched whole, or not."""
    bomb = gzip.compress(csv_of(orders(2000)) + (b"9," * 5 + b"9\n") * 5_000_000, compresslevel=1)
    assert 200_000 < len(bomb) < 500_000
    storage_server.put(f"{bucket}/orders.csv.gz", bomb)
    with Workbench() as bench:
        [part] = gather(bench, [bucket], open_source, buckets=Buckets(open_bucket, budget)).tables
        assert 2000 < bench.rows("orders") < budget * 8 / 12
    assert not part.is_whole


def parquet(rows: int, groups: int) -> bytes:
    table = pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "name": [f"name {number * 7919 % 10_007}" for number in range(rows)],
            "lines": [[{"sku": f"S{number % 97}", "count": number % 5}] for number in range(rows)],
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream, row_group_size=rows // groups, compression="none", use_dictionary=False)
    return stream.getvalue()


@pytest.mark.parametrize("groups", [40, 1])
def test_of_parquet_row_groups_are_read_and_rows_are_known(
    storage_server: StorageServer, bucket: str, groups: int
) -> None:
    data = parquet(100_000, groups)
    storage_server.put(f"{bucket}/orders.parquet", data)
    [whole] = read(bucket).tables
    storage_server.faults.clear()
    with Workbench() as bench:
        found = gather(bench, [bucket], open_source, buckets=Buckets(open_bucket, 300_000))
        here = bench.rows("orders")
    [part] = found.tables
    assert len(data) > MB and fetched(storage_server) < len(data) / 3
    assert (part.table.rows, part.is_whole) == (100_000, False)
    assert 1000 < here < 30_000
    assert columns(part.table) == columns(whole.table)
    [note] = found.findings
    assert note.message == f"of its 100,000 rows {here:,} were read."


def test_files_of_one_table_share_the_budget(storage_server: StorageServer, bucket: str) -> None:
    rows = orders(48_000)
    for number in range(12):
        part = csv_of(rows[number * 4000 : (number + 1) * 4000])
        storage_server.put(f"{bucket}/orders-{number:012}.csv", part)
    storage_server.put(f"{bucket}/orders-{12:012}.csv", b"")
    found = read(f"orders={bucket}/orders-*.csv", budget=550_000)
    [part] = found.tables
    assert fetched(storage_server) <= 551_000
    assert abs(part.table.rows - 48_000) < 2500
    assert len(part.table.source.files) == 13
    assert [each.code for each in found.findings] == ["source.sampled", "source.passed-over"]
    assert "of 2 of its 12 files" in found.findings[0].message


def test_links_hold_between_samples(storage_server: StorageServer, bucket: str) -> None:
    """The parent's values are missing in a sample: that is no reason against the link."""
    draw = random.Random(3)
    customers = "".join(f"{number},Person {number}\n" for number in range(1, 20_001))
    lines = "".join(f"{number},{draw.randrange(1, 20_001)}\n" for number in range(1, 60_001))
    storage_server.put(f"{bucket}/customers.csv", f"customer_id,name\n{customers}".encode())
    storage_server.put(f"{bucket}/orders.csv", f"order_id,customer_id\n{lines}".encode())
    with Workbench() as bench:
        from synth_core.stages.relate import relate

        gathered = gather(bench, [bucket], open_source, buckets=Buckets(open_bucket, 150_000))
        related = relate(bench.con, [each.table for each in gathered.tables])
    assert [each.is_whole for each in gathered.tables] == [False, False]
    [link] = [each for each in related.links if each.accepted.value]
    assert (link.table, link.columns, link.ref_table) == ("orders", ("customer_id",), "customers")
    assert "counted over a sample of" in link.accepted.evidence


# --- what goes wrong ---


def test_an_object_that_changes_between_is_an_error(
    storage_server: StorageServer, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"{bucket}/orders.csv"
    storage_server.put(place, csv_of(orders(30_000)))
    acts: list[Callable[[], object]] = [
        lambda: storage_server.put(place, csv_of(orders(10))),
        lambda: storage_server.delete(place),
    ]
    for act in acts:
        buckets = Buckets(open_bucket, 300_000)
        found = find([bucket], buckets)
        act()
        from synth_core.stages.gather.fetch import fetch

        with (
            Workbench() as bench,
            pytest.raises(SourceError, match=r"orders.csv was changed or removed while"),
        ):
            fetch(bench.folder / "x", "orders", found.tables[0][1], found.objects, buckets)
        storage_server.put(place, csv_of(orders(30_000)))


def test_a_lost_connection_costs_the_rest_of_a_range_only(storage_server: StorageServer, bucket: str) -> None:
    storage_server.put(f"{bucket}/orders.csv", csv_of(orders(5000)))
    for fault in (Fault(path="alt=media", lose_reply=True), Fault(path="alt=media", status=503)):
        storage_server.faults.add(fault)
        [table] = read(bucket).tables
        assert fault.seen == 1 and table.table.rows == 5000


def test_errors_name_the_object_and_its_line(storage_server: StorageServer, bucket: str) -> None:
    data = csv_of(orders(40)).replace(b"\n20,", b"\n20,extra,")
    storage_server.put(f"{bucket}/orders.csv", data)
    with pytest.raises(SourceError, match=r"^gs://raw-data/orders.csv, line 21: the row has 7 values"):
        read(bucket)
    storage_server.put(f"{bucket}/orders.csv", csv_of(orders(60_000)).replace(b"\n59999,", b"\n59999,extra,"))
    with pytest.raises(
        SourceError, match=r"^gs://raw-data/orders.csv, behind byte 2,\d\d\d,\d\d\d: the row has 7"
    ):
        read(bucket, budget=300_000)


def test_empty_and_broken_objects(storage_server: StorageServer, bucket: str) -> None:
    for name, data, says in (
        ("a.csv", b"", "is empty: 0 bytes"),
        ("a.parquet", b"", "is empty: 0 bytes"),
        ("a.parquet", b"PAR1" + b"x" * 500_000, "no whole Parquet file"),
        (
            "a.csv.gz",
            gzip.compress(csv_of(orders(30_000)))[:150_000] + b"\xff" * 400_000,
            "gzip data is broken",
        ),
        ("a.csv", b"x" * 800_000, "longer than"),
        ("a.csv", b"PK\x03\x04" + b"\0" * 800_000, "a zip archive"),
    ):
        storage_server.put(f"{bucket}/{name}", data)
        with pytest.raises(SourceError, match=says) as error:
            read(f"{bucket}/{name}", budget=200_000)
        assert f"gs://raw-data/{name}" in str(error.value) and "/tmp" not in str(error.value)


def test_a_part_without_rows_is_told(storage_server: StorageServer, bucket: str) -> None:
    """In the middle of the file another kind of rows begins."""
    rows = csv_of(orders(20_000))
    other = b'"a","b\n' * 60_000
    storage_server.put(f"{bucket}/orders.csv", rows + other + rows.partition(b"\n")[2])
    found = read(bucket, budget=200_000)
    assert "source.part-left-out" in [each.code for each in found.findings]


def test_json_files_are_tables_by_what_they_hold(storage_server: StorageServer, bucket: str) -> None:
    """An array can't be read in part: what is cut off has no rows that could be told apart."""
    rows = [{"id": number, "state": "new"} for number in range(20_000)]
    storage_server.put(f"{bucket}/lines.json", "\n".join(map(json.dumps, rows)).encode())
    storage_server.put(f"{bucket}/package.json", b'{\n "name": "x"\n}\n')
    found = read(bucket, budget=200_000)
    assert [(each.table.name, abs(each.table.rows - 20_000) < 500) for each in found.tables] == [
        ("lines", True)
    ]
    assert "source.passed-over" in [each.code for each in found.findings]
    whole = json.dumps(rows).encode()
    for file, data in (("array.json", whole), ("packed.json.gz", gzip.compress(whole, 1))):
        storage_server.put(f"{bucket}/{file}", data)
        [small] = read(f"{bucket}/{file}").tables
        assert small.table.rows == 20_000 and small.is_whole
        with pytest.raises(SourceError, match=f"{file} is one array .* no part can be read"):
            read(f"{bucket}/{file}", budget=20_000)


# --- the whole way ---


def test_a_project_over_a_bucket_is_inferred_and_refreshed(
    storage_server: StorageServer, shop: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SYNTH_SOURCE_BYTES", "100000")
    storage_server.put(f"{shop}/orders.csv", csv_of(orders(20_000)))
    stored, findings = api.begin("p", shop, str(tmp_path / "out"))
    [table] = stored.project.tables
    assert table.source.files == (f"{shop}/orders.csv",) and abs(table.rows - 20_000) < 1000
    assert "source.sampled" in [each.code for each in findings]
    assert stored.profile is not None and stored.profile.tables[0].rows == table.rows
    again, _ = api.infer("p")
    assert again.project == stored.project
    storage_server.put(f"{shop}/orders.csv", csv_of(orders(300)))
    smaller, _ = api.infer("p")
    assert smaller.project.tables[0].rows == 300
    assert [each.name for each in api.relate([shop]).tables] == ["orders"]
    found, passed_over = api.files_to_look_at(shop)
    assert found == [f"{shop}/orders.csv"] and len(passed_over) == 1
    looked = api.look(found[0])
    assert looked.file == found[0] and looked.sniffed is not None
    assert [each.name for each in looked.columns] == HEADER

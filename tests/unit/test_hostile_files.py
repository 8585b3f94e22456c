"""Files that are no tables, or hardly any: each gets an answer or an error that says what is wrong, soon and from a
bounded part of the file."""

from __future__ import annotations

import gzip
import json
import os
import random
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest
from drawing import drawn
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from synth_core.errors import SourceError, SynthError
from synth_core.files.body import Body
from synth_core.files.columnar import load_ndjson
from synth_core.files.text import raw_chunks
from synth_core.model.dialect import Dialect
from synth_core.stages.look import look
from synth_core.stages.sniff import sniff
from synth_core.stages.sniff.sample import LONG_HEAD, take_sample

LIMIT = 10.0
"""CPU seconds for any one file."""
ROWS = "".join(f"{n};name {n};{n},5\n" for n in range(200))


def looked_at(path: Path) -> str:
    """What is wrong with the file, or nothing. Anything but an error of ours goes through, and so does a hang."""
    start = time.process_time()
    try:
        look(str(path))
        said = ""
    except SynthError as error:
        said = str(error)
        assert str(path) in said
    assert time.process_time() - start < LIMIT
    return said


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "0 bytes"),
    "one NUL": (b"\0", "NUL"),
    "NULs only": (b"\0" * 100_000, "NUL"),
    "a NUL in a value": (b"id;name\n" + b"1;abc\n" * 500 + b"2;a\0c\n", ""),
    "one byte": (b"x", ""),
    "one delimiter": (b",", ""),
    "delimiters only": (b",,,\n,,,\n", ""),
    "line ends only": (b"\r\n\r\n\n\r", "blank lines"),
    "a byte order mark only": (b"\xef\xbb\xbf", "no text"),
    "a utf-16 mark only": (b"\xff\xfe", "no text"),
    "half a utf-16 character": ("id,name\n1,Zoë\n".encode("utf-16") + b"\x61", "utf-16"),
    "half a utf-8 character": (("id,name\n" + "1,Zoë\n" * 30).encode()[:-2], ""),
    "a lone surrogate in utf-16": ("id,name\n1,".encode("utf-16") + b"\x00\xd8\n\0" * 2, "utf-16"),
    "a lone surrogate in utf-8": (b"id,name\n" + b"1,abc\n" * 40 + b"2,\xed\xa0\x80\n", ""),
    "a quote that never closes": (b'id,name\n1,"' + b"abc, def\n" * 40_000, ""),
    "quotes only": (b'"' * 200_001, ""),
    "quotes and line ends": (b'"\n' * 50_001, ""),
    "single quotes": (b"'" * 1001 + b"\n" + b"','" * 1000, ""),
    "backslashes": (b"a,b\n" + b"\\" * 100_001, ""),
    "mixed line ends": (b"id,name\n1,a\r\n2,b\r3,c\n\r4,d\r\n", ""),
    "a long line": (b"word " * 3_000_000, "line 1"),
    "a long line of delimiters": (b"," * 300_000 + b"\n1,2\n", "columns"),
    "a long address": (b"a,b\n1," + b"x" * 200_000 + b"@\n", ""),
    "blanks": (b" " * 300_000 + b"x\n" + b" " * 300_000, ""),
    "every byte": (bytes(range(256)) * 500, "binary"),
    "noise": (random.Random(1).randbytes(300_000), "binary"),
    "noise without NULs": (random.Random(2).randbytes(300_000).replace(b"\0", b""), ""),
    "a broken gzip": (gzip.compress(ROWS.encode())[:-20], "gzip data is broken"),
    "a gzip of nothing": (gzip.compress(b""), "0 bytes"),
    "a gzip of a gzip": (gzip.compress(gzip.compress(ROWS.encode())), "binary"),
    "a bomb": (gzip.compress(b"\0" * 60_000_000), "NUL"),
    "a bomb of one line": (gzip.compress(b"a" * 60_000_000), "line 1"),
    "a zip": (b"PK\x03\x04" + b"x" * 100, "zip archive"),
    "ragged rows": (b"a,b\n1,2,3\n4\n5,6\n\n7,8,9,10\n", "line 6"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_answered_soon(tmp_path: Path, kind: str) -> None:
    data, expected = HOSTILE[kind]
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    said = looked_at(path)
    assert expected in said
    assert said or not expected


@pytest.mark.parametrize("columns", [2_000, 20_000])
def test_many_columns(tmp_path: Path, columns: int) -> None:
    path = tmp_path / "file.csv"
    row = ",".join(f"v{n}x" for n in range(columns))
    path.write_text(",".join(f"c{n}" for n in range(columns)) + f"\n{row}\n{row}\n")
    if columns < 10_000:
        assert len(look(str(path)).columns) == columns
    else:
        with pytest.raises(SourceError, match="20,000 columns; a table has at most 10,000"):
            look(str(path))


@pytest.mark.slow
def test_many_keys(tmp_path: Path) -> None:
    path = tmp_path / "file.ndjson"
    path.write_text(json.dumps({f"k{n}": n for n in range(10_001)}) + "\n")
    with pytest.raises(SourceError, match="columns; a table has at most 10,000"):
        look(str(path))


@pytest.mark.parametrize("each", [10_001, 15])
def test_too_many_keys_are_refused_before_a_table_is_made(tmp_path: Path, each: int) -> None:
    """In one object or in thousands: of the table that they would make, nothing is asked."""
    path = tmp_path / "file.ndjson"
    objects = 10_010 // each + 1
    path.write_text(
        "".join(
            json.dumps({f"k{n}": n for n in range(o * each, (o + 1) * each)}) + "\n" for o in range(objects)
        )
    )
    with duckdb.connect() as con:
        with pytest.raises(SourceError, match="columns; a table has at most 10,000"):
            load_ndjson(con, [path], "t")
        assert not con.execute("SELECT * FROM duckdb_tables()").fetchall()


def test_of_a_packed_file_no_more_is_read_than_of_a_plain_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gzip of two megabytes may hold a gigabyte of rows."""
    monkeypatch.setattr("synth_core.stages.beginning.WHOLE", 1 << 20)
    monkeypatch.setattr("synth_core.stages.beginning.HEAD", 1 << 19)
    row = b"12,Anna Smith,2020-01-01\n"
    for name, write in (("file.csv.gz", gzip.compress), ("file.csv", bytes)):
        path = tmp_path / name
        path.write_bytes(write(b"id,name,day\n" + row * 50_000))
        rows = ((1 << 19) - len(b"id,name,day\n")) // len(row)
        assert f"all {rows:,} values" in look(str(path)).columns[0].type.evidence
        path.write_bytes(write(b"id,name,day\n" + row * 30_000))
        assert "all 30,000 values" in look(str(path)).columns[0].type.evidence


WIDE: dict[str, Callable[[int, int], str]] = {
    "numbers": lambda row, column: str(row * 7919 + column),
    "decimals": lambda row, column: f"{row}.{column % 7}{row % 9}",
    "dates": lambda row, column: f"2024-{1 + column % 12:02}-{1 + row:02}",
    "numbers but one": lambda row, column: "n.q." if row == column % 10 else str(row * column),
    "texts": lambda row, column: f"v{row}x{column % 50}",
}


def _wide(path: Path, kinds: Sequence[str], columns: int) -> None:
    makers = [WIDE[kind] for kind in kinds]
    with path.open("w") as file:
        file.write(",".join(f"c{n}" for n in range(columns)) + "\n")
        for row in range(10):
            file.write(",".join(makers[n % len(makers)](row, n) for n in range(columns)) + "\n")


def test_many_columns_of_all_kinds(tmp_path: Path) -> None:
    """What is asked about columns is understood once; for each column anew that alone would take half a minute."""
    path = tmp_path / "file.csv"
    _wide(path, [*WIDE], 1_500)
    assert not looked_at(path)
    found = Counter(str(column.type.value) for column in look(str(path)).columns)
    assert found["INT64"] == found["DATE"] == 300 and found["STRING"] == 600
    assert sum(count for kind, count in found.items() if kind.startswith("NUMERIC")) == 300


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "columns"), [("numbers", 9_000), ("dates", 9_000), ("texts", 6_000), ("numbers but one", 5_000)]
)
def test_thousands_of_columns(tmp_path: Path, kind: str, columns: int) -> None:
    path = tmp_path / "file.csv"
    _wide(path, [kind], columns)
    assert not looked_at(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _dangling(path: Path) -> None:
    path.symlink_to("nowhere")


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (_folder, "this is a folder"),
        (_pipe, "this is a pipe"),
        (_loop, "can't be read"),
        (_dangling, "can't be read: No such file"),
        (_device, "this is a pipe, a socket or a device"),
    ],
)
def test_what_is_no_file(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    """Opening a pipe would wait for its other end."""
    path = tmp_path / "file.csv"
    make(path)
    for read in (sniff, lambda path: list(raw_chunks(path)), lambda path: Body(path, Dialect())):
        with pytest.raises(SourceError, match=said):
            read(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("a,b\n")
    path.chmod(0)
    with pytest.raises(SourceError, match="can't be read: Permission denied"):
        sniff(path)


class _Counted:
    """A stream that counts what is read from it."""

    def __init__(self, stream: object, read: list[int]) -> None:
        self._stream, self._read = stream, read

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(size)  # type: ignore[attr-defined]
        self._read[-1] += len(data)
        return data


def _bytes_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    read = [0]
    original = Path.open
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda self, *a, **k: _Counted(original(self, *a, **k), read))
        try:
            take_sample(path)
        except SourceError as error:
            assert "line 1" in str(error)
    return read[0]


def test_the_bytes_read_do_not_grow_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = b"12345,some name,2024-05-01,17.50\n"
    counts = []
    for size in (40, 160):
        path = tmp_path / f"{size}.csv"
        path.write_bytes(b"id,name,day,price\n" + row * (size * 1_000_000 // len(row)))
        counts.append(_bytes_read(path, monkeypatch))
        path.unlink()
    assert abs(counts[0] - counts[1]) <= 1 and counts[1] < 1_000_000


def test_of_an_endless_line_the_beginning_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"word " * 20_000_000)
    assert _bytes_read(path, monkeypatch) < LONG_HEAD + 1_000_000


def _reads_bounded(path: Path, limit: int) -> None:
    tracemalloc.start()
    try:
        looked_at(path)
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["a line of a gigabyte", "a bomb of a gigabyte", "ten gigabytes"])
def test_gigabytes(tmp_path: Path, kind: str) -> None:
    """In bounded memory. Holes in a file read as NULs, and take no room on the disk."""
    path = tmp_path / "file.csv"
    if kind == "a line of a gigabyte":
        with path.open("wb") as file:
            for _ in range(1024):
                file.write(b"word " * 209_715)
    elif kind == "a bomb of a gigabyte":
        with gzip.open(path, "wb", compresslevel=1) as packed:
            for _ in range(1024):
                packed.write(bytes(1 << 20))
    else:
        with path.open("wb") as file:
            file.write(b"id,name\n" + b"1,some name\n" * 4_000_000)
            file.truncate(10 << 30)
    _reads_bounded(path, 400 << 20)


# --- anything at all ---

FUZZ = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=drawn(60),
    derandomize=True,
)
CELLS = st.one_of(
    st.sampled_from(
        ["", "1", "2.5", "1.234,50", "2024-05-01", "NULL", "a b", 'x "y"', "#N/A", "Total", "é", "12:30"]
    ),
    st.text(max_size=6),
)
SEPARATORS = st.sampled_from([",", ";", "\t", "|", " ", ":", "\x01", "\x1f", "¦", "/"])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A small table with damage: bytes taken out, put in or changed."""
    separator = draw(SEPARATORS)
    rows = draw(st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=8))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "utf-16-be"]))
    data = bytearray(end.join(separator.join(row) for row in rows).encode(encoding, "replace"))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(data)))
        data[place : place + draw(st.integers(0, 2))] = draw(
            st.sampled_from([b"", b'"', b"'", b"\\", b"\0", b"\xff", b"\n", b"\r", b"\xed\xa0\x80", b'"\n"'])
        )
    return bytes(data)


@FUZZ
@given(st.one_of(mutated(), st.binary(max_size=60)))
@example(b"\xff\xfe\x00")
@example(b'"')
@example(b"sep=,")
@example(b"#")
def test_anything_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(data)
    looked_at(path)

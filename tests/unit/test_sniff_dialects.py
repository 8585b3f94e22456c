"""Tables of all kinds, written by Python's csv module in many dialects: sniff finds each dialect again."""

from __future__ import annotations

import csv
import gzip
import io
import random
from pathlib import Path

import pytest

from synth_core.stages.sniff import sniff

_FIRST = ["Ada", "Grace", "Linus", "Barbara", "Edsger", "Margaret", "Donald", "Radia", "Ken", "Frances"]
_PLACES = [
    "Lima",
    "New York",
    "São Paulo",
    "Köln",
    "Oslo, north",
    "Rome",
    "Cape Town",
    "Kyoto",
    "Turin",
    "Graz",
]


def _readings(rng: random.Random) -> tuple[list[str], list[list[str]]]:
    names = ["station", "taken_at", "temperature", "humidity", "remark"]
    rows = [
        [
            f"ST{rng.randint(1, 40):03}",
            f"2023-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} {rng.randint(0, 23):02}:30:00",
            f"{rng.uniform(-20, 40):.1f}",
            str(rng.randint(0, 100)),
            rng.choice(["", "calm", "heavy rain", 'so-called "breeze"', "gusts, then calm"]),
        ]
        for _ in range(rng.randint(4, 60))
    ]
    return names, rows


def _members(rng: random.Random) -> tuple[list[str], list[list[str]]]:
    names = ["Member No", "First name", "Town", "Joined", "Fee"]
    rows = [
        [
            str(1000 + number),
            rng.choice(_FIRST),
            rng.choice(_PLACES),
            f"{rng.randint(1, 12)}/{rng.randint(1, 28)}/{rng.randint(1990, 2024)}",
            f"{rng.randint(5, 90)}.{rng.choice(['00', '50'])}",
        ]
        for number in range(rng.randint(4, 60))
    ]
    return names, rows


def _parts(rng: random.Random) -> tuple[list[str], list[list[str]]]:
    names = ["part_code", "label", "supplierCode"]
    rows = [
        [
            f"{rng.choice('ABC')}-{rng.randint(100, 999)}",
            " ".join(rng.choices(["steel", "bolt", "long", "nut", "plate", "brass"], k=3)),
            rng.choice(["ACM", "BOL", "ZET"]),
        ]
        for _ in range(rng.randint(6, 60))
    ]
    return names, rows


_TABLES = {"readings": _readings, "members": _members, "parts": _parts}
_BANNERS = [
    [],
    ["Inventory of the whole region"],
    ["HEADER 2024-05-01 batch 7"],
    ["# made by hand", "# do not edit"],
    ["Report: stock", "Generated: 2024-05-01", ""],
]
_FOOTERS = [[], ["Total rows: 17"], ["", "(17 rows)"]]


def _render(
    rows: list[list[str]],
    *,
    delimiter: str,
    quoting: int,
    line_end: str,
    banner: list[str],
    footer: list[str],
) -> str:
    out = io.StringIO()
    out.writelines(line + line_end for line in banner)
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end).writerows(rows)
    out.writelines(line + line_end for line in footer)
    return out.getvalue()


@pytest.mark.parametrize("table", _TABLES)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x01", "\x1f"])
def test_dialect_is_found_again(tmp_path: Path, table: str, delimiter: str) -> None:
    rng = random.Random(f"{table}{delimiter}")
    wrong = []
    for case in range(12):
        names, rows = _TABLES[table](rng)
        has_header = bool(case % 3)
        banner, footer = rng.choice(_BANNERS), rng.choice(_FOOTERS)
        quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        encoding = rng.choice(["utf-8", "utf-8-sig", "utf-16", "latin-1"])
        line_end = rng.choice(["\n", "\r\n"])
        text = _render(
            [names, *rows] if has_header else rows,
            delimiter=delimiter,
            quoting=quoting,
            line_end=line_end,
            banner=banner,
            footer=footer,
        )
        path = tmp_path / f"{case}.csv"
        path.write_bytes(text.encode(encoding))
        sniffed = sniff(path)
        dialect = sniffed.dialect.value
        found = (
            dialect.delimiter,
            dialect.quotechar,
            dialect.header_rows,
            dialect.banner,
            dialect.footer,
            dialect.line_end,
            len(sniffed.names),
        )
        expected = (delimiter, '"', int(has_header), tuple(banner), tuple(footer), line_end, len(names))
        if found != expected:
            wrong.append((found, expected, text[:200]))
        if encoding != "latin-1" or not text.isascii():
            assert dialect.encoding == encoding
        if has_header and found == expected:
            assert list(sniffed.names) == names
        if quoting == csv.QUOTE_ALL:
            assert dialect.quoting == "all"
    assert not wrong, wrong[0]


def test_gzip_is_told_by_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes(gzip.compress(b"id,name\n1,Ada\n2,Grace\n"))
    sniffed = sniff(path)
    assert sniffed.dialect.value.compression == "gzip"
    assert sniffed.names == ("id", "name")


def test_same_file_same_answer(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    path.write_text("id;amount\n" + "".join(f"{n};{n},5\n" for n in range(60000)) + "Total rows: 60000\n")
    first = sniff(path)
    assert first == sniff(path)
    assert first.dialect.value.footer == ("Total rows: 60000",)
    assert first.dialect.value.decimal == ","

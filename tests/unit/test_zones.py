"""Times are written in the time zone of the source."""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import pyarrow as pa
import pytest
from described import describe

from synth_core.errors import TargetError
from synth_core.files.casts import typed_select
from synth_core.files.moment_formats import moment_formats, read_moment
from synth_core.files.plain_text import formatted_moment
from synth_core.model.dialect import Dialect
from synth_core.model.types import BigQueryType
from synth_core.stages.describe.zones import with_zone
from synth_core.stages.review.formats import format_fault

NIGHTS = [
    datetime(2025, 1, 31, 23, 30, tzinfo=UTC),
    datetime(2025, 7, 1, 3, 30, 0, 250_000, tzinfo=UTC),
    None,
]
ISO = "%Y-%m-%dT%H:%M:%S"


@pytest.mark.parametrize(
    ("text_format", "written"),
    [
        (f"{ISO}%z[-05:00]", ["2025-01-31T18:30:00-0500", "2025-06-30T22:30:00-0500", None]),
        (f"{ISO}%:z[America/New_York]", ["2025-01-31T18:30:00-05:00", "2025-06-30T23:30:00-04:00", None]),
        (f"{ISO}%-z[Europe/Berlin]", ["2025-02-01T00:30:00+01", "2025-07-01T05:30:00+02", None]),
        (f"{ISO}%-z[+05:30]", ["2025-02-01T05:00:00+0530", "2025-07-01T09:00:00+0530", None]),
        (f"{ISO} %:z[-03:30]", ["2025-01-31T20:00:00 -03:30", "2025-07-01T00:00:00 -03:30", None]),
        (f"{ISO} GMT%?z[Europe/Berlin]", ["2025-02-01T00:30:00 GMT+1", "2025-07-01T05:30:00 GMT+2", None]),
        (
            f"{ISO} (UTC%?z[-03:30])",
            ["2025-01-31T20:00:00 (UTC-3:30)", "2025-07-01T00:00:00 (UTC-3:30)", None],
        ),
        (f"{ISO} %Z[CET/CEST]", ["2025-02-01T00:30:00 CET", "2025-07-01T05:30:00 CEST", None]),
        (f"{ISO} (%Z[AEST/AEDT])", ["2025-02-01T10:30:00 (AEDT)", "2025-07-01T13:30:00 (AEST)", None]),
        (f"{ISO} %Z[MSK]", ["2025-02-01T02:30:00 MSK", "2025-07-01T06:30:00 MSK", None]),
        (f"{ISO} %Z[Asia/Tokyo]", ["2025-02-01T08:30:00 Asia/Tokyo", "2025-07-01T12:30:00 Asia/Tokyo", None]),
        (f"{ISO} %Z", ["2025-01-31T23:30:00 UTC", "2025-07-01T03:30:00 UTC", None]),
        (f"{ISO}%z", ["2025-01-31T23:30:00+0000", "2025-07-01T03:30:00+0000", None]),
    ],
)
def test_times_are_written_in_a_zone_and_read_back(text_format: str, written: list[str | None]) -> None:
    made = formatted_moment(pa.array(NIGHTS, pa.timestamp("us", "UTC")), text_format)
    assert made.to_pylist() == written
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        read = read_moment("v", moment_formats(text_format)[0])
        query = f"SELECT {read} FROM (SELECT unnest(?::VARCHAR[]) AS v)"
        found = [row[0] for row in con.execute(query, [written]).fetchall()]
    assert [None if each is None else each.replace(microsecond=0) for each in NIGHTS] == found


@pytest.mark.parametrize(
    ("texts", "zone"),
    [
        (["2025-01-02 08:43:46 -0500", "2025-06-02 08:43:46 -0500"], "[-05:00]"),
        (["2025-01-02 08:43:46 -0500", "2025-06-02 08:43:46 -0400"], "[America/New_York]"),
        (["2025-01-02T08:43:46+01:00", "2025-06-02T08:43:46+02:00"], "[Europe/Berlin]"),
        (["2025-01-02T08:43:46+01", "2025-06-02T08:43:46+02"], "[Europe/Berlin]"),
        (["2025-01-02T08:43:46+00:00"], ""),
        (["2025-01-02T08:43:46+01:00", "2025-01-02T08:43:46-07:00", "2025-01-02T08:43:46+09:00"], ""),
        (["2025-01-02T08:43:46+01:00", "2025-06-02T08:43:46Z"], ""),
        (["2025-01-02T08:43:46+24:00", "2025-06-02T08:43:46+99:00"], ""),
        (["02/Jan/2025:08:43:46 +0100", "02/Jun/2025:08:43:46 +0200"], ""),
    ],
)
def test_the_offsets_of_a_column_tell_its_zone(texts: list[str], zone: str) -> None:
    assert with_zone(f"{ISO}%z", texts) == f"{ISO}%z{zone}"


@pytest.mark.parametrize(
    ("texts", "text_format"),
    [
        (["2024-01-05 10:00 GMT+2", "2024-07-05 10:30 GMT+2"], "%Y-%m-%d %H:%M GMT%?z[+02:00]"),
        (["2024-01-05 10:00 UTC+1", "2024-07-05 10:30 UTC+2"], "%Y-%m-%d %H:%M UTC%?z[Europe/Berlin]"),
        (["05.01.2024 10:00 (UTC-5)", "25.07.2024 10:30 (UTC-5)"], "%d.%m.%Y %H:%M (UTC%?z[-05:00])"),
        (["2024-01-05 10:00 UTC+01:00", "2024-07-05 10:30 UTC+01:00"], "%Y-%m-%d %H:%M UTC%:z[+01:00]"),
        (["2024-01-05 10:00 CET", "2024-07-05 10:30 CEST"], "%Y-%m-%d %H:%M %Z[CET/CEST]"),
        (["25.01.2024 10:00 MEZ", "25.02.2024 10:30 MEZ"], "%d.%m.%Y %H:%M %Z[MEZ]"),
        (["2024-01-05 10:00 CET", "2024-07-05 10:30 JST"], "%Y-%m-%d %H:%M %Z"),
        (["2024-01-05 10:00 Europe/Rome", "2024-07-05 10:30 Europe/Rome"], "%Y-%m-%d %H:%M %Z[Europe/Rome]"),
        (
            ["Fri Jan  5 10:00:00 EST 2024", "Fri Jul  5 10:30:00 EDT 2024"],
            "%a %b %e %H:%M:%S %Z[EST/EDT] %Y",
        ),
        (
            ["Fri Jan 05 2024 10:00:00 GMT+0100 (Central European Standard Time)"] * 2,
            "%a %b %d %Y %H:%M:%S GMT%z[+01:00] (Central European Standard Time)",
        ),
    ],
)
def test_offsets_and_names_of_zones_are_found_and_written_back(texts: list[str], text_format: str) -> None:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE SCHEMA raw")
        column = describe(con, {"at": texts})["at"]
        read = con.sql(typed_select("t", [column], Dialect())).to_arrow_table().column(0).combine_chunks()
    assert (str(column.type.value), column.format) == ("TIMESTAMP", text_format)
    assert format_fault(column.type.value, text_format) == ""
    if "[" in text_format:
        assert formatted_moment(read, text_format).to_pylist() == texts


def test_formats_without_an_offset_and_in_several_ways_stay() -> None:
    for text_format in ("", "%Y-%m-%d", f"{ISO}Z", f"{ISO}%z|{ISO} %z"):
        assert with_zone(text_format, ["2025-01-02T08:43:46-0500"]) == text_format


def test_a_zone_that_nobody_knows() -> None:
    stamp = BigQueryType.model_validate("TIMESTAMP")
    assert "'Mars/Base'" in format_fault(stamp, f"{ISO}%z[Mars/Base]")
    assert "'CET/JST'" in format_fault(stamp, f"{ISO} %Z[CET/JST]")
    assert format_fault(stamp, f"{ISO}%z[Europe/Berlin]") == format_fault(stamp, f"{ISO}%:z[+0530]") == ""
    with pytest.raises(TargetError, match="Mars/Base"):
        formatted_moment(pa.array(NIGHTS, pa.timestamp("us", "UTC")), f"{ISO}%z[Mars/Base]")

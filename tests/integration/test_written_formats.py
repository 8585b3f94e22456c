"""Synthetic files are written as the source was: dates, offsets, decimals, thousands, words for yes and no."""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from small_shop import Synth, done

from synth_core.files.months import names_of

ROWS = 120


def _moment(number: int) -> datetime:
    return datetime(2021, 1, 1, 4, 5, 6) + timedelta(
        days=7 * number, minutes=77 * number, seconds=13 * number
    )


def _source() -> tuple[list[str], list[list[str]], dict[str, str]]:
    """Names, rows, and by column what each of its texts looks like."""
    rng = random.Random(5)
    months = names_of("de", "B")
    made = {
        "seen_on": (lambda n: _moment(n).strftime("%d.%m.%Y"), r"\d{2}\.\d{2}\.\d{4}"),
        "day": (
            lambda n: f"{_moment(n).month}/{_moment(n).day}/{_moment(n).year}",
            r"[1-9]\d?/[1-9]\d?/\d{4}",
        ),
        "tag": (
            lambda n: f"{_moment(n).day}. {months[_moment(n).month - 1]} {_moment(n).year}",
            rf"[1-9]\d?\. ({'|'.join(months)}) \d{{4}}",
        ),
        "oracle": (lambda n: _moment(n).strftime("%d-%b-%y").upper(), r"\d{2}-[A-Z]{3}-\d{2}"),
        "mixed": (
            lambda n: _moment(n).strftime("%Y-%m-%d" if n % 3 else "%d/%m/%Y"),
            r"\d{4}-\d{2}-\d{2}",
        ),
        "at": (lambda n: f"{_moment(n):%H:%M:%S}.{n % 1000:03}", r"\d{2}:\d{2}:\d{2}\.\d{3}"),
        "zulu": (
            lambda n: f"{_moment(n):%Y-%m-%dT%H:%M:%S}.{n:06}Z",
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
        ),
        "colon": (
            lambda n: f"{_moment(n):%Y-%m-%d %H:%M:%S}+02:00",
            r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+02:00",
        ),
        "plain": (lambda n: f"{_moment(n):%Y-%m-%d %H:%M:%S}-0500", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d-0500"),
        "bigquery": (lambda n: f"{_moment(n):%Y-%m-%d %H:%M:%S} UTC", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"),
        "noon": (lambda n: f"{_moment(n):%I:%M %p}".lower(), r"\d{2}:\d{2} [ap]m"),
        "price": (lambda n: f"{rng.uniform(1, 99):.2f}".replace(".", ","), r"\d+,\d{2}"),
        "revenue": (
            lambda n: f"{rng.uniform(2e3, 9e6):,.2f}".translate({44: 46, 46: 44}),
            r"\d{1,3}(\.\d{3})*,\d{2}",
        ),
        "change": (lambda n: f"{rng.randrange(-40, 40):+d}".replace("+0", "0"), r"[+-][1-9]\d*|0"),
        "paid": (lambda n: "JN"[n % 2], "[JN]"),
        "active": (lambda n: ("on", "off")[n % 3 > 0], "on|off"),
    }
    rows = [[str(n), *(make(n) for make, _ in made.values())] for n in range(1, ROWS + 1)]
    return ["id", *made], rows, {name: pattern for name, (_, pattern) in made.items()}


@pytest.mark.usefixtures("in_this_process")
def test_output_is_written_as_the_source_was(
    synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = tmp_path / "source"
    source.mkdir()
    names, rows, patterns = _source()
    (source / "log.csv").write_text("\n".join(";".join(row) for row in [names, *rows]) + "\n")
    done(
        synth("quickstart", source, "--target", f"duckdb:{tmp_path}/t.duckdb", "--files", tmp_path / "files")
    )
    [written] = (tmp_path / "files").rglob("log.csv")
    head, *body = [line.split(";") for line in written.read_text().splitlines()]
    assert (head, len(body)) == (names, ROWS)
    strange = {
        name: texts[0]
        for column, name in enumerate(names)
        if name in patterns
        and (texts := [row[column] for row in body if not re.fullmatch(patterns[name], row[column])])
    }
    assert strange == {}

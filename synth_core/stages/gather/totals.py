"""What the numbers in the lines around a table are: counts and sums of its rows, which hold for other rows as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import duckdb

from synth_core.files.body import marks_of
from synth_core.files.footer import Measure, Total, as_text, form_of, has_totals, mean, rounded
from synth_core.files.read import load_text
from synth_core.files.rows import Marks
from synth_core.files.sql import literal, quote, raw_name
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.project import Table

_HARMLESS = 2
"""Digits of a whole number that stays where nothing explains it, such as a page or a version."""
_ABOUT = 0.1
"""How far off rows estimated from bytes may be."""
_DECIMALS = 9
"""Digits behind the point that are counted; a number with more is no total that is known here."""
_MEASURES: tuple[Measure, ...] = ("sum", "lowest", "highest", "mean", "last", "first")
_OF_ALL: tuple[Measure, ...] = ("sum", "mean", "last", "first")
"""What a number may be of a column that it does not stand below: of a balance also what the rows begin or end with."""
_MANY = 100
"""A count above the rows that is hardly any other number."""
_COUNTS = re.compile(
    r"\b(?:rows?|records?|lines?|entries|items?|count|total|number of|zeilen|s[äa]tze|datens[äa]tze|anzahl|lignes?|"
    r"enregistrements?|nombre|filas?|registros?|cantidad|righe|linhas?|quantidade|rader|antal)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[€$£¥]|\b(?:EUR|USD|GBP|CHF|DKK|SEK|NOK|PLN|CZK|HUF|BRL|MXN|JPY|CAD|AUD|INR|kr|zł)\b|"
    r"balance|saldo|solde|kontostand|guthaben|\bsum\b|summe?\b|\btotal|amount|betrag|montant|importe|importo|valor\b",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"(?<![\w.,:/'\-])\d{1,3}(?:[.,'\u00a0\u202f ]?\d{3})*[.,]\d{2}(?![\d:/\-]|[.,]\d)"
    r"|(?<![\w.,:/'\-])\d[\d.,']*(?=\s?(?:[€$£¥]|(?:EUR|USD|GBP|CHF|kr)\b))|(?<=[€$£¥])\s?\d[\d.,']*"
)
"""A number of money, however it is written."""
_TOKEN = re.compile(r"(\{[^{}]* as [^{}]+\})")
_Found = Mapping[tuple[Measure, int], Decimal]


def counted_anew(
    con: duckdb.DuckDBPyConnection,
    paths: Sequence[Path],
    dialect: Inferred[Dialect],
    names: Sequence[str],
    table: str,
    part: float = 1.0,
) -> Inferred[Dialect]:
    """The dialect with lines around the table that are true of any rows. Each file of the table, which is loaded, has
    lines of its own: the first one's are explained by its rows, of which `part` is here. What a person decided
    stays."""
    if dialect.origin is Origin.HUMAN or not any(
        map(str.strip, (*dialect.value.banner, *dialect.value.footer))
    ):
        return dialect
    lines = {name: tuple(map(as_text, getattr(dialect.value, name))) for name in ("banner", "footer")}
    dialect = dialect.model_copy(update={"value": dialect.value.model_copy(update=lines)})
    loaded = table
    if len(paths) > 1:
        loaded = f"{table}, first file"
        load_text(con, paths[:1], dialect.value, names, loaded)
    banner, footer = with_totals(con, loaded, names, dialect.value, part)
    if loaded != table:
        con.execute(f"DROP TABLE {raw_name(loaded)}")
    anew = {"banner": banner, "footer": footer}
    return dialect.model_copy(update={"value": dialect.value.model_copy(update=anew)})


def lines_kept(table: Table) -> list[Finding]:
    """Which lines of the source are written as they stand: nobody knows whom a title names, so a person should look."""
    dialect = table.dialect.value if table.dialect else Dialect()
    above, below = (sum(map(bool, map(str.strip, lines))) for lines in (dialect.banner, dialect.footer))
    if not above + below:
        return []
    places = " and ".join(
        f"{count} {where}" for count, where in ((above, "above the rows"), (below, "below them")) if count
    )
    anew = ", with totals counted anew" if below or has_totals(dialect.banner) else ""
    return [
        Finding(
            level=Level.NOTE,
            code="source.lines-kept",
            table=table.name,
            message=f"lines of the source stand in the files made as well: {places}{anew}. "
            "What tells who somebody is has been crossed out.",
            hint="See that they tell no secret.",
        )
    ]


def with_totals(
    con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], dialect: Dialect, part: float = 1.0
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Banner and footer of the file that is loaded as `raw."<table>"`, a `Total` in place of each number that is the
    number of its rows, or sum, lowest, highest or mean value of a column: first of the one that it stands below.

    Digits of other numbers of the footer are 0: what they counted is not known, and it was of the source. Numbers above
    the rows are more often dates, places and settings: only counts, sums, first and last values are replaced there, and
    digits of other amounts of money are 0. Where only a part of the file is loaded, a number that is about as large as
    all of it must be is the number of rows.
    """
    if not any(re.search(r"\d", line) for line in (*dialect.banner, *dialect.footer)):
        return dialect.banner, dialect.footer
    number = _number(dialect)
    rows, found = _measured(con, table, names, dialect)
    around = dialect.skip_rows + dialect.header_rows + len(dialect.footer)

    def above(line: str) -> str:
        counts = _COUNTS.search(line) is not None

        def instead(token: re.Match[str]) -> str:
            return _count(token[0], counts, rows, found, dialect) if rows else token[0]

        return _without_amounts(number.sub(instead, line))

    def below(line: str) -> str:
        cells = list(cells_of(line, marks_of(dialect)))
        is_row = len(cells) == len(names) > 1
        parts, end = [], 0
        for place, (start, stop) in enumerate(cells, 1):
            # What stands before a cell is no part of it, also where numbers join by the delimiter: `Total,7.50`.
            for token in number.finditer(line[start:stop]):
                total = _in_place_of(token[0], place * is_row, rows, part, around, found, dialect)
                parts += [line[end : start + token.start()], total]
                end = start + token.end()
        return "".join([*parts, line[end:]])

    banner = tuple(map(above if part == 1 else _without_amounts, dialect.banner))
    return banner, tuple(map(below, dialect.footer))


def _without_amounts(line: str) -> str:
    """The line, where it is about money with 0 for the digits of amounts that nothing explains."""
    if not _MONEY.search(line):
        return line
    parts = _TOKEN.split(line)
    return "".join(
        part if place % 2 else _AMOUNT.sub(lambda found: re.sub(r"\d", "0", found[0]), part)
        for place, part in enumerate(parts)
    )


def _value(text: str, dialect: Dialect) -> Decimal:
    plain = text.replace(dialect.thousands, "") if dialect.thousands else text
    return Decimal(plain.replace(dialect.decimal, "."))


def _decimals(text: str, dialect: Dialect) -> int:
    return len(text.partition(dialect.decimal)[2])


def _is_it(text: str, known: Decimal | None, dialect: Dialect) -> bool:
    decimals = _decimals(text, dialect)
    return known is not None and decimals <= _DECIMALS and rounded(known, decimals) == _value(text, dialect)


def _count(text: str, counts: bool, rows: int, found: _Found, dialect: Dialect) -> str:
    """What is written for a number above the rows; `counts`: its line speaks of counts."""
    if _value(text, dialect) == rows and (counts or rows >= _MANY):
        return str(Total(form_of(text)))
    if _decimals(text, dialect) and _value(text, dialect):
        for measure in _OF_ALL:
            for column in sorted({column for _, column in found}):
                if _is_it(text, found.get((measure, column)), dialect):
                    return str(Total(form_of(text), measure, column))
    return text


def _in_place_of(
    text: str, place: int, rows: int, part: float, around: int, found: _Found, dialect: Dialect
) -> str:
    """What is written for a number; `place`: of the column that it stands below, 0 if it stands below none."""
    value, form = _value(text, dialect), form_of(text)

    def is_it(measure: Measure, column: int) -> bool:
        return _is_it(text, found.get((measure, column)), dialect)

    for measure in _MEASURES:
        if place and is_it(measure, place):
            return str(Total(form, measure, place))
    more = int(value - rows) if value == int(value) else -1
    if 0 <= more <= around and (rows or not more):
        return str(Total(form, more=more))
    if part < 1 and value == int(value) and abs(float(value) * part - rows) < _ABOUT * rows:
        return str(Total(form))
    for column in sorted({column for _, column in found}):
        for measure in _OF_ALL if _decimals(text, dialect) else _OF_ALL[:1]:
            if is_it(measure, column):
                return str(Total(form, measure, column))
    if len(text) <= _HARMLESS and text.isdigit():
        return text
    return re.sub(r"\d", "0", text)


def _measured(
    con: duckdb.DuckDBPyConnection, table: str, names: Sequence[str], dialect: Dialect
) -> tuple[int, _Found]:
    def as_number(name: str) -> str:
        """Narrower than a sum, which could not hold so many digits else."""
        text = quote(name)
        if dialect.thousands:
            text = f"replace({text}, {literal(dialect.thousands)}, '')"
        if dialect.decimal != ".":
            text = f"replace({text}, {literal(dialect.decimal)}, '.')"
        return f"TRY_CAST(regexp_replace({text}, '[^0-9.+-]', '', 'g') AS DECIMAL(30, {_DECIMALS}))"

    columns = ", ".join(
        f"sum({each}), min({each}), max({each}), count({each}), arg_max({each}, rowid), arg_min({each}, rowid)"
        for each in map(as_number, names)
    )
    row = con.execute(f"SELECT count(*), {columns} FROM {raw_name(table)}").fetchone() or (0,)
    found: dict[tuple[Measure, int], Decimal] = {}
    for column in range(1, len(names) + 1):
        total, lowest, highest, count, last, first = row[6 * column - 5 : 6 * column + 1]
        if count:
            values = (total, lowest, highest, mean(Decimal(total), count), last, first)
            found |= {
                (measure, column): Decimal(value) for measure, value in zip(_MEASURES, values, strict=True)
            }
    return int(row[0]), found


def _number(dialect: Dialect) -> re.Pattern[str]:
    """A number as the dialect writes them; what is joined to more of them, or to letters, is none: dates, codes."""
    decimal, thousands = re.escape(dialect.decimal), re.escape(dialect.thousands)
    whole = rf"(?:\d{{1,3}}(?:{thousands}\d{{3}})+|\d+)" if thousands else r"\d+"
    joins = r"[.,:/'\-]"
    return re.compile(rf"(?<!\w)(?<!\w{joins})(?:(?<![\w.,:/'])[+-])?{whole}(?:{decimal}\d+)?(?!{joins}?\w)")


def cells_of(line: str, marks: Marks) -> Iterator[tuple[int, int]]:
    """Where the line's cells begin and end, quotes included."""
    start, is_quoted = 0, False
    for place, character in enumerate(line):
        if character == marks.quotechar:
            is_quoted = not is_quoted
        elif character == marks.delimiter and not is_quoted:
            yield start, place
            start = place + 1
    yield start, len(line)

"""Puts the answers together: structure, layout, header and values of the files of one table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from synth_core.errors import SourceError
from synth_core.files.names import names_of, plain_name, said_by
from synth_core.files.rows import Marks, Row, begins_with, split_lines, split_rows, strip_line_end
from synth_core.model.base import Frozen
from synth_core.model.dialect import Comment, Dialect
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.names import duplicates
from synth_core.stages.sniff.comments import comment_of
from synth_core.stages.sniff.doubt import JUDGED, FileJudge, Seen, allowed, doubt_of
from synth_core.stages.sniff.header import short_header
from synth_core.stages.sniff.header_block import header_of, header_over
from synth_core.stages.sniff.layout import banner_rows, footer_rows
from synth_core.stages.sniff.sample import Sample, take_sample
from synth_core.stages.sniff.structure import Split, best_splits
from synth_core.stages.sniff.values import null_texts, with_values

_HEADER_LOOK = 200
_ROWS = 2000
"""How many rows are looked at for null tokens and the like, evenly spread over the sample."""
_SHOWN = 8
"""Rows that a model may be asked about."""
_TAIL_LINES = 20
_MOST_FILES = 16
"""Of the further files of a table so many are looked at."""


class Sniffed(Frozen):
    """What was found out about one file."""

    file: str
    dialect: Inferred[Dialect]
    names: tuple[str, ...]
    """The columns' names exactly as in the file; `column_1` … where it has none."""
    null_texts: tuple[str | None, ...] = ()
    """By column: how NULL is written, where it is not by the dialect's first null token."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Layout:
    banner: tuple[str, ...]
    footer: tuple[str, ...]
    header: tuple[Row, ...]
    written: tuple[str, ...]
    """The last header row as it stands in the file."""
    comment: Comment
    header_confidence: float
    data: tuple[Row, ...]
    width: int
    seen: Seen


def sniff(
    path: Path,
    *,
    pattern_files: Sequence[Path] = (),
    judge: FileJudge | None = None,
    ask_all: bool = False,
) -> Sniffed:
    """Find out the dialect and the column names of a delimited file.

    `pattern_files` are further files of the same table: they must fit the first one's dialect, and their
    values are looked at as well. `judge` is asked where measurement is not sure (or, by `ask_all`, of everything), and
    believed where measurement does not speak against it. Raises SourceError when the file is empty, binary or
    broken, or when the files do not fit together.
    """
    sample = take_sample(path)
    if not sample.head.strip():
        raise SourceError(f"{path}: there is no text, only blank lines.", hint="Leave the file out.")
    splits = best_splits(sample.head)
    best = _quoted(splits[0], sample)
    layout = _layout(sample, best)
    judged = ""
    if (
        judge is not None
        and (doubt := doubt_of(path, sample.head, splits, layout.seen, ask_all=ask_all)) is not None
    ):
        verdict = allowed(judge(doubt), doubt, splits, layout.seen)
        if verdict is not None:
            best = _quoted(splits[verdict.candidate], sample) if verdict.candidate else best
            layout = _layout(sample, best, banner=verdict.banner_lines, header=verdict.has_header)
            judged = verdict.evidence
    names, findings = _names(path, layout)
    dialect = _plain_dialect(sample, best.marks, layout, names)
    data = [*layout.data, *_block_rows(sample, best.marks, layout.width)]
    for other in [file for file in pattern_files if file != path][:_MOST_FILES]:
        encoding, rows = _fitting_rows(other, path, dialect, names)
        if encoding != "utf-8":
            dialect = dialect.model_copy(update={"encoding": encoding})
        data += rows
    fitting = [
        row for row in data if len(row.cells) == layout.width and not (row.is_blank and layout.width > 1)
    ]
    looked_at = fitting[:: 1 + len(fitting) // _ROWS]
    dialect = with_values(dialect, looked_at, layout.width)
    if not fitting:
        findings.append(_no_rows(path))
    if dialect.comment:
        findings.append(_comments(path, dialect.comment))
    confidence, evidence = _judge(best, splits, layout, dialect)
    origin = Origin.MEASURED
    if judged:
        origin, confidence, evidence = Origin.MODEL, max(confidence, JUDGED), f"{judged} {evidence}"
    return Sniffed(
        file=str(path),
        dialect=Inferred(value=dialect, origin=origin, confidence=confidence, evidence=evidence),
        names=names,
        null_texts=null_texts(looked_at, layout.width, dialect),
        findings=tuple(findings),
    )


def _quoted(split: Split, sample: Sample) -> Split:
    """With the usual quote where nothing speaks against it: a writer may need it, far behind the first rows too."""
    texts = (sample.head, *sample.blocks, sample.tail)
    if split.marks.quotechar:
        return split
    quoted = replace(split, marks=replace(split.marks, quotechar='"'))
    if not any('"' in text for text in texts):
        return quoted
    plain, read = (
        [row for text in texts for row in split_rows(split_lines(text), marks)]
        for marks in (split.marks, quoted.marks)
    )
    widths = [Counter(len(row.cells) for row in rows) for rows in (plain, read)]
    width, count = widths[0].most_common(1)[0]
    # As good is enough where a value among others is quoted, if only above the table.
    paired = any(row.quoted and len(row.cells) > 1 for row in read)
    paired = paired and not any(row.problem or any('"' in cell for cell in row.cells) for row in read)
    return quoted if widths[1][width] > count or (paired and widths[1][width] == count) else split


def _layout(
    sample: Sample, split: Split, *, banner: int | None = None, header: bool | None = None
) -> _Layout:
    """Where table, header and data stand. Lines above and whether there is a header are measured unless given."""
    lines = split_lines(sample.head)
    rows = list(split_rows(lines, split.marks))
    if not sample.is_whole and len(rows) > 1:
        rows.pop()  # it may go on behind the sample
    start = _row_at(rows, banner) if banner is not None else banner_rows(rows, split.width)
    start = start if banner is not None else header_over(rows, start, split.width)
    short = _short_header(rows, start, split.width) if banner is None else None
    start -= short is not None
    first_line = rows[start].line if start < len(rows) else 1
    above = tuple(strip_line_end(line) for line in lines[: first_line - 1])
    table = [*([short] if short else []), *rows[start + (short is not None) :]]
    footer: tuple[str, ...] = ()
    if sample.is_whole:
        count = footer_rows(table, split.width)
        if count:
            end = table[-count].line - 1
            footer = tuple(strip_line_end(line) for line in lines[end:])
            table = table[:-count]
    elif sample.tail:
        footer = _tail_footer(sample.tail, split, table)
    count, score = header_of(table, split.width)
    count = max(count, short is not None)
    if header is not None:
        count = max(count, 1) if header else 0
    seen = Seen(
        split.width, len(above), tuple(table[:_SHOWN]), score, count > 0, tuple(row.line for row in rows)
    )
    confidence = 0.6 if score is None else 1 / (1 + math.exp(-abs(score)))
    top = table[:count]
    written = tuple(rows[start].cells) if short else tuple(top[-1].cells) if top else ()
    comment = comment_of(table[count:], split.width, split.marks)
    data = [row for row in table[count:] if not (comment and begins_with(row, comment))]
    return _Layout(above, footer, tuple(top), written, comment, confidence, tuple(data), split.width, seen)


def _short_header(rows: list[Row], start: int, width: int) -> Row | None:
    """The line above the rows, where it is their header and has a cell too few."""
    if not 0 < start < len(rows):
        return None
    below = [row.cells for row in rows[start : start + _HEADER_LOOK] if len(row.cells) == width]
    return short_header(rows[start - 1], below)


def _row_at(rows: list[Row], lines: int) -> int:
    """The first row behind so many lines."""
    return next((number for number, row in enumerate(rows) if row.line > lines), len(rows))


def _tail_footer(tail: str, split: Split, table: list[Row]) -> tuple[str, ...]:
    """The footer of a long file: the tail may begin inside a quoted value, so look at its end only."""
    lines = split_lines(tail)[-_TAIL_LINES:]
    # What begins inside of a value is no line below the table.
    outside = _outside(lines, split.marks.quotechar)
    is_cut = False in outside
    lines = lines[len(lines) - outside[::-1].index(False) :] if is_cut else lines
    if not lines:
        return ()
    alone = [next(split_rows([line], split.marks)) for line in lines]
    # From the first line on that is a row by itself: the lines of a value that has line ends are no footer.
    start = next((i for i, row in enumerate(alone) if len(row.cells) == split.width and not row.problem), 0)
    rows = [*alone[:start], *split_rows(lines[start:], split.marks)]
    if rows[-1].problem == "open":
        rows, start = alone, 0
    count = footer_rows([*table[:6], *rows], split.width)
    if not 0 < count < len(rows) + is_cut:
        return ()
    first = len(rows) - count
    first = start + rows[first].line - 1 if first >= start else first
    return tuple(strip_line_end(line) for line in lines[first:])


def _outside(lines: Sequence[str], quote: str) -> list[bool]:
    """Of each of the last lines of a file: whether it begins outside of quoted values, as the file ends. That is so
    where the quotes from there on come in pairs."""
    found, is_outside = [], True
    for line in reversed(lines):
        is_outside ^= bool(quote) and line.count(quote) % 2 == 1
        found.append(is_outside)
    return found[::-1]


def _names(path: Path, layout: _Layout) -> tuple[tuple[str, ...], list[Finding]]:
    if not layout.header:
        return tuple(plain_name(number) for number in range(1, layout.width + 1)), []
    row = layout.header[-1]
    names = names_of([each.cells for each in layout.header])
    repeated = duplicates(said_by([each.cells for each in layout.header]))
    findings = [
        Finding(
            level=Level.WARNING,
            code="source.duplicate-names",
            message=f"Column names occur more than once: {', '.join(map(repr, repeated))}; further ones are numbered. "
            "Files that are made have the header as it is.",
            file=str(path),
            line=row.line,
        )
        for _ in repeated[:1]
    ]
    findings += [
        Finding(
            level=Level.WARNING,
            code="source.unnamed-column",
            message=f"Column {number} has no name in the header; it is called {name!r}.",
            file=str(path),
            line=row.line,
            column=name,
        )
        for number, (name, above) in enumerate(zip(names, _above(layout), strict=True), 1)
        if not any(map(str.strip, above))
    ]
    return names, findings


def _above(layout: _Layout) -> list[tuple[str, ...]]:
    """What stands above each column in the rows of the header."""
    rows = [row.cells for row in layout.header if len(row.cells) == layout.width]
    return list(zip(*rows, strict=True))


def _plain_dialect(sample: Sample, marks: Marks, layout: _Layout, names: tuple[str, ...]) -> Dialect:
    """Everything but what the values tell."""
    end = (sample.tail or sample.head)[-2:]
    return Dialect(
        delimiter=marks.delimiter,
        quotechar=marks.quotechar,
        escapechar=marks.escapechar,
        initial_space=marks.initial_space,
        encoding=sample.encoding,
        line_end=_line_end(sample.head),
        final_line_end=end.endswith(("\n", "\r")) if sample.is_whole or sample.tail else True,
        banner=layout.banner,
        header_rows=len(layout.header),
        header_prefix=tuple(tuple(row.cells) for row in layout.header[:-1]),
        header_cells=layout.written if layout.header and layout.written != names else (),
        comment=layout.comment,
        footer=layout.footer,
        compression="gzip" if sample.compression else "",
    )


def _line_end(text: str) -> str:
    pairs = text.count("\r\n")
    counts = {"\n": text.count("\n") - pairs, "\r\n": pairs, "\r": text.count("\r") - pairs}
    return max(counts, key=lambda end: counts[end])


def _block_rows(sample: Sample, marks: Marks, width: int) -> list[Row]:
    rows = [row for block in sample.blocks for row in split_rows(split_lines(block), marks)]
    return [row for row in rows if len(row.cells) == width and not row.problem]


def _fitting_rows(path: Path, first: Path, dialect: Dialect, names: tuple[str, ...]) -> tuple[str, list[Row]]:
    """Encoding and data rows of a further file of the table. Raises SourceError when its columns differ."""
    sample = take_sample(path)
    encodings = {sample.encoding, dialect.encoding} - ({"utf-8"} if sample.head.isascii() else set())
    if len(encodings) > 1 and "utf-8" not in encodings:
        raise SourceError(
            f"{path}: the encoding is {sample.encoding}, that of {first} is {dialect.encoding}.",
            hint="Files of one table need the same encoding: convert one of them.",
        )
    lines = split_lines(sample.head)[dialect.skip_rows :]
    marks = Marks(dialect.delimiter, dialect.quotechar, dialect.escapechar, dialect.initial_space)
    rows = list(split_rows(lines, marks))
    header = rows[: dialect.header_rows]
    if header and names_of([row.cells for row in header], names) != names:
        raise SourceError(
            f"{path}: its header is not that of {first}: {', '.join(header[-1].cells)[:200]}.",
            hint="Files of one table need the same columns in the same order.",
        )
    data = rows[dialect.header_rows : len(rows) - len(dialect.footer)]
    data = [row for row in data if not (dialect.comment and begins_with(row, dialect.comment))]
    if data and len(data[0].cells) != len(names):
        raise SourceError(
            f"{path}: its rows have {len(data[0].cells)} values, those of {first} have {len(names)}.",
            hint="Files of one table need the same columns in the same order.",
        )
    return (dialect.encoding if sample.head.isascii() else sample.encoding), data


def _no_rows(path: Path) -> Finding:
    return Finding(
        level=Level.WARNING,
        code="source.no-rows",
        message="There is a header and no row below it: the table is empty.",
        hint="Nothing can be learned from it; give it a file with rows, or leave it out.",
        file=str(path),
    )


def _comments(path: Path, sign: str) -> Finding:
    return Finding(
        level=Level.NOTE,
        code="source.comments",
        message=f"Lines between the rows begin with {sign}: they are no rows, and files that are made have none.",
        hint="If they are rows, empty `comment` in the dialect.",
        file=str(path),
    )


def _judge(best: Split, splits: list[Split], layout: _Layout, dialect: Dialect) -> tuple[float, str]:
    """The confidence in delimiter and header together, and why, in words."""
    others = [split.score for split in splits if split.marks.delimiter != best.marks.delimiter]
    rival = max(others, default=0.0) / best.score if best.score else 1.0
    few = 1 - 0.5 / (len(best.rows) + 1)
    confidence = (1 - 0.5 * rival**3) * best.consistency * layout.header_confidence * few
    if best.width == 1:
        text = "No character splits the lines into columns"
    else:
        share = f"{best.consistency:.0%}".replace("%", " %")
        text = (
            f"{share} of the rows looked at have {best.width} values when split at {best.marks.delimiter!r}"
        )
        text += " and the blanks behind it" * best.marks.initial_space
    header = {0: "the first row looks like data", 1: "the first row names the columns"}
    several = f"the first {dialect.header_rows} rows name the columns"
    text += f"; {header.get(dialect.header_rows, several)}"
    if layout.banner:
        text += (
            f"; {len(layout.banner)} line{'s' * (len(layout.banner) > 1)} above the table fit no row of it"
        )
    if layout.footer:
        text += f"; {len(layout.footer)} below it"
    return round(max(0.0, min(1.0, confidence)), 3), text + "."

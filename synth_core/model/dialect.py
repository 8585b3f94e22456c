"""How a delimited text file is written, down to what a reader must be told to read it back."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from synth_core.model.base import Frozen

Encoding = Literal["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"]
Comment = Literal["", "#", "//", "--", "%", ";", "'"]


class Dialect(Frozen):
    """The dialect of one delimited file (or of a set of files that form one table).

    `utf-8-sig` and `utf-16` mean that the file opens with a byte order mark; the writer puts it back.
    """

    delimiter: str = ","
    quotechar: str = '"'
    escapechar: str = ""
    """Empty: a quote inside a quoted value is doubled."""
    initial_space: bool = False
    """Blanks behind a delimiter (and at the beginning of a line) are no part of the value: `1, "a"`; with a blank as
    delimiter any number of them is one."""
    quoting: Literal["minimal", "all", "nonnumeric", "none"] = "minimal"
    encoding: Encoding = "utf-8"
    line_end: Literal["\n", "\r\n", "\r"] = "\n"
    final_line_end: bool = True
    banner: tuple[str, ...] = ()
    """The physical lines above header or data, blank ones included, without their line ends."""
    header_rows: int = Field(default=1, ge=0, le=9)
    header_prefix: tuple[tuple[str, ...], ...] = ()
    """With several header rows: the cells of all but the last one, written back."""
    header_cells: tuple[str, ...] = ()
    """The cells of the last header row where they are not just the columns' names: one lacks, or they say units."""
    comment: Comment = ""
    """Lines between the rows that begin with it are no rows. They are not written."""
    footer: tuple[str, ...] = ()
    """The physical lines below the data; numbers in them that follow from the rows as `files/footer` says."""
    null_tokens: tuple[str, ...] = ()
    """Texts that stand for NULL; the first one is what we write. Unquoted empty is always NULL."""
    quoted_empty_is_empty: bool = False
    """`""` is the empty string, unquoted empty is NULL: the file tells them apart."""
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ",", ".", " ", "'", "’", "\u00a0", "\u2009", "\u202f"] = ""
    compression: Literal["", "gzip"] = ""

    @field_validator("delimiter")
    @classmethod
    def _one_character(cls, value: str) -> str:
        if len(value) != 1 or value in "\r\n":
            raise ValueError(f"a delimiter is one character other than a line end, not {value!r}")
        return value

    @model_validator(mode="after")
    def _nothing_between_blanks(self) -> Dialect:
        if self.delimiter == " " and self.initial_space and self.quoted_empty_is_empty:
            raise ValueError(
                "where any number of blanks is one delimiter, no value is empty but a quoted one"
            )
        return self

    @model_validator(mode="after")
    def _comments_are_told_apart(self) -> Dialect:
        if self.comment and self.comment[0] in (self.delimiter, self.quotechar):
            raise ValueError(
                f"rows begin with {self.comment} themselves: it can't be the sign of comments too"
            )
        return self

    @property
    def skip_rows(self) -> int:
        """Physical lines above header or data."""
        return len(self.banner)

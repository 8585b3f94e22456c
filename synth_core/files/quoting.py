"""Quotes and escapes cells, so that a reader of the same dialect sees the same cells."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from synth_core.model.dialect import Dialect

_NOTHING = "-"
"""An empty value where blanks separate and nothing is quoted."""


class Quoting:
    """The quoting of one dialect for a table of `width` columns. `replaced` counts characters that had no way
    to be written."""

    def __init__(self, dialect: Dialect, width: int) -> None:
        self._delimiter = dialect.delimiter
        self._quote = "" if dialect.quoting == "none" else dialect.quotechar
        self._escape = "" if dialect.escapechar == dialect.quotechar else dialect.escapechar
        self._style = dialect.quoting if self._quote else "none"
        self._initial_space = dialect.initial_space
        self._tells_apart = dialect.quoted_empty_is_empty
        self._tokens = dialect.null_tokens
        self._is_single = width == 1
        marks = "".join((self._delimiter, self._quote, self._escape, "\r\n"))
        self._special = f"[{re.escape(marks)}]"
        self.separator = dialect.delimiter
        """What stands between two cells of a row."""
        if self._initial_space and dialect.delimiter != " ":
            self.separator += " "
        self._empty_needs_quotes = self._is_single or (self._initial_space and dialect.delimiter == " ")
        self.replaced = 0

    def _null(self, text: str | None) -> str:
        token = next(iter(self._tokens), "") if text is None else text
        if self._style == "none" and self._initial_space and self._delimiter == " " and not token:
            return _NOTHING
        if self._style == "none" or self._tells_apart or (self._escape and self._escape in token):
            return token
        # A reader skips blank lines. Where all is quoted, an unquoted empty value would mean something else.
        if self._style == "all" or (self._empty_needs_quotes and not token):
            return f"{self._quote}{token}{self._quote}"
        return token

    def cells(self, texts: pa.Array, *, is_number: bool = False, null: str | None = None) -> pa.Array:
        """The texts of one column as they stand in the file. A null is `null`, or else the dialect's first token."""
        return pc.fill_null(self._cells(texts, is_number), self._null(null))

    def _cells(self, texts: pa.Array, is_number: bool) -> pa.Array:
        if self._style == "none":
            return self._unquoted(texts)
        if self._style == "all":
            return self._quoted(texts)
        if self._style == "nonnumeric" and not is_number:
            # `""` beside unquoted empty values would look as if the file told them apart.
            if self._tells_apart or self._empty_needs_quotes:
                return self._quoted(texts)
            return pc.if_else(pc.equal(texts, ""), texts, self._quoted(texts))
        needed = self._need_quotes(texts)
        if not pc.any(needed).as_py():
            return texts
        return pc.if_else(needed, self._quoted(texts), texts)

    def _need_quotes(self, texts: pa.Array) -> pa.Array:
        needed = pc.match_substring_regex(texts, self._special)
        if self._tells_apart:
            # Quoted, a text is never taken for NULL.
            needed = pc.or_(needed, pc.is_in(texts, pa.array(["", *self._tokens], pa.string())))
        elif self._empty_needs_quotes:
            needed = pc.or_(needed, pc.equal(texts, ""))
        if self._initial_space:
            needed = pc.or_(needed, pc.starts_with(texts, " "))
        return needed

    def _quoted(self, texts: pa.Array) -> pa.Array:
        quote, escape = self._quote, self._escape
        if escape:
            texts = pc.replace_substring(texts, escape, escape * 2)
        texts = pc.replace_substring(texts, quote, (escape or quote) + quote)
        return pc.binary_join_element_wise(quote, texts, quote, "")

    def _unquoted(self, texts: pa.Array) -> pa.Array:
        if self._escape:
            # In RE2's replacements a backslash is written twice.
            escape = self._escape.replace("\\", "\\\\")
            special = self._special + "|^ " * self._initial_space
            return pc.replace_substring_regex(texts, f"({special})", rf"{escape}\1")
        stand_in = "_" if self._delimiter == " " else " "
        changes = [(self._special, stand_in), *[("^ +", "")] * self._initial_space]
        for pattern, instead in changes:
            found = pc.sum(pc.count_substring_regex(texts, pattern)).as_py()
            if found:
                self.replaced += found
                texts = pc.replace_substring_regex(texts, pattern, instead)
        return texts

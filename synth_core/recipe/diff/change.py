"""What changed between two recipes, as data and in words."""

from __future__ import annotations

from enum import StrEnum

from synth_core.model.base import Frozen


class ChangeKind(StrEnum):
    """What sort of change."""

    TABLE_ADDED = "table added"
    TABLE_REMOVED = "table removed"
    TABLE_RENAMED = "table renamed"
    TABLES_MOVED = "tables moved"
    TABLE_SETTING = "table setting"
    COUNT = "count"
    COLUMN_ADDED = "column added"
    COLUMN_REMOVED = "column removed"
    COLUMN_RENAMED = "column renamed"
    COLUMN_MOVED = "column moved"
    GENERATOR = "generator"
    ARGUMENT = "argument"
    MACRO = "macro"
    VARIABLE = "variable"
    SETTING = "setting"
    COMMENT = "comment"
    LAYOUT = "layout"


class Change(Frozen):
    """One change. Table and column are called as in the new recipe, where they are in it."""

    kind: ChangeKind
    table: str = ""
    column: str = ""
    """With the names of STRUCT fields: `address.city`."""
    before: str = ""
    after: str = ""
    sentence: str
    """All of it in words: `customers.kind: retail 70% → 60%`."""

    def __str__(self) -> str:
        return self.sentence

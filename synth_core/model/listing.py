"""What is at a place: projects, datasets, tables, buckets, folders, files, page by page."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from synth_core.model.base import Frozen


class EntryKind(StrEnum):
    """What an entry is."""

    PROJECT = "project"
    DATASET = "dataset"
    TABLE = "table"
    VIEW = "view"
    EXTERNAL = "external table"
    BUCKET = "bucket"
    FOLDER = "folder"
    FILE = "file"
    """Read as a table by its name's ending."""
    OTHER = "other"
    """Neither read as a table nor a place to look into."""


class Entry(Frozen):
    """One thing at a place. What is not known for free is None."""

    kind: EntryKind
    name: str
    uri: str
    """Its address: what to list next, or to take as SOURCE; empty for what is neither."""
    rows: int | None = None
    bytes: int | None = None
    changed: datetime | None = None
    location: str = ""
    about: str = ""
    """Description, or why nothing is known of it."""


class Listing(Frozen):
    """One page of entries."""

    place: str
    """The address that was listed; empty: projects."""
    entries: tuple[Entry, ...]
    next_token: str = ""
    """Asks for the page that follows; empty: this is the last. With a search a page may hold few entries, or none, and
    others may still follow."""
    looked_at: int = 0
    """How many entries were looked at for this page, also those that the search left out."""

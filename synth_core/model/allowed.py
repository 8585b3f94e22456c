"""Which places may be read or written: address patterns, compared with addresses in the one form that each place has,
so that no spelling of an address gets around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from synth_core.errors import UsageError
from synth_core.model.base import Frozen
from synth_core.model.places import FORMS, Place, PlaceKind, parse_place

_HINT = (
    "Write `bigquery:PROJECT.DATASET.TABLE`, `gs://BUCKET/PREFIX/*`, `duckdb:PATH` or a folder; `*` is any text, "
    "and what is left out at the end is everything."
)


class Pattern(Frozen):
    """A pattern as it was written, and what it means: an expression for each part of an address."""

    text: str
    kind: PlaceKind | None
    """None: every place."""
    parts: tuple[str, ...] = ()

    def covers(self, *parts: str) -> bool:
        """All of these parts match; the address is of the same kind."""
        return all(re.fullmatch(mine, part, re.DOTALL) for mine, part in zip(self.parts, parts, strict=True))


def parse_pattern(text: str, base: Path | None = None) -> Pattern:
    """What a pattern means; a relative path begins at `base`. Raises UsageError for one that can't be read."""
    if text == "*":
        return Pattern(text=text, kind=None)
    if re.search(r"[?\[\]]", text):
        raise UsageError(f"{text!r}: only `*` stands for other characters in a pattern.", hint=_HINT)
    if text.startswith("bigquery:"):
        return _bigquery(text)
    if text.startswith("gs:"):
        found = re.fullmatch(r"gs://([a-z0-9._*-]+)(?:/(.*))?", text)
        if not found:
            raise UsageError(f"{text!r} names no bucket.", hint=_HINT)
        return Pattern(
            text=text, kind=PlaceKind.BUCKET, parts=(_expression(found[1]), _below(found[2] or "*"))
        )
    kind, path = PlaceKind.FOLDER, text
    if text.startswith("duckdb:"):
        kind, path = PlaceKind.DUCKDB, text.removeprefix("duckdb:")
    elif re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", text):
        raise UsageError(f"{text!r} is no pattern of addresses.", hint=_HINT)
    if not path:
        raise UsageError(f"{text!r} names no place.", hint=_HINT)
    return Pattern(text=text, kind=kind, parts=(_below(real_path(path, base)),))


def is_allowed(uri: str, patterns: Sequence[Pattern], only: Sequence[str] = ()) -> bool:
    """Everything at the address, or all of the tables `only`, is covered by one pattern or another. Addresses that mean
    the same are treated the same. Raises UsageError for one that can't be read."""
    place = parse_place(uri)
    mine = [pattern for pattern in patterns if pattern.kind in (place.kind, None)]
    if any(pattern.kind is None for pattern in mine):
        return True
    if place.kind is PlaceKind.BIGQUERY:
        tables = place.tables or tuple(only) or ("",)
        return all(
            any(pattern.covers(place.project.lower(), place.dataset, table) for pattern in mine)
            for table in tables
        )
    parts = _parts(place, uri)
    return any(pattern.covers(*parts) for pattern in mine)


def real_path(path: str, base: Path | None = None) -> str:
    """A path without `..` and symbolic links; what stands behind the first `*` is taken as it is written. Raises
    UsageError where that could lead elsewhere."""
    full = Path(base or Path.cwd(), Path(path).expanduser())
    parts = full.parts
    fixed = next((number for number, part in enumerate(parts) if "*" in part), len(parts))
    if ".." in parts[fixed:]:
        raise UsageError(f"{path}: where `..` behind a `*` leads can't be told.", hint="Leave out the `..`.")
    return str(Path(Path(*parts[:fixed]).resolve(), *parts[fixed:]))


def _parts(place: Place, uri: str) -> tuple[str, ...]:
    if place.kind is PlaceKind.BUCKET:
        # Slashes at the beginning belong to an object's name.
        name = uri.removeprefix(f"gs://{place.bucket}").removeprefix("/").rstrip("/")
        if {".", ".."} & set(name.split("/")):
            raise UsageError(
                f"{place}: `.` and `..` are no folders in Cloud Storage.", hint=f"Write {FORMS}."
            )
        return (place.bucket, name)
    return (real_path(place.path),)


def _bigquery(text: str) -> Pattern:
    found = re.fullmatch(
        r"((?:[A-Za-z0-9.*-]+:)?[A-Za-z0-9_*-]+)(?:\.([\w*]+)(?:[.#]([^.#,]+))?)?",
        text.removeprefix("bigquery:"),
    )
    if not found:
        raise UsageError(f"{text!r} is no pattern of datasets or tables.", hint=_HINT)
    project, dataset, table = found.groups()
    return Pattern(
        text=text,
        kind=PlaceKind.BIGQUERY,
        parts=(_expression(project.lower()), _expression(dataset or "*"), _expression(table or "*")),
    )


def _expression(pattern: str) -> str:
    return "".join(".*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", pattern))


def _below(pattern: str) -> str:
    """The place itself, and everything below it. `raw/*` covers `raw`, too: it stands for all that is in it."""
    if pattern == "*":
        return ".*"
    if pattern.endswith("/*"):
        pattern = pattern[:-2]
    elif pattern.endswith("*"):
        return _expression(pattern)
    return _expression(pattern.rstrip("/")) + "(?:/.*)?"

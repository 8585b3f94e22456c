"""The files of a SOURCE in Cloud Storage: `gs://BUCKET/FOLDER`, `gs://BUCKET/FILE`, `gs://BUCKET/PATTERN`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from synth_core.errors import SourceError
from synth_core.model.places import shown
from synth_core.ports import BlobStat, SourceFiles

SOURCE_BYTES = 256 << 20
"""Bytes fetched of one table, unless settings say otherwise."""
_WILDCARD = re.compile(r"[*?[]")
_TOKENS = re.compile(r"(?P<deep>\*\*/?)|(?P<any>\*)|(?P<one>\?)|\[(?P<not>!?)(?P<set>\]?[^]]*)\]")
_FOLDERS_NAMED = 5


@dataclass(frozen=True)
class Buckets:
    """How buckets are read: `open` leads to one by its name; of a table about `budget` bytes are fetched."""

    open: Callable[[str], SourceFiles]
    budget: int = SOURCE_BYTES


def bucket_and_name(address: str) -> tuple[str, str]:
    """The parts of `gs://BUCKET/NAME`; the name exactly as it is written."""
    bucket, _, name = address.removeprefix("gs://").partition("/")
    return bucket, name


def objects_of(pattern: str, buckets: Buckets) -> list[tuple[str, BlobStat]]:
    """The files in a folder or of a pattern by address, sorted. An object of exactly that name comes first of all, then
    `*`, `?`, `[…]` and `**` are a pattern's signs, else it is a folder. What stands for a folder, and what begins with
    a point, is no file. Raises SourceError where there are none."""
    bucket, name = bucket_and_name(pattern)
    files = buckets.open(bucket)
    exact = _exact(files, name)
    folders: list[str] = []
    if exact is not None:
        found = [exact]
    elif sign := _WILDCARD.search(name):
        fits = glob_pattern(name)
        found = [each for each in files.list(name[: sign.start()]) if fits.fullmatch(each.name)]
    else:
        prefix = f"{name.rstrip('/')}/" if name else ""
        entries = list(files.list(prefix, deep=False))
        folders = [each.name for each in entries if each.name.endswith("/") and each.name != prefix]
        found = [each for each in entries if not each.name.endswith("/")]
    found = [each for each in found if each is exact or not _is_hidden(each.name)]
    if not found:
        raise _nothing(pattern, folders)
    return [(f"{files.uri}/{each.name}", each) for each in found]


def glob_pattern(pattern: str) -> re.Pattern[str]:
    """As a shell has it: `*` and `?` stop at `/`, `**` does not."""
    parts, end = [], 0
    for token in _TOKENS.finditer(pattern):
        parts.append(re.escape(pattern[end : token.start()]))
        end = token.end()
        if token["deep"]:
            parts.append("(?:.*/)?" if token["deep"].endswith("/") else ".*")
        elif token["any"]:
            parts.append("[^/]*")
        elif token["one"]:
            parts.append("[^/]")
        else:
            chosen = token["set"].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
            parts.append(f"[{'^/' if token['not'] else ''}{chosen}]" if chosen else re.escape(token[0]))
    parts.append(re.escape(pattern[end:]))
    try:
        return re.compile("".join(parts), re.DOTALL)
    except re.error:
        raise SourceError(
            f"{shown(pattern)} is no pattern.", hint="A range in brackets goes from the lower to the higher."
        ) from None


def _exact(files: SourceFiles, name: str) -> BlobStat | None:
    if not name or name.endswith("/"):
        return None
    try:
        return files.stat(name)
    except FileNotFoundError:
        return None


def _is_hidden(name: str) -> bool:
    last = name.rpartition("/")[2]
    return not last or last.startswith(".")


def _nothing(pattern: str, folders: list[str]) -> SourceError:
    if folders:
        named = ", ".join(f"{each.rstrip('/').rpartition('/')[2]!r}" for each in folders[:_FOLDERS_NAMED])
        more = ", …" if len(folders) > _FOLDERS_NAMED else ""
        return SourceError(
            f"{shown(pattern)}: there are only folders here: {named}{more}.",
            hint=f"Name one of them, or read all with the pattern `{shown(pattern.rstrip('/'))}/**`.",
        )
    return SourceError(
        f"{shown(pattern)}: no such object or folder.",
        hint="Give a folder, an object, or a pattern in quotes; `synth sources` lists what is there.",
    )

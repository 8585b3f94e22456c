"""Takes everything from the child process that making rows does not need, before it reads a recipe.

Vetting keeps hostile recipes out; this holds should one pass. Two walls, each of its own kind: Python's audit
hook (PEP 578), which lets only listed events happen and can't be removed, and on Linux the kernel's Landlock,
which also holds against libraries in C. A ban ends the recipe with an error that names it.
"""

from __future__ import annotations

import os
import site
import sqlite3
import sys
import sysconfig
import zoneinfo
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from synth_core.engine import landlock

_HARMLESS = frozenset(
    {
        *("builtins.id", "compile", "exec", "marshal.loads", "pickle.find_class", "array.__new__"),
        *("object.__getattr__", "object.__setattr__", "object.__delattr__", "code.__new__"),
        *("sys._getframe", "sys._getframemodulename", "sys.excepthook", "sys.unraisablehook"),
        *("sqlite3.connect/handle", "cpython._PySys_ClearAuditHooks", "function.__new__"),
    }
)
"""What happens inside of the process only."""
_REFUSED_MODULES = frozenset(
    {
        *("ctypes", "_ctypes", "cffi", "_cffi_backend", "mmap", "pty", "fcntl", "readline", "antigravity"),
        *("socket", "_socket", "ssl", "_ssl", "asyncio", "http", "ftplib", "smtplib", "webbrowser"),
        *("subprocess", "_posixsubprocess", "multiprocessing", "duckdb", "_duckdb", "google"),
        *("pyarrow.fs", "pyarrow._fs", "pyarrow.flight", "pyarrow.dataset", "resource", "gc"),
    }
)
"""Doors to the outside that would not ask the hook. Those that are loaded already do ask it, or have no way out."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Forbidden(Exception):
    """The recipe tried something that it may not do."""


def enter(folder: Path) -> list[str]:
    """Close this process to the outside, for good: it may read Python's installation and `folder`, and that is all.

    Returns the walls that this system does not have.
    """
    installation = _installation()
    # What lies beside our package is not ours to read; all that is needed of it is loaded.
    sys.path[:] = [path for path in sys.path if path and _is_below(os.path.realpath(path), installation)]
    sqlite3.connect = _closed_connect(sqlite3.connect)  # type: ignore[assignment]
    missing = landlock.restrict([*map(Path, installation), *_SYSTEM, folder], [folder])
    sys.addaudithook(_hook(frozenset([*installation, str(folder.resolve()), *map(str, _SYSTEM)])))
    return [missing] if missing else []


_SYSTEM = tuple(
    Path(each)
    for each in (*zoneinfo.TZPATH, "/usr/lib", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache")
    if Path(each).exists()
)
"""Time zones, and what compiled modules are linked to."""


def _installation() -> list[str]:
    """Python's own folders, those of its packages, and our package."""
    known = [sys.base_prefix, sys.prefix, *sysconfig.get_paths().values(), *site.getsitepackages()]
    found = {os.path.realpath(each) for each in [*known, str(Path(__file__).parents[1])]}
    return sorted(each for each in found if Path(each).is_dir() and each != "/")


def _is_below(path: str, folders: Collection[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}{os.sep}") for folder in folders)


def _hook(readable: frozenset[str]) -> Callable[[str, tuple[Any, ...]], None]:
    """The hook; it holds what it needs itself, so that nothing that is changed later changes it."""
    real, decode, is_below = os.path.realpath, os.fsdecode, _is_below
    harmless, refused, writes, forbidden = _HARMLESS, _REFUSED_MODULES, _WRITES, Forbidden

    def check(event: str, arguments: tuple[Any, ...]) -> None:
        if event in harmless:
            return
        if event == "import":
            name = arguments[0]
            if name in refused or name.partition(".")[0] in refused:
                raise forbidden(f"a recipe can't use the module {name}")
            return
        if event == "open":
            path, _, flags = arguments
            if not isinstance(path, int) and not (isinstance(flags, int) and flags & writes):
                if is_below(real(decode(path)), readable):
                    return
                # Python's import system looks in many places, and takes that for an answer.
                raise PermissionError(13, "a recipe can't read files outside its folder", path)
            raise forbidden("a recipe can't write files")
        if event in ("os.listdir", "os.scandir"):
            if is_below(real(decode(arguments[0] or ".")), readable):
                return
            raise PermissionError(13, "a recipe can't list folders outside its own", arguments[0])
        if event == "os.chdir" and is_below(real(decode(arguments[0])), readable):
            return  # A dataset is opened from the recipe's folder, which is the one where we are.
        if event in ("os.putenv", "os.unsetenv") and arguments[0] == b"TZ":
            return  # The clock is set for each job.
        if event == "sqlite3.connect" and arguments[0] in ("", ":memory:", b"", b":memory:"):
            return
        raise forbidden(f"a recipe can't do this: {event}")

    return check


def _closed_connect(connect: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
    """SQLite, in which Snowfakery remembers rows, without a way to other files or to code of its own."""
    banned = (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH)
    functions = frozenset({"load_extension", "readfile", "writefile", "fts3_tokenizer"})

    def authorize(action: int, one: str | None, two: str | None, *rest: str | None) -> int:
        is_banned = action in banned or (action == sqlite3.SQLITE_FUNCTION and two in functions)
        return sqlite3.SQLITE_DENY if is_banned else sqlite3.SQLITE_OK

    def closed(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **named)
        connection.set_authorizer(authorize)
        return connection

    return closed

"""Landlock: the Linux kernel takes rights away from a process that it never gets back, without root.

The numbers are those of `linux/landlock.h`; the documentation is the kernel's "Landlock: unprivileged access
control". It holds against what never asks Python: libraries in C and the statements of a database.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_FILE, _MAKE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 5, 1 << 8
_TRUNCATE = 1 << 14
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
"""How many kinds of access to files each version knows; from 5 on there are 16."""
_TCP = 0b11
_SCOPES = 0b11
"""Abstract sockets and signals of other processes."""


WHOLE = 6
"""The version from which on nothing is missing that we ask for."""


def version() -> int:
    """Which version this system's kernel has; 0: none."""
    return max(0, _version(ctypes.CDLL(None, use_errno=True))) if sys.platform == "linux" else 0


def _version(libc: ctypes.CDLL) -> int:
    found: int = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    return found


def restrict(readable: Iterable[Path], writable: Iterable[Path]) -> str:
    """Leave this thread, and those it starts, nothing but reading some folders, writing files in others, and no
    program, connection or signal to the outside. Returns what is missing on this system; empty: nothing."""
    if sys.platform != "linux":
        return "Landlock: it is a part of Linux"
    libc = ctypes.CDLL(None, use_errno=True)
    version = _version(libc)
    if version < 1:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    handled = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    attributes = struct.pack("=QQQ", handled, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        return f"Landlock: {os.strerror(ctypes.get_errno())}"
    try:
        write = (_WRITE_FILE | _READ_FILE | _READ_DIR | _REMOVE_FILE | _MAKE_FILE | _TRUNCATE) & handled
        for rights, folders in ((_READ_FILE | _READ_DIR, readable), (write, writable)):
            for folder in folders:
                _allow(libc, rules, folder, rights)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(
            _RESTRICT_SELF, rules, ctypes.c_uint32(0)
        ):
            return f"Landlock: {os.strerror(ctypes.get_errno())}"
    finally:
        os.close(rules)
    return "" if version >= WHOLE else f"Landlock's newer parts: this kernel has version {version} of it"


def _allow(libc: ctypes.CDLL, rules: int, folder: Path, rights: int) -> None:
    """A folder that is not there needs no rule."""
    try:
        handle = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        rights = rights if folder.is_dir() else rights & (_READ_FILE | _WRITE_FILE | _TRUNCATE)
        rule = struct.pack("=Qi", rights, handle)
        if libc.syscall(_ADD_RULE, rules, ctypes.c_int(_PATH_BENEATH), rule, ctypes.c_uint32(0)):
            raise OSError(ctypes.get_errno(), f"no Landlock rule for {folder}")
    finally:
        os.close(handle)

"""What the interpreter's child starts without: libraries that those it needs load for work that it never does. They are
more than half of its start.

Arrow and the clock look whether there is a pandas or a pytest, and take no for an answer. Snowfakery imports SQLAlchemy
for databases that it writes to or reads from, which no recipe may: it gets names that can't be used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

OPTIONAL = frozenset({"pandas", "pytest"})
"""Whoever imports one learns that it is not there."""
NAMES_ONLY = frozenset({"sqlalchemy"})
"""Whoever imports something of it gets the name."""


def leave_out() -> None:
    """From now on nothing in this process loads them."""
    sys.meta_path.insert(0, _Absent())


class _Absent(MetaPathFinder, Loader):
    """Comes before those that would find them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package = fullname.partition(".")[0]
        if package in OPTIONAL:
            raise ModuleNotFoundError(f"No module named {fullname!r} in this process", name=fullname)
        return ModuleSpec(fullname, self, is_package=True) if package in NAMES_ONLY else None

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__getattr__"] = _name_of(module.__name__)


def _name_of(module: str) -> Callable[[str], Any]:
    def get(name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def refuse(*_: Any, **__: Any) -> NoReturn:
            raise RuntimeError(f"a recipe can't use {module}.{name}")

        return refuse

    return get

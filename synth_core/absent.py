"""What our own processes start without: libraries that those they need load for work that they never do.

Arrow loads pandas for the first array that it makes, and the clock looks whether there is a pytest; both take no for an
answer. Snowfakery imports SQLAlchemy for databases that it writes to or reads from, which no recipe may: it gets names
that can't be used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn


def leave_out(*optional: str, names_only: Collection[str] = ()) -> None:
    """From now on nothing in this process loads these libraries. Whoever imports an optional one learns that it is not
    there; whoever imports something of the others gets the name."""
    sys.meta_path.insert(0, _Absent(optional, names_only))


class _Absent(MetaPathFinder, Loader):
    """Comes before those that would find them."""

    def __init__(self, optional: Collection[str], names_only: Collection[str]) -> None:
        self._optional, self._names_only = optional, names_only

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package = fullname.partition(".")[0]
        if package in self._optional:
            raise ModuleNotFoundError(f"No module named {fullname!r} in this process", name=fullname)
        return ModuleSpec(fullname, self, is_package=True) if package in self._names_only else None

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

"""The warehouses of one inference: each is opened once, and closed at the end."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType

from synth_core.ports import Warehouse


class Warehouses:
    """A context manager; opens by address."""

    def __init__(self, open_warehouse: Callable[[str], Warehouse]) -> None:
        self._open = open_warehouse
        self._opened: dict[str, Warehouse] = {}

    def __call__(self, place: str) -> Warehouse:
        """The warehouse at an address without a selection of tables."""
        if place not in self._opened:
            self._opened[place] = self._open(place)
        return self._opened[place]

    def __enter__(self) -> Warehouses:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for warehouse in self._opened.values():
            warehouse.close()
        self._opened.clear()

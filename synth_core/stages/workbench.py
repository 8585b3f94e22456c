"""The place where source tables lie while they are measured: a DuckDB database that goes when it is closed."""

from __future__ import annotations

from types import TracebackType

import duckdb

from synth_core.files.scratch import ScratchFolder
from synth_core.files.sql import quote, raw_name


class Workbench:
    """A context manager. Every table of a project lies in `main` under its bare name, typed; text as read in `raw`.

    The database lies on disk unless it is `small`: then it is written there only where memory runs out.
    """

    def __init__(self, *, small: bool = False) -> None:
        self._scratch = ScratchFolder("workbench")
        self.folder = self._scratch.path
        self.export_folder = self.folder / "export"
        self.export_folder.mkdir()
        self.con = duckdb.connect(":memory:" if small else str(self.folder / "workbench.duckdb"))
        self.con.execute("SET TimeZone = 'UTC'")
        # Nobody opens it again: what would be tidied up when it is closed goes then.
        self.con.execute("PRAGMA disable_checkpoint_on_shutdown")
        self.con.execute("SET enable_progress_bar = false")
        self.con.execute("SET preserve_insertion_order = true")
        self.con.execute("SET temp_directory = ?", [str(self.folder / "spill")])

    def name_of(self, table: str) -> str:
        """The table's quoted name."""
        return f"main.{quote(table)}"

    def rows(self, table: str) -> int:
        """Rows of a table."""
        found = self.con.execute(f"SELECT count(*) FROM {self.name_of(table)}").fetchone()
        return int(found[0]) if found else 0

    def rows_read(self, table: str) -> int:
        """Rows of a table as it was read, before it gets types."""
        found = self.con.execute(f"SELECT count(*) FROM {raw_name(table)}").fetchone()
        return int(found[0]) if found else 0

    def close(self) -> None:
        """Remove everything."""
        self.con.close()
        self._scratch.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

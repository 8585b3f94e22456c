"""Facts of tables that lie in a DuckDB file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from synth_core.errors import TargetError
from synth_core.files.sql import quote
from synth_core.model.profile import Profile
from synth_core.model.project import Project
from synth_core.stages.profile import profile


def profile_database(path: Path, project: Project, tables: Mapping[str, str]) -> Profile:
    """Measure every table of the project. `tables` says, by name, what it is called in the file. What does not fit into
    memory goes beside the file. Raises TargetError where the database gives up."""
    try:
        with duckdb.connect(str(path)) as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute("SET enable_progress_bar = false")
            con.execute("SET temp_directory = ?", [str(path.with_suffix(".spill"))])
            for name, place in tables.items():
                con.execute(f"CREATE VIEW main.{quote(name)} AS SELECT * FROM {place}")
            return profile(con, project)
    except duckdb.Error as error:
        raise TargetError(str(error).splitlines()[0]) from error

"""A project whose tables a SOURCE calls otherwise now: what a person said of them goes along."""

from __future__ import annotations

from collections.abc import Mapping

from synth_core.model.project import Project
from synth_core.stages.gather import by_new_name


def renamed(project: Project, names: Mapping[str, str]) -> Project:
    """The project with the new names of tables, also in links."""
    if not names:
        return project
    tables = by_new_name({table.name: table for table in project.tables}, names)
    links = [
        link.model_copy(
            update={
                "table": names.get(link.table, link.table),
                "ref_table": names.get(link.ref_table, link.ref_table),
            }
        )
        for link in project.links
    ]
    return project.model_copy(
        update={
            "tables": tuple(table.model_copy(update={"name": name}) for name, table in tables.items()),
            "links": tuple(links),
        }
    )

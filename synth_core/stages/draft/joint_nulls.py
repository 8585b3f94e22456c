"""Columns that are null in the same rows: the first of them draws whether it is, the others look at it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from synth_core.model.project import Table
from synth_core.model.types import Mode
from synth_core.recipe.notation import FieldText
from synth_core.stages.draft.columns import nullable
from synth_core.stages.draft.formulas import name_in_formula
from synth_core.stages.draft.mailboxes import is_mailbox
from synth_core.stages.draft.order import leads_back


def with_joint_nulls(
    table: Table, fields: Mapping[str, FieldText], fixed: Collection[str], tables: Collection[str]
) -> dict[str, FieldText]:
    """The fields with a condition in place of nulls of their own; those that are `fixed` stay, and so does a group
    without two others. The one that the others look at is none that would look at one of them itself."""
    done = dict(fields)
    for rule in (each.value for each in table.rules if each.value.kind == "joint nulls"):
        own = [name for name in rule.columns if name in fields and name not in fixed]
        # An address waits for a name, so none can wait for it.
        own.sort(key=lambda name: is_mailbox(fields[name]))
        free = [name for name in own if has_nulls(table, fields[name])]
        leader = next((name for name in free if not _made_from(done, name, free)), "")
        for name in free if leader else ():
            if name == leader:
                continue
            first = name_in_formula(leader, tables)
            field = done[name]
            value = field.generator["Synth.nullable"]["value"]
            condition = {"choice": {"when": f"${{{{ {first} is none }}}}", "pick": None}}
            generator = {"if": [condition, {"choice": {"pick": value}}]}
            done[name] = FieldText(name, generator, f"{field.why}, where {leader} is")
    return done


def _made_from(fields: Mapping[str, FieldText], name: str, others: Collection[str]) -> bool:
    return any(leads_back(fields, other, [name]) for other in others if other != name)


def has_nulls(table: Table, field: FieldText) -> bool:
    """It draws by itself whether it is null, and nothing else says it."""
    arguments = nullable(field.generator)
    return (
        arguments is not None
        and "by" not in arguments
        and table.column(field.name).mode.value is Mode.NULLABLE
    )

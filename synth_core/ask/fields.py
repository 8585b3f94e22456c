"""The fields of a draft that a model is asked about, and the questions about them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from synth_core.ask import exposure
from synth_core.ask.answers import RecipeAnswer, recipe_answer
from synth_core.ask.asking import Ask
from synth_core.ask.generators import bare
from synth_core.ask.shown import Ours, Shown
from synth_core.model.profile import Profile, TableProfile
from synth_core.model.project import Exposure, Project, Table
from synth_core.recipe.catalogue import CATALOGUE, to_prompt
from synth_core.recipe.notation import FieldText, ObjectText

_MOST = 60
"""Fields that are asked about in one call."""
_OPEN = frozenset({"Synth.words", "Synth.pattern", "Synth.json", "Synth.bytes", "Synth.point", "fake"})
"""What rules make of columns of which they know little."""
_FUNCTIONS = (
    "Synth.choice", "Synth.pattern", "Synth.words", "Synth.uuid", "Synth.nullable", "Synth.struct", "Synth.array",
    "Synth.json", "Synth.point", "random_number", "date_between", "datetime_between",
)  # fmt: skip

Place = tuple[str, str]


@dataclass(frozen=True)
class Asks:
    """The questions about fields of a draft."""

    project: Project
    profile: Profile
    """Without values that may not be shown."""
    shown: Exposure
    objects: Sequence[ObjectText]
    """As the rules made them."""
    ids: Mapping[Place, str]
    """The fields that are asked about."""
    redraft: bool = False
    """Somebody wants these fields in another way."""

    @cached_property
    def rules(self) -> dict[Place, FieldText]:
        """The fields as the rules made them."""
        return {(each.table, field.name): field for each in self.objects for field in each.fields}

    def about(self, places: Sequence[Place], remark: str = "") -> Ask[RecipeAnswer]:
        """How these fields are made."""
        tables = []
        for name in dict.fromkeys(table for table, _ in places):
            table = self.project.table(name)
            ids = {column: self.ids[table, column] for table, column in places if table == name}
            made = {column: each.generator for (of, column), each in self.rules.items() if of == name}
            told = {column for column in ids if _is_open(table, self.rules[name, column])}
            tables.append(exposure.fields(table, self._facts(name), self.shown, ids, made, told))
        inputs: dict[str, Shown | Ours] = {
            "tables": exposure.recipe_fields(tables),
            "functions": Ours(functions()),
        }
        if self.redraft:
            inputs["remark"] = exposure.remark(remark)
        return Ask(
            question="recipe_redraft" if self.redraft else "recipe_draft",
            inputs=inputs,
            answer=recipe_answer([self.ids[place] for place in places]),
            about=f"the recipe's fields of {', '.join(dict.fromkeys(table for table, _ in places))}",
        )

    def repair(self, faulty: Sequence[tuple[Place, str, Sequence[str]]]) -> Ask[RecipeAnswer]:
        """How these are mended: each field with the generator that the model wrote, and what is wrong with it."""
        return Ask(
            question="recipe_repair",
            inputs={
                "fields": exposure.repairs(
                    [
                        (self.ids[place], self.project.table(place[0]), place[1], text, wrong)
                        for place, text, wrong in faulty
                    ]
                ),
                "functions": Ours(functions()),
            },
            answer=recipe_answer([self.ids[place] for place, _, _ in faulty]),
            about=f"{len(faulty)} field{'s' * (len(faulty) != 1)} of the recipe that must be mended",
        )

    def _facts(self, table: str) -> TableProfile | None:
        return next((each for each in self.profile.tables if each.table == table), None)


@lru_cache
def functions() -> str:
    """The functions that may fill a field which is no key."""
    chosen = [CATALOGUE[name] for name in _FUNCTIONS]
    chosen += [each for name, each in CATALOGUE.items() if name.startswith("fake.")]
    return to_prompt(chosen)


def split(places: Sequence[Place]) -> list[Sequence[Place]]:
    """What is asked about in one call each."""
    return [places[start : start + _MOST] for start in range(0, len(places), _MOST)]


def open_fields(
    project: Project, objects: Sequence[ObjectText], only: Collection[Place] | None = None
) -> dict[Place, str]:
    """Ids of the fields that a model may make: no keys, no links, no column that a rule ties to another; of those that
    rules know little of, or `only` of these."""
    taken = {(table.name, name) for table in project.tables for name in table.key_columns}
    taken |= {
        (table.name, name)
        for table in project.tables
        for rule in table.rules
        if not rule.value.is_of_groups
        for name in rule.value.all_columns
    }
    for link in project.accepted_links:
        taken |= {(link.table, name) for name in link.columns}
        taken |= {(link.ref_table, name) for name in link.ref_columns}
    for link in project.nested_links:
        taken |= {(link.table, project.table(link.table).inner(link.columns[0]).path[0])}
        taken |= {(link.ref_table, link.ref_columns[0])}
    ids: dict[Place, str] = {}
    for each in objects:
        table = project.table(each.table)
        for field in each.fields:
            place = (each.table, field.name)
            is_wanted = _is_open(table, field) if only is None else place in only and _is_free(table, field)
            if place not in taken and is_wanted:
                ids[place] = f"f{len(ids) + 1}"
    return ids


def _is_open(table: Table, field: FieldText) -> bool:
    """Rules know little of it."""
    generator = bare(field)
    if not _is_free(table, field) or not isinstance(generator, dict) or len(generator) != 1:
        return False
    name = next(iter(generator))
    return name in _OPEN or name.startswith("fake.")


def _is_free(table: Table, field: FieldText) -> bool:
    """A column whose values may come twice."""
    generator = bare(field)
    inner = next(iter(generator.values()), None) if isinstance(generator, dict) else None
    is_unique = isinstance(inner, dict) and bool(inner.get("unique"))
    return field.name in {column.name for column in table.columns} and not is_unique


def seen(shown: Exposure) -> Exposure:
    """A recipe is drafted from facts; rows are of no use for it."""
    return Exposure.SCHEMA if shown is Exposure.SCHEMA else Exposure.PROFILE

"""A recipe by rules in which a model makes some fields better: draft, lint, repair at most twice; what is still wrong
then is made as the rules have it, field by field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from synth_core.ask import exposure
from synth_core.ask.answers import RecipeAnswer, evidence, recipe_answer
from synth_core.ask.asking import Ask, Asker, NoAnswer
from synth_core.ask.literals import foreign_literals
from synth_core.ask.shown import Ours, Shown
from synth_core.errors import SynthError
from synth_core.model.findings import Finding, Level
from synth_core.model.profile import Profile, TableProfile
from synth_core.model.project import Exposure, Project, Table
from synth_core.recipe.catalogue import CATALOGUE, to_prompt
from synth_core.recipe.notation import FieldText, ObjectText
from synth_core.recipe.text import compose, construct
from synth_core.stages.draft.draft import draft_objects, text_of
from synth_core.stages.lint import lint
from synth_core.stages.profile import without_values

REPAIRS = 2
_MOST = 60
"""Fields that are asked about in one call."""
_LONGEST = 2000
_OPEN = frozenset({"Synth.words", "Synth.pattern", "Synth.json", "Synth.bytes", "Synth.point", "fake"})
"""What rules make of columns of which they know little."""
_FUNCTIONS = (
    "Synth.choice", "Synth.pattern", "Synth.words", "Synth.uuid", "Synth.nullable", "Synth.struct", "Synth.array",
    "Synth.json", "Synth.point", "random_number", "date_between", "datetime_between",
)  # fmt: skip
_TAG = "tag:yaml.org,2002:"
_SCALARS = frozenset(f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null"))

Place = tuple[str, str]
Trial = Callable[[str], str]
"""Makes a few rows of a recipe; what went wrong, or nothing."""


@dataclass(frozen=True)
class Written:
    """What a model wrote for a field."""

    text: str
    generator: Any
    why: str


@dataclass(frozen=True)
class Drafted:
    """A recipe, and what became of the fields that a model wrote."""

    text: str
    objects: tuple[ObjectText, ...]
    """Its tables."""
    findings: tuple[Finding, ...]
    """What could not be done."""
    written: int = 0
    """Fields that the model wrote at first."""
    faulty: int = 0
    """Of those: how many had to be mended."""
    kept: int = 0
    """Fields that the recipe has from the model."""


def draft_recipe(
    asker: Asker,
    project: Project,
    profile: Profile,
    shown: Exposure,
    *,
    trial: Trial | None = None,
    only: Collection[Place] | None = None,
    remark: str = "",
) -> Drafted:
    """Draft, and let the model make better what rules know little of. Raises as the rules' draft does; never because of
    a model.

    `only` these fields are asked about then, also those of which rules know much, but no keys, links and the like; and
    the model reads the `remark` of whoever wants them otherwise.
    """
    objects, findings = draft_objects(project, profile)
    ids = open_fields(project, objects, only)
    by_rules = Drafted(text_of(project, objects), tuple(objects), tuple(findings))
    if not ids:
        return by_rules
    asks = Asks(
        project, without_values(project, profile), seen(shown), objects, ids, redraft=only is not None
    )
    work = _Work(asker, asks, remark)
    written = work.draft()
    faults = work.faults(written)
    by_rules = replace(by_rules, written=len(written), faulty=len(faults))
    for _ in range(REPAIRS):
        if not faults:
            break
        written = work.repaired(written, faults)
        faults = work.faults(written)
    for place, wrong in faults.items():
        asker.note(_left(asker, place, wrong))
    kept = {place: each for place, each in written.items() if place not in faults}
    text = work.text(kept)
    if kept and (problem := _problem(work, text, trial)):
        asker.note(
            Finding(
                level=Level.WARNING,
                code="model.draft-left",
                message=f"The recipe with the fields of {asker.model} does not run: {problem}",
                hint="The rules' recipe stands instead.",
            )
        )
        return by_rules
    if not kept:
        return by_rules
    return replace(by_rules, text=text, objects=tuple(work.objects(kept)), kept=len(kept))


def _problem(work: _Work, text: str, trial: Trial | None) -> str:
    """Why the whole recipe can't be taken, although no single field is to blame."""
    errors = [each for each in work.lint(text) if each.level is Level.ERROR]
    known = {(each.code, each.table, each.column) for each in work.before}
    new = [each for each in errors if (each.code, each.table, each.column) not in known]
    if new:
        return str(new[0])
    return trial(text) if trial else ""


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


class _Work:
    """One draft."""

    def __init__(self, asker: Asker, asks: Asks, remark: str) -> None:
        self._asker, self._asks, self._remark = asker, asks, remark
        self._project, self._profile = asks.project, asks.profile
        self.before = self.lint(text_of(asks.project, asks.objects))

    def lint(self, text: str) -> list[Finding]:
        """Everything that is wrong with a recipe."""
        return lint(text, self._project, profile=self._profile)

    def draft(self) -> dict[Place, Written]:
        """What the model writes at first."""
        parts = split(list(self._asks.ids))
        asks = [self._asks.about(part, self._remark) for part in parts]
        self._asker.expect(asks)
        found: dict[Place, Written] = {}
        with self._asker.ahead(asks):
            for part in parts:
                found |= self._drafted(part)
        return found

    def _drafted(self, places: Sequence[Place]) -> dict[Place, Written]:
        try:
            return self._read(self._asker.ask(self._asks.about(places, self._remark)), places)
        except NoAnswer as error:
            if not error.too_long:
                return {}
            if len(places) == 1:
                self._asker.note(error.finding)
                return {}
        middle = len(places) // 2
        return self._drafted(places[:middle]) | self._drafted(places[middle:])

    def repaired(
        self, written: Mapping[Place, Written], faults: Mapping[Place, list[str]]
    ) -> dict[Place, Written]:
        """The fields once more, those with faults as the model mends them. One that is not answered stays faulty."""
        places = list(faults)
        ask = self._asks.repair([(place, written[place].text, wrong) for place, wrong in faults.items()])
        self._asker.expect([ask])
        try:
            answer = self._asker.ask(ask)
        except NoAnswer as error:
            if error.too_long:
                self._asker.note(error.finding)
            return dict(written)
        mended = self._read(answer, places)
        given_up = {place for place in places if place not in mended}
        return {place: each for place, each in (dict(written) | mended).items() if place not in given_up}

    def _read(self, answer: RecipeAnswer, places: Sequence[Place]) -> dict[Place, Written]:
        """The fields of an answer that hold a generator."""
        by_id = {self._asks.ids[place]: place for place in places}
        found = {}
        for each in answer.fields:
            text = each.generator.strip()
            if text:
                place = by_id[each.field]
                found[place] = Written(text, self._generator(place, text), evidence(each.evidence))
        return found

    def _generator(self, place: Place, text: str) -> Any:
        """The plain value of a generator with the nulls that the rules have; an error where it can't be read."""
        try:
            made = parsed(text)
        except SynthError as error:
            return error
        nulls = nulls_of(self._asks.rules[place].generator)
        bare = made["Synth.nullable"].get("value") if nulls_of(made) is not None else made
        if nulls is None:
            return bare
        return {"Synth.nullable": {"nulls": nulls, "value": bare}}

    def faults(self, written: Mapping[Place, Written]) -> dict[Place, list[str]]:
        """What is wrong with the fields that the model wrote."""
        faults: dict[Place, list[str]] = {}
        sound = {}
        for place, each in written.items():
            if isinstance(each.generator, SynthError):
                faults[place] = [str(each.generator)]
            else:
                sound[place] = each
        text = self.text(sound)
        known = {(each.code, each.table, each.column) for each in self.before}
        for finding in self.lint(text):
            place = (finding.table, finding.column)
            is_new = (finding.code, *place) not in known
            if place in sound and is_new and finding.level is not Level.NOTE:
                faults.setdefault(place, []).append(f"{finding.message} {finding.hint}".strip())
        for place, wrong in foreign_literals(
            text, self._project, self._profile, sound, allowed=self._remark
        ).items():
            faults.setdefault(place, []).extend(wrong)
        return faults

    def text(self, written: Mapping[Place, Written]) -> str:
        """The recipe with these fields."""
        if not written:
            return text_of(self._project, self._asks.objects)
        count = len(written)
        by = f"rules, {count} field{'s' * (count != 1)} by {self._asker.model},"
        return text_of(self._project, self.objects(written), by=by)

    def objects(self, written: Mapping[Place, Written]) -> list[ObjectText]:
        """The tables with these fields."""
        return [
            replace(each, fields=[self._field(each.table, field, written) for field in each.fields])
            for each in self._asks.objects
        ]

    def _field(self, table: str, field: FieldText, written: Mapping[Place, Written]) -> FieldText:
        each = written.get((table, field.name))
        if each is None:
            return field
        what = field.why.partition(":")[0]
        return FieldText(field.name, each.generator, f"{what}: {each.why} ({self._asker.model})")


def parsed(text: str) -> Any:
    """The plain value of a generator's YAML. Raises SynthError."""
    if len(text) > _LONGEST:
        raise SynthError(f"The generator has more than {_LONGEST:,} characters.")
    node, findings = compose(text)
    if node is None:
        raise SynthError(
            f"It is no YAML of a generator: {findings[0].message if findings else 'nothing is there'}"
        )
    if isinstance(node, SequenceNode):
        raise SynthError("A generator is a value or one function with its arguments, not a list.")
    return _plain(node)


def _plain(node: Node) -> Any:
    """Texts, numbers and the like in mappings and lists. Keys are texts as they are written: `no` is no boolean."""
    if isinstance(node, MappingNode):
        if any(not isinstance(key, ScalarNode) or key.tag == f"{_TAG}merge" for key, _ in node.value):
            raise SynthError("The keys in a generator are names.")
        return {key.value: _plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(each) for each in node.value]
    if node.tag not in _SCALARS:
        raise SynthError(
            f"A generator has no {node.tag.removeprefix(_TAG)!r} in it; write it as text, in quotes."
        )
    try:
        return construct(node)
    except ValueError as error:
        raise SynthError(f"It is no YAML of a generator: {error}") from None


def nulls_of(generator: Any) -> Any:
    """The share of nulls around a generator; None where there is none."""
    if isinstance(generator, dict) and set(generator) == {"Synth.nullable"}:
        inner = generator["Synth.nullable"]
        return inner.get("nulls") if isinstance(inner, dict) else None
    return None


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
        if rule.value.kind != "depends"
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
    generator = _bare(field)
    if not _is_free(table, field) or not isinstance(generator, dict) or len(generator) != 1:
        return False
    name = next(iter(generator))
    return name in _OPEN or name.startswith("fake.")


def _is_free(table: Table, field: FieldText) -> bool:
    """A column whose values may come twice."""
    generator = _bare(field)
    inner = next(iter(generator.values()), None) if isinstance(generator, dict) else None
    is_unique = isinstance(inner, dict) and bool(inner.get("unique"))
    return field.name in {column.name for column in table.columns} and not is_unique


def _bare(field: FieldText) -> Any:
    generator = field.generator
    return generator["Synth.nullable"].get("value") if nulls_of(generator) is not None else generator


def seen(shown: Exposure) -> Exposure:
    """A recipe is drafted from facts; rows are of no use for it."""
    return Exposure.SCHEMA if shown is Exposure.SCHEMA else Exposure.PROFILE


def _left(asker: Asker, place: Place, wrong: Sequence[str]) -> Finding:
    table, column = place
    return Finding(
        level=Level.NOTE,
        code="model.field-left",
        table=table,
        column=column,
        message=f"what {asker.model} wrote was not right: {wrong[0]}",
        hint="The rules make this field.",
    )

"""A recipe by rules in which a model makes some fields better: draft, lint, repair at most twice; what is still wrong
then is made as the rules have it, field by field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synth_core.ask.answers import RecipeAnswer, evidence
from synth_core.ask.asking import Asker, NoAnswer
from synth_core.ask.fields import Asks, Place, open_fields, seen, split
from synth_core.ask.generators import nulls_of, parsed
from synth_core.ask.literals import foreign_literals
from synth_core.errors import SynthError
from synth_core.model.findings import Finding, Level
from synth_core.model.profile import Profile
from synth_core.model.project import Exposure, Project
from synth_core.recipe.notation import FieldText, ObjectText
from synth_core.stages.draft.draft import draft_objects, text_of
from synth_core.stages.lint import lint
from synth_core.stages.profile import without_values

REPAIRS = 2
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
    by_rules = Drafted(text_of(project, profile, objects), tuple(objects), tuple(findings))
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


class _Work:
    """One draft."""

    def __init__(self, asker: Asker, asks: Asks, remark: str) -> None:
        self._asker, self._asks, self._remark = asker, asks, remark
        self._project, self._profile = asks.project, asks.profile
        self.before = self.lint(text_of(asks.project, asks.profile, asks.objects))

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
            return text_of(self._project, self._profile, self._asks.objects)
        count = len(written)
        by = f"rules, {count} field{'s' * (count != 1)} by {self._asker.model},"
        return text_of(self._project, self._profile, self.objects(written), by=by)

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

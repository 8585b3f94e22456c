"""Counts what is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from synth_core.ask.recipe import Drafted
from synth_core.evaluate.truth import LabelledFile, Truth
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Level
from synth_core.model.project import Project
from synth_core.ports import Model
from synth_core.stages.describe import catalogue, is_personal
from synth_core.stages.draft import draft
from synth_core.stages.infer import InferredProject
from synth_core.stages.lint import lint
from synth_core.stages.lint.explain import explain

Measure = tuple[str, str]


@dataclass
class Tally:
    """Counts by name; the names say what of."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, number: int = 1) -> None:
        """Count."""
        self.counts[name] += number

    def measures(self) -> dict[Measure, tuple[int, float]]:
        """Each measure of each question: how many cases, and how good."""
        count = self.counts
        return {
            ("dialect", "delimiter right"): _share(count, "delimiter", "files"),
            ("custom_header", "lines above right"): _share(count, "skip", "files with layout"),
            ("header", "header yes/no right"): _share(count, "header", "files with layout"),
            ("columns", "meaning right"): _share(count, "meaning", "columns"),
            ("columns", "personal F1"): _f1(count, "personal"),
            ("links", "foreign keys F1"): _f1(count, "link"),
            ("recipe_draft", "tables without an error"): _share(count, "clean tables", "tables"),
            ("recipe_draft", "written fields that hold"): _share(count, "kept", "written"),
            ("recipe_repair", "faulty fields mended"): _share(count, "mended", "faulty"),
            ("explanation", "findings explained"): _share(count, "explained", "findings"),
        }


def count_columns(tally: Tally, truth: Truth, project: Project) -> None:
    """Meanings and personal columns."""
    for table, columns in truth.meanings.items():
        inferred = {each.name: each for each in project.table(table).columns}
        for name, meaning in columns.items():
            # A column whose name was lost with the header counts as wrong.
            found = inferred.get(name)
            is_found = found is not None and found.personal.value
            tally.add("columns")
            tally.add("meaning", found is not None and found.meaning.value == meaning)
            personal = meaning in catalogue() and is_personal(meaning)
            tally.add("personal true", personal)
            tally.add("personal found", is_found)
            tally.add("personal both", personal and is_found)


def count_links(tally: Tally, truth: Truth, project: Project) -> None:
    """Foreign keys, column by column."""
    found = {
        (link.table, one, link.ref_table, other)
        for link in project.accepted_links
        for one, other in zip(link.columns, link.ref_columns, strict=True)
    }
    true = set(truth.links)
    found -= set(truth.optional) - true
    tally.add("link true", len(true))
    tally.add("link found", len(found))
    tally.add("link both", len(true & found))


def count_files(tally: Tally, file: LabelledFile, dialect: Dialect) -> None:
    """How a file is written."""
    tally.add("files")
    tally.add("delimiter", dialect.delimiter == file.delimiter)
    if file.header_rows is not None and file.skip_rows is not None:
        tally.add("files with layout")
        tally.add("header", (dialect.header_rows > 0) == (file.header_rows > 0))
        tally.add("skip", dialect.skip_rows == file.skip_rows)


def count_recipe(
    rules: Tally, model: Tally, inferred: InferredProject, text: str, drafted: Drafted | None
) -> None:
    """Tables whose fields hold no error, and what became of the fields that the model wrote."""
    project, facts = inferred.project, inferred.profile
    for tally, recipe in ((rules, draft(project, facts).text), (model, text)):
        found = lint(recipe, project, profile=facts)
        wrong = {each.table for each in found if each.level is Level.ERROR}
        tally.add("tables", len(project.tables))
        tally.add("clean tables", sum(table.name not in wrong for table in project.tables))
    written, faulty, kept = (drafted.written, drafted.faulty, drafted.kept) if drafted else (0, 0, 0)
    for tally in (rules, model):
        tally.add("written", written)
        tally.add("faulty", faulty)
    model.add("kept", kept)
    model.add("mended", max(0, kept - (written - faulty)))


def count_explanation(rules: Tally, model: Tally, inferred: InferredProject, text: str, judge: Model) -> None:
    """A mistake is planted into the recipe; rules have words for it, a model has to have its own."""
    planted = text.replace("fake: ", "fake: Unheard", 1)
    found = lint(planted, inferred.project, profile=inferred.profile)
    finding = next((each for each in found if "Unheard" in each.message), None)
    if finding is None:
        return
    for tally in (rules, model):
        tally.add("findings")
    rules.add("explained")
    model.add("explained", judge.explain(finding, inferred.project, planted) != explain(finding, planted))


def _share(count: Counter[str], part: str, whole: str) -> tuple[int, float]:
    return count[whole], count[part] / count[whole] if count[whole] else 0.0


def _f1(count: Counter[str], name: str) -> tuple[int, float]:
    true, found, both = (count[f"{name} {each}"] for each in ("true", "found", "both"))
    return true, 2 * both / (true + found) if true + found else 0.0

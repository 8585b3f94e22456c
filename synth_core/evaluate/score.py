"""Counts what is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from synth_core.evaluate.truth import LabelledFile, Truth
from synth_core.model.dialect import Dialect
from synth_core.model.findings import Level
from synth_core.model.project import Project
from synth_core.ports import Model
from synth_core.stages.describe import catalogue, is_personal
from synth_core.stages.draft import draft
from synth_core.stages.infer import InferredProject
from synth_core.stages.lint import lint

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
            ("recipe_repair", "fields that hold after repair"): _share(count, "kept fields", "fields"),
        }


def count_columns(tally: Tally, truth: Truth, project: Project) -> None:
    """Meanings and personal columns."""
    for table, columns in truth.meanings.items():
        for name, meaning in columns.items():
            found = project.table(table).column(name)
            tally.add("columns")
            tally.add("meaning", found.meaning.value == meaning)
            personal = meaning in catalogue() and is_personal(meaning)
            tally.add("personal true", personal)
            tally.add("personal found", found.personal.value)
            tally.add("personal both", personal and found.personal.value)


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


def count_recipe(rules: Tally, model: Tally, inferred: InferredProject, text: str, judge: Model) -> None:
    """Tables whose fields hold no error, and how many of the fields that the model wrote have held."""
    project = inferred.project
    faulty = {
        each.table for each in lint(text, project, profile=inferred.profile) if each.level is Level.ERROR
    }
    by_rules = {
        each.table
        for each in lint(_rules_text(inferred), project, profile=inferred.profile)
        if each.level is Level.ERROR
    }
    for tally, wrong in ((rules, by_rules), (model, faulty)):
        tally.add("tables", len(project.tables))
        tally.add("clean tables", sum(table.name not in wrong for table in project.tables))
    kept = text.count(f"({judge.id})")
    left = sum(each.code == "model.field-left" for each in judge.findings())
    for tally in (rules, model):
        tally.add("fields", kept + left)
    model.add("kept fields", kept)


def _rules_text(inferred: InferredProject) -> str:
    return draft(inferred.project, inferred.profile).text


def _share(count: Counter[str], part: str, whole: str) -> tuple[int, float]:
    return count[whole], count[part] / count[whole] if count[whole] else 0.0


def _f1(count: Counter[str], name: str) -> tuple[int, float]:
    true, found, both = (count[f"{name} {each}"] for each in ("true", "found", "both"))
    return true, 2 * both / (true + found) if true + found else 0.0

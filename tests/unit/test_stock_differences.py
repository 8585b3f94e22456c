"""What stock Snowfakery takes and we don't: refused at its line, with a hint at what to write instead."""

from __future__ import annotations

import pytest

from synth_core.model.findings import Level, errors
from synth_core.recipe.vetting import vet

HEAD = "- snowfakery_version: 3\n- plugin: snowfakery.standard_plugins.datasets.Dataset\n"
STANDARD = "snowfakery.standard_plugins"


def field(generator: str) -> str:
    return f"{HEAD}- object: other\n- object: t\n  fields:\n    a: 1\n    f: {generator}\n"


@pytest.mark.parametrize(
    ("generator", "hint"),
    [
        ("${{ unique_id }}", "`Synth.sequence`"),
        ("${{ unique_id }}_${{ fake.email }}", "`Synth.uuid`"),
        ("{unique_id: }", "`Synth.sequence`"),
        ("${{ unique_alpha_code }}", "`Synth.pattern` with `unique: true`"),
        ("{i18n_fake: {locale: de, fake: name}}", "`snowfakery_locale`"),
        ("{debug: {fake: Name}}", "leave it out"),
        ("${{ debug(a) }}", "leave it out"),
        ("${{ snowfakery_filename }}", "leave it out"),
        ("{UniqueId.NumericIdGenerator: index}", "`Synth.sequence`"),
        ("{StatisticalDistributions.normal: {loc: 5}}", "`Synth.quantiles`"),
        ("{SalesforceQuery.random_record: Contact}", "CSV file"),
        ("{SOQLDataset.iterate: {from: Contact}}", "`Dataset.iterate`"),
        ("{Dataset.iterate: {dataset: 'sqlite:///x.db'}}", ""),
        ("{reference: '${{ a }}'}", ""),
        ("{fake: realistic_maybe_real_email}", "`Email`"),
        ("<<a>>", "written ${{ … }}"),
        ("{{ a }}", "written ${{ … }}"),
        ("'${% if a %}x${% endif %}'", "`if:`"),
        ("'{{ a }}'", "written ${{ … }}"),
        ("${{ max(a, 2) }}", "`Math.max(a, b)`"),
        ("${{ a | map('upper') }}", ""),
        ("{fake.url: {schemes: [https]}}", "in a formula"),
    ],
)
def test_generators_of_stock_recipes(generator: str, hint: str) -> None:
    refused = errors(vet(field(f'"{generator}"' if generator.startswith(("{{", "<<", "$")) else generator)))
    assert refused and {each.line for each in refused} == {7}
    assert any(hint in each.hint for each in refused)


@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        ("- snowfakery_version: 2", "`snowfakery_version: 3`"),
        ("- {object: t, for_each: {var: x, value: {Dataset.iterate: {dataset: x.csv}}}}", "write `count`"),
        ("- {object: t, update_key: name}", "only ever added"),
        (f"- plugin: {STANDARD}.UniqueId", "`Synth.sequence`"),
        (f"- plugin: {STANDARD}.statistical_distributions.StatisticalDistributions", "`Synth.quantiles`"),
        (f"- plugin: {STANDARD}.Salesforce.SalesforceQuery", "CSV file"),
        (f"- plugin: {STANDARD}.datasets.SOQLDataset", "CSV file"),
        (f"- plugin: {STANDARD}.counters", f"`{STANDARD}.Counters`"),
        ("- plugin: my_own.Plugin", "Base64, Counters, Dataset"),
        ("- include_file: shared/parts.yml", "the folder of this recipe"),
    ],
)
def test_statements_of_stock_recipes(statement: str, hint: str) -> None:
    [refused] = errors(vet(f"{HEAD}{statement}\n"))
    assert refused.line == 3 and hint in refused.hint


def test_a_recipe_without_version_is_one_of_version_3() -> None:
    [found] = vet("- object: t\n  fields:\n    a: ${{ today }}\n")
    assert (found.level, found.code) == (Level.WARNING, "recipe.version")
    assert "version 3" in found.message

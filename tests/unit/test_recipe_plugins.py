"""Plugins of Snowfakery that recipes may use: what is allowed of them, and that nothing else is."""

from __future__ import annotations

import pytest

from synth_core.model.findings import errors
from synth_core.recipe.catalogue.plugins import PLUGIN_FUNCTIONS, PLUGINS
from synth_core.recipe.reading import Recipe
from synth_core.recipe.vetting import vet

STANDARD = "snowfakery.standard_plugins"
HEAD = "- snowfakery_version: 3\n" + "".join(f"- plugin: {plugin.path}\n" for plugin in PLUGINS.values())
LINE = HEAD.count("\n") + 6
FILES = {"p.csv": "city\nRome\n", "t.txt": "text"}


def with_field(generator: str, head: str = HEAD) -> str:
    """A recipe with the field on line LINE."""
    return f"{head}- object: t\n  count: 2\n  fields:\n    a: text\n    n: 5\n    f: {generator}\n"


@pytest.mark.parametrize(
    "path",
    [
        *("os", "os.path", "subprocess.Popen", "builtins.eval", "synth_core.recipe.plugin", "Synth"),
        *(f"{STANDARD}.Salesforce", f"{STANDARD}.Salesforce.SalesforceQuery", f"{STANDARD}.UniqueId"),
        *(
            f"{STANDARD}.UniqueId.UniqueId",
            f"{STANDARD}.datasets.SOQLDataset",
            f"{STANDARD}.datasets.FileDataset",
        ),
        *(f"{STANDARD}.statistical_distributions.StatisticalDistributions", f"{STANDARD}.SnowfakeryVersion"),
        *(
            f"{STANDARD}.Math.os",
            f"{STANDARD}.file",
            f"{STANDARD}.Math ",
            f" {STANDARD}.Math",
            f"{STANDARD}.math",
        ),
        *(
            "./plugins.Math",
            "plugins.Math",
            "Math",
            f"{STANDARD}._math.Math",
            "",
            "1",
            "~",
            "[Math]",
            "{a: b}",
        ),
    ],
)
def test_any_other_plugin_is_refused_at_its_place(path: str) -> None:
    text = f"- snowfakery_version: 3\n- plugin: {path if path[:1] in '~[{' else repr(path)}\n- object: t\n"
    [refused] = errors(vet(text))
    assert (refused.code, refused.line) == ("recipe.plugin", 2)
    assert refused.hint


REFUSED = r"""
{Math.factorial: 5}
{Math.comb: [100, 50]}
{Math.perm: 100}
{Math.prod: [1, 2]}
{Math.__loader__: }
{Math.nan: }
{Math.context: }
{Math.pi: }
{Math.sqrt.x: 1}
{Counters.context: }
{Counters.NumberCounter.next: }
{Counters.Functions: }
{Dataset.context: }
{Dataset.permute: {dataset: p.csv}}
{Schedule.CalendarRule: {freq: daily}}
{File.open: t.txt}
{Base64.decode: x}
{UniqueId.NumericIdGenerator: index}
{Salesforce.ProfileId: x}
{SalesforceQuery.random_record: Contact}
{StatisticalDistributions.normal: {loc: 1}}
{Math.sqrt: }
{Math.sqrt: [1, 2]}
{Math.sqrt: '4'}
{Math.sqrt: true}
{Math.sqrt: {x: 4}}
{Math.round: [2.5, 1000000000]}
{Math.round: [2.5, -1000000000]}
{Math.round: [2.5, '${{ n }}']}
{Math.sqrt: {Counters.NumberCounter: {}}}
{Math.max: [1, {random_reference: t}]}
{Counters.NumberCounter: {start: a}}
{Counters.NumberCounter: {strat: 1}}
{Counters.NumberCounter: 5}
{Counters.NumberCounter: {step: 1.5}}
{Counters.NumberCounter: {start: '${{ n }}'}}
{Counters.NumberCounter: {name: [a]}}
{Counters.NumberCounter: {parent: nothing}}
{Counters.DateCounter: {start_date: today}}
{Counters.DateCounter: {start_date: 5, step: +1d}}
{Counters.DateCounter: {start_date: today, step: 5}}
{Counters.DateCounter: {start_date: today, step: 1x}}
{Schedule.Event: {freq: often}}
{Schedule.Event: {start_date: today}}
{Schedule.Event: }
{Schedule.Event: {freq: daily, interval: 0}}
{Schedule.Event: {freq: daily, interval: -1}}
{Schedule.Event: {freq: daily, interval: '${{ n }}'}}
{Schedule.Event: {freq: daily, count: 0}}
{Schedule.Event: {freq: daily, bymonth: 13}}
{Schedule.Event: {freq: daily, bymonthday: '1;2'}}
{Schedule.Event: {freq: daily, byweekday: MON}}
{Schedule.Event: {freq: daily, byeaster: 1}}
{Schedule.Event: {freq: daily, use_undocumented_features: true}}
{Schedule.Event: {freq: daily, cache: true}}
{Schedule.Event: {freq: daily, exclude: {Counters.NumberCounter: {}}}}
{File.file_data: ../t.txt}
{File.file_data: {file: /etc/passwd}}
{File.file_data: {file: missing.txt}}
{File.file_data: {file: t.txt, encoding: latin-1}}
{File.file_data: '${{ a }}.txt'}
{File.file_data: }
{Base64.encode: }
{Base64.encode: [a, b]}
{Base64.encode: {Dataset.iterate: {dataset: p.csv}}}
${{ Math.factorial(5) }}
${{ Math.sqrt }}
${{ Math }}
${{ Math.pi() }}
${{ Math.sqrt() }}
${{ Math.__dict__ }}
${{ Math['__dict__'] }}
${{ Math['sqrt'](4) }}
${{ Math.context }}
${{ Math.sqrt(x=4) }}
${{ Math.sqrt(1, 2) }}
${{ Math.max(1, 2, key=a) }}
${{ Math.sqrt('4') }}
${{ Math.round(2.5, 1000000000) }}
${{ Math.round(2.5, n) }}
${{ Math.round(n, -n) }}
${{ Counters.context.interpreter }}
${{ Counters.NumberCounter() }}
${{ Counters }}
${{ Dataset.context.plugin }}
${{ Dataset.iterate(dataset='/etc/p.csv') }}
${{ Schedule.Event('daily') }}
${{ File.file_data('/etc/passwd') }}
${{ File.context.current_filename }}
${{ Base64.encode }}
${{ Base64.encode(Math) }}
${{ Base64.context }}
${{ Synth.context }}
${{ UniqueId.unique_id }}
${{ (2.5) | round(1000000000, 'ceil') }}
${{ 2.5 | round(n) }}
${{ 2.5 | round(precision=400) }}
${{ 2.5 | round(-1000000000) }}
${{ now.next }}
"""


@pytest.mark.parametrize("generator", REFUSED.split("\n")[1:-1])
def test_calls_off_the_list_are_refused_at_their_place(generator: str) -> None:
    text = with_field(generator if generator.startswith("{") else f'"{generator}"')
    refused = errors(vet(text, FILES))
    assert refused and {each.line for each in refused} == {LINE}


ALLOWED = r"""
{Math.sqrt: 4}
{Math.sqrt: '${{ Math.min(144, 169) }}'}
{Math.max: [1, '${{ n }}', 3]}
{Math.round: [2.567, 1]}
{Math.min: '${{ [n, 3] }}'}
${{ Math.pi * n ** 2 }}
${{ Math.log(n, 10) }}
${{ Math.round(n / 3, 2) }}
${{ Math.floor(n / 2) | string }}
{Counters.NumberCounter: }
{Counters.NumberCounter: {start: 5, step: -2, name: shared}}
{Counters.NumberCounter: {parent: t}}
{Counters.DateCounter: {start_date: 2024-01-31, step: +1M}}
{Counters.DateCounter: {start_date: today, step: 2w}}
{Schedule.Event: {freq: Weekly, byweekday: 'MO, WE(-1)'}}
{Schedule.Event: [weekly, 2024-01-01]}
{Schedule.Event: {freq: monthly, bymonthday: '1,-1', until: 2030-01-01}}
{Schedule.Event: {freq: daily, exclude: {Schedule.Event: {freq: weekly}}, include: 2024-05-01}}
{Schedule.Event: {freq: hourly, start_date: 2024-01-01T12:00:00, byhour: '0, 12'}}
{Dataset.shuffle: {dataset: p.csv, repeat: false, name: x}}
{File.file_data: t.txt}
{File.file_data: {file: t.txt, encoding: utf-8}}
{Base64.encode: [{File.file_data: t.txt}]}
${{ Base64.encode(a) }}
{random_choice: [{Counters.NumberCounter: {}}, {Schedule.Event: {freq: daily}}]}
{Synth.nullable: {nulls: 50%, value: {Counters.NumberCounter: {}}}}
${{ (n / 3) | round(2) }}
${{ now.timestamp() }}
${{ now.astimezone().hour }}
"""


@pytest.mark.parametrize("generator", ALLOWED.split("\n")[1:-1])
def test_what_is_on_the_list_passes(generator: str) -> None:
    text = with_field(generator if generator.startswith("{") else f'"{generator}"')
    assert vet(text, FILES) == []


@pytest.mark.parametrize("generator", ["{Math.sqrt: 4}", '"${{ Math.sqrt(4) }}"', '"${{ Math.pi }}"'])
def test_a_plugin_that_is_used_has_to_be_named(generator: str) -> None:
    text = with_field(generator, "- snowfakery_version: 3\n")
    [refused] = errors(vet(text))
    assert (refused.code, refused.line) == ("recipe.plugin", 7)
    assert refused.hint == f"Add `- plugin: {STANDARD}.Math` at the top."
    if generator.startswith("{"):
        assert refused.fix is not None
        assert refused.fix.edits[0].text == f'- plugin: "{STANDARD}.Math"\n'


def test_a_column_or_table_of_a_plugins_name_hides_it() -> None:
    text = f"{HEAD}- object: t\n  fields:\n    Math: 4\n    f: ${{{{ Math.sqrt(4) }}}}\n    g: ${{{{ Math + 1 }}}}\n"
    assert [(each.code, each.line) for each in errors(vet(text))] == [("recipe.unknown-function", LINE - 2)]
    table = f"{HEAD}- object: Math\n  fields: {{f: 1}}\n- object: t\n  fields: {{g: '${{{{ Math.f }}}}'}}\n"
    assert not errors(vet(table))


def test_counters_in_variables_are_asked_for_their_next_value() -> None:
    text = f"{HEAD}- var: c\n  value: {{Counters.NumberCounter: }}\n- object: t\n  fields: {{f: '${{{{ c.X }}}}'}}\n"
    assert vet(text.replace("c.X", "c.next()")) == []
    [refused] = errors(vet(text.replace("c.X", "c.next")))
    assert refused.hint == "Call it: `.next()`."
    for attribute in ("counter", "result", "start_date", "close", "_from_continuation"):
        assert errors(vet(text.replace("c.X", f"c.{attribute}")))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("{Counters.NumberCounter: {}}", "{Counters.NumberCounter: {}}", True),
        ("{Counters.NumberCounter: {name: x}}", "{Counters.NumberCounter: {name: x}}", False),
        ("{Counters.NumberCounter: {parent: other}}", "1", False),
        ("{Dataset.iterate: {dataset: p.csv}}", "{Dataset.iterate: {dataset: p.csv}}", True),
        ("{Synth.nullable: {nulls: 5%, value: {Dataset.iterate: {dataset: p.csv, name: x}}}}", "1", False),
        ("${{ Math.sqrt(4) }}", "${{ Math.pi }}", True),
    ],
)
def test_tables_that_count_together_are_made_together(one: str, other: str, apart: bool) -> None:
    text = f"{HEAD}- object: t\n  fields:\n    f: {one}\n- object: other\n  fields:\n    f: {other}\n"
    assert len(Recipe.read(text).components()) == (2 if apart else 1)


def test_everything_that_keeps_state_or_reads_files_is_no_key() -> None:
    for declared in PLUGIN_FUNCTIONS.values():
        assert declared.unique == "no" and not declared.referable

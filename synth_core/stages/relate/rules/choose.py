"""Of all formulas that hold those that say most: one a target, none in a circle, each relation once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from synth_core.model.rule import Rule
from synth_core.stages.relate.lexicon import DIFFERENCE_WORDS, SUM_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.rules.arithmetic import Fit
from synth_core.stages.relate.rules.sample import Sample


def choose(
    sample: Sample, certain: Iterable[Rule], fits: Sequence[Fit], table: str, names: Names | None
) -> list[Rule]:
    """`certain` ones come first; of the others those of few and near inputs."""
    chosen: list[Rule] = []
    after: dict[str, set[str]] = {}
    relations: set[frozenset[str]] = set()
    products = {frozenset(fit.rule.all_columns) for fit in fits if fit.rule.kind == "product"}
    ranked = sorted(fits, key=lambda fit: (_rank(fit, sample), fit.rule.target))
    turned = (_turned(fit.rule, sample, table, names) for fit in ranked)
    for rule in (*certain, *turned):
        columns = frozenset(rule.all_columns)
        if rule.kind == "ratio" and columns in products and not _is_finer(rule, sample):
            continue
        if columns in relations or rule.target in after or _leads_back(after, rule):
            continue
        relations.add(columns)
        after[rule.target] = set(rule.inputs)
        chosen.append(rule)
    return chosen


def _rank(fit: Fit, sample: Sample) -> tuple[bool, int, bool, int]:
    rule = fit.rule
    finer = rule.kind == "ratio" and _is_finer(rule, sample)
    return not finer, len(rule.inputs), rule.kind == "ratio", fit.spread


def _is_finer(rule: Rule, sample: Sample) -> bool:
    """A quotient that is written with more digits than what was divided, and has about as many values: it was computed,
    and the product comes out even only because it is rounded."""
    own, other = sample.columns[rule.target], sample.columns[rule.columns[0]]
    if other.decimals is None or 2 * own.distinct < other.distinct:
        return False
    return own.decimals is None or own.decimals > other.decimals


def _leads_back(after: Mapping[str, set[str]], rule: Rule) -> bool:
    """The target is needed for one of the inputs."""
    seen: set[str] = set()
    todo = list(rule.inputs)
    while todo:
        name = todo.pop()
        if name == rule.target:
            return True
        if name not in seen:
            seen.add(name)
            todo += after.get(name, ())
    return False


def _turned(rule: Rule, sample: Sample, table: str, names: Names | None) -> Rule:
    """total = net + tax says the same as tax = total - net: which one is told is a matter of names, then of signs, then
    of which column comes last."""
    if rule.kind != "sum" or len(rule.columns) != 2:
        return rule
    one, two = rule.columns
    exact = _is_exact(rule, sample)
    if not exact:
        return rule
    candidates = [(rule.target, None), (one, two), (two, one)]

    def rank(candidate: tuple[str, str | None]) -> tuple[bool, bool, int]:
        name, other = candidate
        wanted = SUM_WORDS if other is None else DIFFERENCE_WORDS
        words = set(names.column(table, name)) if names else set()
        numbers = sample.columns[name].numbers
        assert numbers is not None
        negative = other is not None and bool((numbers < 0).mean() > 0.001)
        return not words & wanted, not negative, -sample.columns[name].position

    name, other = min(candidates, key=rank)
    if other is None:
        return rule
    return Rule(
        kind="difference",
        target=name,
        columns=(rule.target, other),
        decimals=sample.columns[name].decimals,
    )


def _is_exact(rule: Rule, sample: Sample) -> bool:
    """Nothing is rounded away, so that the relation can be turned round."""
    places = [sample.columns[name].decimals for name in rule.all_columns]
    own = sample.columns[rule.target].decimals
    return own is None or all(each is not None and each <= own for each in places)

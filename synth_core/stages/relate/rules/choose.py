"""Of all formulas that hold those that say most: one a target, none in a circle, each relation once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from synth_core.model.rule import Rule
from synth_core.stages.relate.lexicon import DIFFERENCE_WORDS, LEFT_WORDS, SUM_WORDS
from synth_core.stages.relate.names import Names
from synth_core.stages.relate.rules.arithmetic import Fit
from synth_core.stages.relate.rules.sample import Sample

_OF_ONE = 2.5
"""So many inputs is one that a number is times to be the target."""


def choose(
    sample: Sample, certain: Iterable[Rule], fits: Sequence[Fit], table: str, names: Names | None
) -> list[Rule]:
    """`certain` ones come first; of the others those of few and near inputs."""
    chosen: list[Rule] = []
    after: dict[str, set[str]] = {}
    relations: set[frozenset[str]] = set()
    linear = _Linear(list(sample.columns))
    products = {frozenset(fit.rule.all_columns) for fit in fits if fit.rule.kind == "product"}
    ranked = sorted(fits, key=lambda fit: (_rank(fit, sample), fit.rule.target))
    turned = (_turned(fit.rule, sample, table, names) for fit in ranked)
    for rule in (*certain, *turned):
        columns = frozenset(rule.all_columns)
        if rule.kind == "ratio" and columns in products and not _is_finer(rule, sample):
            continue
        if columns in relations or rule.target in after or _leads_back(after, rule):
            continue
        if linear.follows(rule):
            continue
        relations.add(columns)
        after[rule.target] = set(rule.inputs)
        chosen.append(rule)
    return chosen


def _rank(fit: Fit, sample: Sample) -> tuple[bool, float, bool, int, int, int]:
    rule = fit.rule
    finer = rule.kind == "ratio" and _is_finer(rule, sample)
    # A tax of 19 % on all: that gross is net + tax says more than that it is net × 1.19.
    inputs = _OF_ONE if len(rule.inputs) == 1 else len(rule.inputs)
    digits = len(f"{rule.factor:.12g}") if rule.factor is not None else 0
    return not finer, inputs, rule.kind == "ratio", digits, fit.spread, -sample.columns[rule.target].position


class _Linear:
    """What sums and differences that are chosen already say of others."""

    def __init__(self, names: Sequence[str]) -> None:
        self._places = {name: place for place, name in enumerate(names)}
        self._known: list[npt.NDArray[np.float64]] = []

    def follows(self, rule: Rule) -> bool:
        """It says nothing new; if it does, it counts from now on."""
        row = self._row(rule)
        if row is None:
            return False
        rows = [*self._known, row]
        if self._known and np.linalg.matrix_rank(np.stack(rows), tol=1e-6) < len(rows):
            return True
        self._known = rows
        return False

    def _row(self, rule: Rule) -> npt.NDArray[np.float64] | None:
        """The factors of all columns in it; None where it is no sum."""
        weights = {rule.target: -1.0}
        if rule.kind == "sum":
            weights |= dict.fromkeys(rule.columns, 1.0) | dict.fromkeys(rule.less, -1.0)
        elif rule.kind == "difference" and rule.unit is None:
            weights |= {rule.columns[0]: 1.0, rule.columns[1]: -1.0}
        elif rule.factor is not None and len(rule.inputs) == 1:
            weights[rule.columns[0]] = rule.factor
        else:
            return None
        row = np.zeros(len(self._places))
        for name, weight in weights.items():
            row[self._places[name]] = weight
        return row


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
    if rule.kind != "sum" or not _is_exact(rule, sample):
        return rule
    sides = ((rule.target, *rule.less), rule.columns)
    is_short = len(rule.inputs) == 2

    def rank(name: str) -> tuple[bool, bool, bool, int]:
        own = next(side for side in sides if name in side)
        is_plain = len(own) == 1
        wanted = SUM_WORDS if is_plain else LEFT_WORDS if rule.less else DIFFERENCE_WORDS
        words = set(names.column(table, name)) if names else set()
        numbers = sample.columns[name].numbers
        assert numbers is not None
        negative = not is_plain and bool((numbers < 0).mean() > 0.001)
        return not words & wanted, not (is_plain or is_short), not negative, -sample.columns[name].position

    target = min((*sides[0], *sides[1]), key=rank)
    if target == rule.target:
        return rule
    own, others = sides if target in sides[0] else sides[::-1]
    other = sorted(others, key=lambda name: sample.columns[name].position)
    less = sorted(set(own) - {target}, key=lambda name: sample.columns[name].position)
    decimals = sample.columns[target].decimals
    if len(other) == len(less) == 1:
        return Rule(kind="difference", target=target, columns=(*other, *less), decimals=decimals)
    return Rule(kind="sum", target=target, columns=tuple(other), less=tuple(less), decimals=decimals)


def _is_exact(rule: Rule, sample: Sample) -> bool:
    """Nothing is rounded away, so that the relation can be turned round."""
    places = [sample.columns[name].decimals for name in rule.all_columns]
    own = sample.columns[rule.target].decimals
    return own is None or all(each is not None and each <= own for each in places)

"""Orders that say nothing new: net ≤ gross, where gross is net and a tax that is never below zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

import numpy as np

from synth_core.model.rule import Rule
from synth_core.stages.relate.rules.sample import Sample

Sum = dict[str, int]
"""A column as the sum of others, each times its number."""


def implied_orders(sample: Sample, formulas: Sequence[Rule]) -> set[frozenset[str]]:
    """Pairs of columns whose order follows from the formulas: a column and what it is computed from, and two of which
    the one is the other and something that is nowhere negative, by sums and differences alone."""
    implied = {frozenset((rule.target, name)) for rule in formulas for name in rule.inputs}
    sums = {rule.target: terms for rule in formulas if (terms := _terms(rule))}
    positive = {
        name
        for name, each in sample.columns.items()
        if each.numbers is not None and each.filled.any() and float(np.nanmin(each.numbers)) >= 0
    }
    written = {name: _expanded({name: 1}, sums) for name in _named(sums)}
    for low, high in permutations(written, 2):
        rest = {
            name: written[high].get(name, 0) - written[low].get(name, 0)
            for name in written[high] | written[low]
        }
        if any(rest.values()) and all(n == 0 or (n > 0 and name in positive) for name, n in rest.items()):
            implied.add(frozenset((low, high)))
    return implied


def _terms(rule: Rule) -> Sum:
    """What the target is the sum of; nothing where it is none."""
    if rule.kind == "sum":
        return dict.fromkeys(rule.columns, 1) | dict.fromkeys(rule.less, -1)
    if rule.kind == "difference" and rule.unit is None:
        return {rule.columns[0]: 1, rule.columns[1]: -1}
    return {}


def _named(sums: Mapping[str, Sum]) -> Iterable[str]:
    return dict.fromkeys(name for target, terms in sums.items() for name in (target, *terms))


def _expanded(terms: Sum, sums: Mapping[str, Sum]) -> Sum:
    """With nothing in it that is a sum itself. Formulas never go in a circle."""
    found: defaultdict[str, int] = defaultdict(int)
    for name, number in terms.items():
        for each, times in (_expanded(sums[name], sums) if name in sums else {name: 1}).items():
            found[each] += number * times
    return dict(found)

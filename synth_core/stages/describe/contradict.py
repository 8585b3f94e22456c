"""What values say against a meaning that somebody proposes."""

from __future__ import annotations

from synth_core.model.types import NUMERIC_KINDS, TEMPORAL_KINDS
from synth_core.stages.describe.catalogue import catalogue
from synth_core.stages.describe.checks import CHECKS
from synth_core.stages.describe.facts import Facts


def contradiction(meaning: str, facts: Facts) -> str:
    """Why the values can't have that meaning; empty where nothing speaks against it.

    A personal meaning needs more: values that have its form, by a check that would tell something without any name.
    Otherwise anything could be declared personal.
    """
    found = catalogue().get(meaning)
    if found is None:
        return "there is no such meaning"
    kind = "number" if facts.kind in NUMERIC_KINDS else "moment" if facts.kind in TEMPORAL_KINDS else "text"
    if kind not in found.kinds:
        return f"a {kind} can't be that"
    if not facts.distinct:
        return "there are no values that speak for it" if found.personal else ""
    check = found.named or found.check
    share = CHECKS[check](facts) if check else 1.0
    if share < found.veto:
        return f"only {share:.0%} of {len(facts.distinct):,} different values have its form"
    if found.personal:
        if not found.check or not found.alone:
            return "values alone can't show that they are personal"
        strict = CHECKS[found.check](facts)
        if strict < found.full / 2:
            return f"only {strict:.0%} of {len(facts.distinct):,} different values have its form"
    return ""

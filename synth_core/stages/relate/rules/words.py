"""What was counted of a rule, as a sentence; it names columns and numbers of rows, and no value."""

from __future__ import annotations

from synth_core.model.rule import Rule


def evidence(rule: Rule, rows: int, broken: int, *, is_mutual: bool = False) -> str:
    """How often the rule holds; `is_mutual`: a dependency holds the other way round, too."""
    if rule.kind == "depends":
        return _depends(rule, rows, broken, is_mutual)
    if rule.kind == "filled":
        return _filled(rule, rows, broken)
    if rule.kind == "once":
        return _once(rule, rows, broken)
    if rule.kind == "joint nulls":
        return _nulls(rule, rows, broken)
    if not broken:
        return f"{rule} in all {rows:,} rows"
    return f"in {rows - broken:,} of {rows:,} rows {rule}; {broken:,} {_rows(broken)} not"


def _depends(rule: Rule, rows: int, broken: int, is_mutual: bool) -> str:
    same = " and ".join(rule.columns)
    says = f"rows with the same {same} have the same {rule.target}"
    says += ", and the other way round" if is_mutual else ""
    if not broken:
        return f"{says}: all {rows:,} rows"
    return f"{says}: {rows - broken:,} of {rows:,} rows; {broken:,} {_rows(broken)} not"


def _filled(rule: Rule, rows: int, broken: int) -> str:
    says = (
        f"{rule.columns[0]} says where {rule.target} is empty: rows with a value that mostly goes without it"
    )
    if not broken:
        return f"{says} have none, of all {rows:,} rows"
    return f"{says} have none, but for {broken:,} of {rows:,} rows"


def _once(rule: Rule, rows: int, broken: int) -> str:
    says = f"of the rows with the same {rule.columns[0]}, which stand together, one has a {rule.target}"
    return f"{says}: all {rows:,}" if not broken else f"{says}, but for {broken:,} of {rows:,}"


def _nulls(rule: Rule, rows: int, broken: int) -> str:
    names = f"{', '.join(rule.columns[:-1])} and {rule.columns[-1]}"
    says = f"{names} are null in the same rows"
    return f"{says}: all {rows:,} rows" if not broken else f"{says}, but for {broken:,} of {rows:,} rows"


def _rows(count: int) -> str:
    return "row does" if count == 1 else "rows do"

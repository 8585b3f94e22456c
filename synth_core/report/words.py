"""Numbers and things in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

from synth_core.model.inferred import Origin
from synth_core.stages.literals import Copied

WHO = {
    Origin.HUMAN: "a person",
    Origin.MODEL: "a model",
    Origin.MEASURED: "measurement",
    Origin.DECLARED: "the source itself",
}
_COPIES = {
    "values": ("value", "values"),
    "quantiles": ("point of the distribution", "points of the distribution"),
    "shapes": ("form", "forms"),
    "gaps": ("point of the gaps", "points of the gaps"),
    "lengths": ("length", "lengths"),
    "children": ("count of referring rows", "counts of referring rows"),
    "other texts": ("text from elsewhere", "texts from elsewhere"),
}


def plural(number: int, word: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {word}" + ("" if number == 1 else "s")


def copied(each: Copied) -> str:
    """`18 values`."""
    return f"{each.count:,} {_COPIES[each.what][each.count != 1]}"


def support(each: Copied) -> str:
    """`22`, `at least 10`; what is meant stands in the column's head."""
    if each.what == "other texts":
        return "unknown"
    return f"{each.support:,}" if each.is_exact else f"at least {each.support:,}"


def when(moment: datetime | None) -> str:
    """A moment for people, in UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if moment else "not yet"


def duration(seconds: float | None) -> str:
    """`14 s`, `3 min 5 s`, `2 h 10 min`."""
    if seconds is None:
        return ""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size(count: int | None) -> str:
    """Bytes for people: `212 MB`."""
    if count is None:
        return ""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:,.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:,.1f} {unit}"
        amount /= 1000
    raise AssertionError("unreachable")


def percent(share: float | None) -> str:
    """`12 %`, `0.4 %`; a dash where nothing is known."""
    if share is None:
        return "–"
    return f"{share:.1%}".replace(".0%", "%").replace("%", " %")

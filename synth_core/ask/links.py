"""Asks what columns refer to, among the keys that measurement has ranked."""

from __future__ import annotations

from collections.abc import Sequence

from synth_core.ask import exposure
from synth_core.ask.answers import NO_LINK, LinksAnswer, evidence, links_answer
from synth_core.ask.asking import Ask, Asker, NoAnswer
from synth_core.model.doubts import LinkDoubt, LinkProposal
from synth_core.model.profile import Profile
from synth_core.model.project import Exposure, Project

_MOST = 60
"""Columns a call."""


def ask_links(
    asker: Asker, doubts: Sequence[LinkDoubt], project: Project, profile: Profile, shown: Exposure
) -> list[LinkProposal]:
    """What is not answered is left out."""
    parts = [doubts[start : start + _MOST] for start in range(0, len(doubts), _MOST)]
    asks = [links_ask(part, project, profile, shown) for part in parts]
    asker.expect(asks)
    with asker.ahead(asks):
        return [each for part in parts for each in _answered(asker, part, project, profile, shown)]


def _answered(
    asker: Asker, doubts: Sequence[LinkDoubt], project: Project, profile: Profile, shown: Exposure
) -> list[LinkProposal]:
    try:
        answer = asker.ask(links_ask(doubts, project, profile, shown))
    except NoAnswer as error:
        if not error.too_long:
            return []
        if len(doubts) == 1:
            asker.note(error.finding)
            return []
        middle = len(doubts) // 2
        first = _answered(asker, doubts[:middle], project, profile, shown)
        return first + _answered(asker, doubts[middle:], project, profile, shown)
    asked = {f"c{number}": doubt for number, doubt in enumerate(doubts, 1)}
    keys = {number: key for key, number in _keys(doubts).items()}
    found = []
    for each in answer.links:
        doubt = asked[each.column]
        table, column = keys.get(each.refers_to, ("", ""))
        candidates = {(one.ref_table, one.ref_column) for one in doubt.candidates}
        if each.refers_to != NO_LINK and (table, column) not in candidates:
            # A key that was another column's candidate: measurement has ruled it out for this one.
            continue
        found.append(
            LinkProposal(
                table=doubt.table,
                column=doubt.column,
                ref_table=table,
                ref_column=column,
                evidence=evidence(each.evidence),
            )
        )
    return found


def links_ask(
    doubts: Sequence[LinkDoubt], project: Project, profile: Profile, shown: Exposure
) -> Ask[LinksAnswer]:
    """The question about these columns."""
    keys = _keys(doubts)
    ids = [f"c{number}" for number in range(1, len(doubts) + 1)]
    return Ask(
        question="links",
        inputs={
            "columns": exposure.link_columns(
                dict(zip(ids, doubts, strict=True)), keys, project, profile, shown
            ),
            "keys": exposure.link_keys(keys, project, profile, shown),
        },
        answer=links_answer(ids, list(keys.values())),
        about=f"the links of {len(doubts)} column{'s' * (len(doubts) != 1)}",
    )


def _keys(doubts: Sequence[LinkDoubt]) -> dict[tuple[str, str], str]:
    """Ids of the keys that may be referred to."""
    keys: dict[tuple[str, str], str] = {}
    for doubt in doubts:
        for one in doubt.candidates:
            keys.setdefault((one.ref_table, one.ref_column), f"k{len(keys) + 1}")
    return keys

"""Links that measurement leaves open: what is asked, and what of the answers holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from synth_core.model.doubts import SURE, LinkDoubt, LinkProposal
from synth_core.model.findings import Finding, Level
from synth_core.model.inferred import Inferred, Origin
from synth_core.model.profile import Profile
from synth_core.model.project import Link, Project
from synth_core.ports import Model
from synth_core.stages.infer.trust import Trust
from synth_core.stages.profile import personal_columns

_CONTROLS = 12
_SURELY = 0.95
_HARDLY = 0.12
"""Less likely than this: measurement is sure that it is no link."""
_OPEN = 0.25
"""From here on a column may be a link."""
_CONTAINED = 0.95
"""So many of the different values must occur in the key."""
_SAID = 0.7

End = tuple[str, str]


@dataclass(frozen=True)
class AnsweredLinks:
    """The links as they are after the answers, and what was noticed."""

    links: tuple[Link, ...]
    findings: tuple[Finding, ...] = ()


def ask_links(project: Project, profile: Profile, doubts: Sequence[LinkDoubt], model: Model) -> AnsweredLinks:
    """Ask about columns that may be links, and take over what measurement does not speak against."""
    single = {(link.table, link.columns[0]): link for link in project.links if _is_single(project, link)}
    accepted = {end: link for end, link in single.items() if link.accepted.value}
    fixed = {
        (link.table, name)
        for link in project.links
        if len(link.columns) > 1 or link.accepted.origin is not Origin.MEASURED
        for name in link.columns
    }
    free = [doubt for doubt in doubts if (doubt.table, doubt.column) not in fixed]
    opened = [doubt for doubt in free if _is_open(doubt, accepted)]
    if not opened:
        return AnsweredLinks(project.links)
    yes = [doubt for doubt in free if doubt not in opened and (doubt.table, doubt.column) in accepted]
    no = [doubt for doubt in free if doubt not in opened and (doubt.table, doubt.column) not in accepted]
    # The likeliest of those that are none: to tell them from links takes knowledge.
    no.sort(key=lambda doubt: -doubt.candidates[0].confidence)
    controls = [*yes[:_CONTROLS], *no[:_CONTROLS]]
    order = {id(doubt): place for place, doubt in enumerate(doubts)}
    asked = sorted([*opened, *controls], key=lambda doubt: order[id(doubt)])
    proposals = {(each.table, each.column): each for each in model.links(asked, project, profile)}
    trust = _trust(controls, proposals, accepted)
    if not trust.may_overrule:
        return AnsweredLinks(project.links, _not_trusted(model, trust) if proposals else ())
    return _taken(project, opened, proposals, accepted, single, model)


def _is_single(project: Project, link: Link) -> bool:
    return len(link.columns) == 1 and link.table in {table.name for table in project.tables}


def _is_open(doubt: LinkDoubt, accepted: dict[End, Link]) -> bool:
    """A link that is not sure, or a column that may be one."""
    link = accepted.get((doubt.table, doubt.column))
    if link is not None:
        return link.accepted.confidence < SURE
    return doubt.candidates[0].confidence >= _OPEN


def _trust(
    controls: Sequence[LinkDoubt], proposals: dict[End, LinkProposal], accepted: dict[End, Link]
) -> Trust:
    """Of links and of columns that are none alike; what measurement is hardly sure of does not count."""
    asked = right = 0
    for doubt in controls:
        end = (doubt.table, doubt.column)
        link, proposal = accepted.get(end), proposals.get(end)
        if proposal is None:
            continue
        if link is None and doubt.candidates[0].confidence > _HARDLY:
            continue
        if link is not None and link.accepted.confidence < _SURELY:
            continue
        asked += 1
        key = (link.ref_table, link.ref_columns[0]) if link else ("", "")
        right += (proposal.ref_table, proposal.ref_column) == key
    return Trust(asked, right)


def _taken(
    project: Project,
    opened: Sequence[LinkDoubt],
    proposals: dict[End, LinkProposal],
    accepted: dict[End, Link],
    single: dict[End, Link],
    model: Model,
) -> AnsweredLinks:
    links = list(project.links)
    personal = personal_columns(project)
    told: list[str] = []
    refused: list[str] = []
    for doubt in opened:
        end = (doubt.table, doubt.column)
        proposal, link = proposals.get(end), accepted.get(end)
        if proposal is None:
            continue
        elsewhere = (proposal.ref_table, proposal.ref_column)
        if link is not None and end in personal and elsewhere not in personal:
            # By the link the column's values are known to be personal: a model takes no protection away.
            refused.append(f"{link} is another or none (by it {end[1]} is known to be personal)")
            continue
        said = f"{model.id}: {proposal.evidence}" if proposal.evidence else f"{model.id} says so"
        if not proposal.ref_table:
            if link is not None:
                links[links.index(link)] = _decided(link, False, said)
                told.append(f"{link} is none")
            continue
        found = next(
            each
            for each in doubt.candidates
            if (each.ref_table, each.ref_column) == (proposal.ref_table, proposal.ref_column)
        )
        new = Link(
            table=doubt.table,
            columns=(doubt.column,),
            ref_table=found.ref_table,
            ref_columns=(found.ref_column,),
            accepted=Inferred[bool](value=True, origin=Origin.MODEL, confidence=_SAID, evidence=said),
        )
        if link is not None and _same(link, new):
            evidence = f"{link.accepted.evidence}; {model.id} agrees"
            sure = round(min(_SURELY, link.accepted.confidence + 0.15), 3)
            agreed = link.accepted.model_copy(update={"confidence": sure, "evidence": evidence})
            links[links.index(link)] = link.model_copy(update={"accepted": agreed})
            continue
        if found.share < _CONTAINED:
            refused.append(f"{new} ({found.share:.0%} of its values occur there)")
            continue
        before = single.get(end)
        links = [each for each in links if each not in (link, before)]
        links.append(new)
        told.append(str(new))
    return AnsweredLinks(tuple(links), tuple(_told(model, told, refused)))


def _decided(link: Link, value: bool, evidence: str) -> Link:
    accepted = Inferred[bool](value=value, origin=Origin.MODEL, confidence=_SAID, evidence=evidence)
    return link.model_copy(update={"accepted": accepted})


def _same(one: Link, other: Link) -> bool:
    return (one.ref_table, one.ref_columns) == (other.ref_table, other.ref_columns)


def _told(model: Model, told: list[str], refused: list[str]) -> list[Finding]:
    found = []
    if told:
        found.append(
            Finding(
                level=Level.NOTE,
                code="model.used",
                message=f"{model.id} decided on links of which measurement was not sure: {'; '.join(told[:5])}.",
            )
        )
    if refused:
        found.append(
            Finding(
                level=Level.NOTE,
                code="model.vetoed",
                message=f"what {model.id} says of links was left out: {'; '.join(refused[:5])}.",
            )
        )
    return found


def _not_trusted(model: Model, trust: Trust) -> tuple[Finding, ...]:
    if trust.share >= 1.0:
        message = f"too few links are sure to tell whether {model.id} can judge the others, so they stay as measured."
        return (Finding(level=Level.NOTE, code="model.not-trusted", message=message),)
    return (
        Finding(
            level=Level.WARNING,
            code="model.not-trusted",
            message=f"{model.id} was right about {trust.right} of {trust.asked} columns of which measurement is sure "
            "whether they are links, so what it says about links was left out.",
            hint="The rules decided instead.",
        ),
    )

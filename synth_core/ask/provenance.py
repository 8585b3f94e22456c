"""Who inferred and who drafted, as the audit names it. It lies beside the answers and is no part of a version."""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationError

from synth_core.ask.accounts import Account
from synth_core.ask.kept import FOLDER
from synth_core.model.provenance import RULES, Provenance
from synth_core.ports import ObjectStore

Purpose = Literal["inferred", "drafted"]


def of_account(account: Account, *, had_a_part: bool) -> Provenance:
    """What an account says; nothing where no question was answered. A model whose answers changed nothing is not
    named."""
    if not account.spent:
        return Provenance()
    return Provenance(
        model_id=account.model_id if had_a_part else RULES,
        prompt_versions=account.prompt_versions,
        tokens=sum(each.tokens for each in account.spent),
    )


def keep(store: ObjectStore, project: str, purpose: Purpose, provenance: Provenance) -> None:
    """Write it down; the one before is forgotten."""
    store.put(_name(project, purpose), (provenance.model_dump_json(indent=1) + "\n").encode())


def add(store: ObjectStore, project: str, purpose: Purpose, more: Provenance) -> None:
    """Put further questions to those that are known; nothing where none was asked."""
    if more.tokens is None:
        return
    before = _read(store, project, purpose)
    keep(
        store,
        project,
        purpose,
        Provenance(
            model_id=before.model_id if more.model_id == RULES else more.model_id,
            prompt_versions=before.prompt_versions | more.prompt_versions,
            tokens=more.tokens + (before.tokens or 0),
        ),
    )


def of_recipe(store: ObjectStore, project: str) -> Provenance:
    """Of the project's recipe: who drafted it, with what inferring and drafting took together."""
    drafted, inferred = (_read(store, project, purpose) for purpose in ("drafted", "inferred"))
    counted = [each.tokens for each in (inferred, drafted) if each.tokens is not None]
    return Provenance(
        model_id=drafted.model_id,
        prompt_versions=inferred.prompt_versions | drafted.prompt_versions,
        tokens=sum(counted) if counted else None,
    )


def _read(store: ObjectStore, project: str, purpose: Purpose) -> Provenance:
    try:
        return Provenance.model_validate_json(store.get(_name(project, purpose))[0])
    except (FileNotFoundError, ValidationError):
        # An older project, or one that was edited: then nobody knows of a model.
        return Provenance()


def _name(project: str, purpose: Purpose) -> str:
    return f"{project}/{FOLDER}/{purpose}.json"
